"""Sensors while they look: sockets and brokers, what came over them, and detections made of it."""
