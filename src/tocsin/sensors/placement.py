"""Ranges and bearings of a sensor that stands nowhere place nothing: they are refused, never put at 0,0."""

from __future__ import annotations

from collections import Counter

import numpy as np

from tocsin.config.site import Site
from tocsin.model.detections import Detections

POSITION_UNKNOWN = "sensor_position_unknown"


def refuse_unplaced(detections: Detections, site: Site) -> tuple[Detections, Counter[tuple[int, str]]]:
    """Gives the detections that can be placed, and how many were refused by (number of the sensor, reason).

    A detection that says itself where the object is, or where its sensor was, needs no sensor's position. Of
    a sensor that moves, the site file's position places nothing.
    """
    nowhere = np.array([sensor.latitude_deg is None or sensor.moves for sensor in site.sensors], dtype=bool)
    if not nowhere.any() or not len(detections):
        return detections, Counter()
    has_no_place = np.isnan(detections.latitude_rad) & np.isnan(detections.sensor_latitude_rad)
    refused = nowhere[detections.sensor] & has_no_place
    counts = Counter((number, POSITION_UNKNOWN) for number in detections.sensor[refused].tolist())
    return detections.take(~refused), counts
