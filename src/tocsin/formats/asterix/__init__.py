"""Surveillance reports in EUROCONTROL's ASTERIX.

Categories 048 (radar targets), 034 (radar service messages), 062 (system tracks) and 021 (ADS-B targets) both
ways; 010, 015, 016 and 247 are recognised.
"""

from tocsin.formats.asterix.adsb_encoding import encode_adsb_targets
from tocsin.formats.asterix.adsb_target import AddressKind, AdsbTarget
from tocsin.formats.asterix.datagram import (
    NO_OTHERS,
    Message,
    OwnEditions,
    PlacedMessage,
    decode_datagram,
    decode_placed,
    prepare_to_decode,
)
from tocsin.formats.asterix.editions import DEFAULT_EDITIONS
from tocsin.formats.asterix.encoding import encode_plots, encode_services
from tocsin.formats.asterix.placed_plot import PlacedPlot, PlotMarks
from tocsin.formats.asterix.plot import DetectionType, RadarPlot, RadarService, ServiceKind
from tocsin.formats.asterix.stream import AsterixStream
from tocsin.formats.asterix.system_track import SystemTrack
from tocsin.formats.asterix.time_of_day import time_of_day_to_ns
from tocsin.formats.asterix.track_encoding import encode_system_tracks
from tocsin.formats.asterix.unused import UnusedRecord

__all__ = [
    "AddressKind",
    "AdsbTarget",
    "AsterixStream",
    "DEFAULT_EDITIONS",
    "DetectionType",
    "Message",
    "NO_OTHERS",
    "OwnEditions",
    "PlacedMessage",
    "PlacedPlot",
    "PlotMarks",
    "RadarPlot",
    "RadarService",
    "ServiceKind",
    "SystemTrack",
    "UnusedRecord",
    "decode_datagram",
    "decode_placed",
    "encode_adsb_targets",
    "encode_plots",
    "encode_services",
    "encode_system_tracks",
    "prepare_to_decode",
    "time_of_day_to_ns",
]
