"""Takes assessments, gives alerts: their level, life cycle, text and area."""
