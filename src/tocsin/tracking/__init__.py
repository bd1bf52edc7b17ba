"""Detections to tracks: identity, state, covariance and existence of every object, and what they rest on."""

from tocsin.tracking.timeline import Timeline
from tocsin.tracking.tracker import Scan, Tracker

__all__ = ["Scan", "Timeline", "Tracker"]
