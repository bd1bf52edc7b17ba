"""Takes a scenario, gives the bytes or detections that its sensors would have given, and the truth."""

from tocsin.simulation.library import load_scenario, scenario_names
from tocsin.simulation.run import Simulated, simulate
from tocsin.simulation.scenario import Scenario

__all__ = ["Scenario", "Simulated", "load_scenario", "scenario_names", "simulate"]
