"""Detections to tracks: identity, state, covariance and existence of every object, and what they rest on.

`Tracker` is for NumPy arrays in order of time; `Timeline` for a site's detections as they come.
"""

from tocsin.tracking.timeline import Timeline
from tocsin.tracking.tracker import Tracker, place

__all__ = ["Timeline", "Tracker", "place"]
