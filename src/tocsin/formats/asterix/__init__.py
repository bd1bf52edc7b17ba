"""Radar reports in EUROCONTROL's ASTERIX: categories 048 (targets) and 034 (service messages), both ways."""

from tocsin.formats.asterix.datagram import RadarMessage, decode_datagram
from tocsin.formats.asterix.editions import DEFAULT_EDITIONS
from tocsin.formats.asterix.encoding import encode_plots, encode_services
from tocsin.formats.asterix.plot import DetectionType, RadarPlot, RadarService, ServiceKind
from tocsin.formats.asterix.time_of_day import time_of_day_to_ns

__all__ = [
    "DEFAULT_EDITIONS",
    "DetectionType",
    "RadarMessage",
    "RadarPlot",
    "RadarService",
    "ServiceKind",
    "decode_datagram",
    "encode_plots",
    "encode_services",
    "time_of_day_to_ns",
]
