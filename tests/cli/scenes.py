"""A small scenario for the command line's tests: two drones, two sensors, one town, seven minutes."""

SCENARIO = """
[scenario]
name = "two-drones"
title = "Two drones fly to a town"
family = "test"
start_utc = 2031-01-01T10:00:00Z
duration_s = 420.0
threat_zones = ["Town"]

[site]
name = "Nowhere"
latitude_deg = -47.0
longitude_deg = -127.0

[prior]
altitude_m = 800.0
altitude_sigma_m = 500.0

[[sensors]]
name = "Hill radar"
kind = "radar"
latitude_deg = -46.97
longitude_deg = -127.0
altitude_m = 50.0
period_s = 4.0
elevation_sigma_deg = 1.0
detection_probability = 0.95
max_range_m = 30000.0
false_detections_per_scan = 0.2
system_area_code = 250
system_identification_code = 7

[[sensors]]
name = "Listening post"
kind = "direction_finder"
latitude_deg = -46.95
longitude_deg = -127.03
altitude_m = 20.0
period_s = 2.0
detection_probability = 0.9
max_range_m = 15000.0
false_detections_per_scan = 0.01

[[zones]]
name = "Town"
polygon = [[-47.02, -127.03], [-46.98, -127.03], [-46.98, -126.97], [-47.02, -126.97]]
floor_m = 0.0
ceiling_m = 3000.0
required_lead_s = 60.0

[classes.small_piston_fixed_wing]
speed_mps = [28.0, 30.0]
altitude_m = [700.0, 900.0]
max_turn_rate_degps = 9.0
radar_cross_section_m2 = 0.1
emits_radio = true
threat = true

[[objects]]
name = "drone"
class_name = "small_piston_fixed_wing"
count = 2
waypoints = [[-46.88, -127.0], [-47.0, -127.0]]
start_radius_m = 1500.0
"""
