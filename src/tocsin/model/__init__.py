"""What flows: detections, tracks, assessments, alerts, zones, sensor status and provenance."""
