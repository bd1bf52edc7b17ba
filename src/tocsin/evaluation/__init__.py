"""Takes tracks, alerts and the truth, gives metrics and reports."""
