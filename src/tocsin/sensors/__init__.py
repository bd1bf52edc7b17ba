"""Takes messages from sockets and files, gives detections in SI units with noise, and sensor status."""
