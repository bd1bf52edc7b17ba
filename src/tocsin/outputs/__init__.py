"""Takes detections, tracks, assessments and alerts, gives them to people and systems in their standards."""
