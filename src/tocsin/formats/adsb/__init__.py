"""ADS-B and Mode S: framings of receivers, extended squitters, positions, and readsb's aircraft.json.

A stream's bytes go through `BeastStream` or `AvrStream`, their messages through `decode_squitters`, and an
aircraft's positions through its `PositionPair`.
"""

from tocsin.formats.adsb.accuracy import gva_of, nac_p_of
from tocsin.formats.adsb.aircraft_json import AircraftDocument, KnownAircraft, decode_aircraft_json
from tocsin.formats.adsb.avr import AvrStream, avr_line
from tocsin.formats.adsb.beast import BeastStream, beast_frame
from tocsin.formats.adsb.cpr import EncodedPosition, Position, encoded_position
from tocsin.formats.adsb.frame import TICKS_PER_SECOND, ReceivedMessage
from tocsin.formats.adsb.position_pair import NoPosition, PositionPair
from tocsin.formats.adsb.squitter import (
    FOOT_PER_MINUTE_MPS,
    KNOT_MPS,
    AirbornePosition,
    AirborneVelocity,
    PositionAccuracy,
    Squitter,
    UnusedPosition,
    decode_squitters,
)
from tocsin.formats.adsb.squitter_encoding import encode_position, encode_status, encode_velocity

__all__ = [
    "FOOT_PER_MINUTE_MPS",
    "KNOT_MPS",
    "TICKS_PER_SECOND",
    "AirbornePosition",
    "AirborneVelocity",
    "AircraftDocument",
    "AvrStream",
    "BeastStream",
    "EncodedPosition",
    "KnownAircraft",
    "NoPosition",
    "Position",
    "PositionAccuracy",
    "PositionPair",
    "ReceivedMessage",
    "Squitter",
    "UnusedPosition",
    "avr_line",
    "beast_frame",
    "decode_aircraft_json",
    "decode_squitters",
    "encode_position",
    "encode_status",
    "encode_velocity",
    "encoded_position",
    "gva_of",
    "nac_p_of",
]
