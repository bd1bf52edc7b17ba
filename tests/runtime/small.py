"""A scenario of three minutes for tests of the whole line: a drone, a hamlet, a radar and an array."""

from __future__ import annotations

from pathlib import Path

SCENARIO = """
[scenario]
name = "small"
title = "One drone towards a hamlet"
description = "For tests of the whole line."
family = "test"
start_utc = 2031-01-01T00:00:00Z
duration_s = 200.0
threat_zones = ["Hamlet"]

[site]
name = "Small"
latitude_deg = -40.0
longitude_deg = -120.0
delivery_delay_s = 5.0

[prior]
altitude_m = 500.0
altitude_sigma_m = 400.0
acceleration_density_m2ps3 = 0.1

[[sensors]]
name = "radar"
kind = "radar"
latitude_deg = -40.0
longitude_deg = -120.0
altitude_m = 20.0
period_s = 2.0
range_sigma_m = 20.0
azimuth_sigma_deg = 0.4
elevation_sigma_deg = 1.0
detection_probability = 0.9
max_range_m = 15000.0
false_detections_per_scan = 0.5
system_area_code = 250
system_identification_code = 9

[[sensors]]
name = "array"
kind = "microphone"
latitude_deg = -39.98
longitude_deg = -120.0
altitude_m = 5.0
period_s = 1.0
azimuth_sigma_deg = 6.0
detection_probability = 0.8
max_range_m = 6000.0
false_detections_per_scan = 0.01
propagation_speed_mps = 340.0

[[zones]]
name = "Hamlet"
polygon = [[-40.01, -120.01], [-40.01, -119.99], [-39.99, -119.99], [-39.99, -120.01]]
floor_m = -100.0
ceiling_m = 3000.0
required_lead_s = 30.0

[classes.small_piston_fixed_wing]
speed_mps = [28.0, 32.0]
altitude_m = [300.0, 800.0]
max_turn_rate_degps = 5.0
radar_cross_section_m2 = 0.1
acoustic_range_m = 6000.0
threat = true

[[objects]]
name = "visitor"
class_name = "small_piston_fixed_wing"
waypoints = [[-39.955, -120.0], [-40.05, -120.0]]
start_radius_m = 300.0
waypoint_radius_m = 100.0
speed_mps = [28.0, 32.0]
altitude_m = [300.0, 600.0]

[[perception]]
kind = "microphone"
measures = ["azimuth"]
"""


def write(folder: Path) -> str:
    """The scenario as a file; gives its path as the jobs take it."""
    path = folder / "small.toml"
    path.write_text(SCENARIO, encoding="utf-8")
    return str(path)
