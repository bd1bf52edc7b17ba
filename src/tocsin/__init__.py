"""tocsin: civil-protection early warning for drones."""

__version__ = "0.1.0"
