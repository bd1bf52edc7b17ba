"""SystemTracks to datagrams of category 062.

Sources: EUROCONTROL-SPEC-0149-9, the items named; which ones are mandatory, its table 1.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from tocsin.errors import InvalidInput
from tocsin.formats.asterix import track_items as layout
from tocsin.formats.asterix.editions import DEFAULT_EDITIONS, SYSTEM_TRACKS
from tocsin.formats.asterix.records import Items, join_record
from tocsin.formats.asterix.scales import steps, time_steps
from tocsin.formats.asterix.system_track import SystemTrack

MOST_DATAGRAM_BYTES = 1400
"""With the headers of UDP and IP, and of what may carry them, below the 1,500 bytes of an Ethernet frame."""
_HEADER_BYTES = 3
_NAME_FROM_SENDER = 0x40  # I062/245 STI 1: a name that was not sent by the target


def encode_system_tracks(
    tracks: Iterable[SystemTrack], edition: str = DEFAULT_EDITIONS[SYSTEM_TRACKS]
) -> list[bytes]:
    """Datagrams of one data block each, with the tracks in their order; none for no tracks.

    Sigmas are rounded up, and one that is larger than its item can say is sent as the largest. InvalidInput
    for other values that have no room, and for a track without number or time, which the standard requires.
    """
    datagrams: list[bytes] = []
    body = bytearray()
    for track in tracks:
        record = join_record(_items(track), SYSTEM_TRACKS, edition)
        if body and _HEADER_BYTES + len(body) + len(record) > MOST_DATAGRAM_BYTES:
            datagrams.append(_block(body))
            body.clear()
        body += record
    return [*datagrams, _block(body)] if body else datagrams


def _block(body: bytearray) -> bytes:
    return bytes((SYSTEM_TRACKS,)) + (_HEADER_BYTES + len(body)).to_bytes(2, "big") + bytes(body)


def _items(track: SystemTrack) -> Items:
    if track.track_number is None or track.time_of_day_s is None:
        raise InvalidInput("a system track needs a track number and a time of day")
    source = bytes((steps(track.sac, 1, 8, "sac"), steps(track.sic, 1, 8, "sic")))
    position = (track.latitude_rad, track.longitude_rad)
    speed = (track.velocity_east_mps, track.velocity_north_mps)
    items = {
        "010": source,
        "015": b"" if track.service is None else bytes((steps(track.service, 1, 8, "service"),)),
        "070": time_steps(track.time_of_day_s).to_bytes(3, "big"),
        "105": _both(position, layout.POSITION_STEP_RAD, 32, "latitude and longitude"),
        "100": _both((track.x_m, track.y_m), layout.CARTESIAN_STEP_M, 24, "x and y"),
        "185": _both(speed, layout.VELOCITY_STEP_MPS, 16, "velocity east and north"),
        "245": _identification(track.target_identification),
        "380": _address(track.mode_s_address),
        "040": steps(track.track_number, 1, 16, "track_number").to_bytes(2, "big"),
        "080": _status(track),
        "130": _one(track.altitude_m, layout.ALTITUDE_STEP_M, "altitude_m"),
        "220": _one(track.velocity_up_mps, layout.CLIMB_STEP_MPS, "velocity_up_mps"),
        "500": _accuracies(track),
    }
    return {name: item for name, item in items.items() if item}


def _one(value: float | None, step: float, what: str, bits: int = 16) -> bytes:
    return b"" if value is None else steps(value, step, bits, what, is_signed=True).to_bytes(bits // 8, "big")


def _both(values: tuple[float | None, float | None], step: float, bits: int, what: str) -> bytes:
    if (values[0] is None) != (values[1] is None):
        raise InvalidInput(f"{what} go together: give both or none")
    return _one(values[0], step, what, bits) + _one(values[1], step, what, bits)


def _status(track: SystemTrack) -> bytes:
    """I062/080, with as many octets as are needed."""
    flags = (
        (track.is_from_one_sensor, layout.MONOSENSOR),
        (track.altitude_m is not None, layout.GEOMETRIC_ALTITUDE),
        (track.is_tentative, layout.TENTATIVE),
        (track.is_simulated, layout.SIMULATED),
        (track.is_last, layout.LAST),
        (track.is_first, layout.FIRST),
        (track.is_coasting, layout.COASTING),
        (track.is_on_surface, layout.SURFACE),
    )
    status = bytearray(6)
    for is_set, (octet, bit) in flags:
        status[octet] |= bit if is_set else 0
    needed = max((index + 1 for index, octet in enumerate(status) if octet), default=1)
    for index in range(needed - 1):
        status[index] |= 1
    return bytes(status[:needed])


def _accuracies(track: SystemTrack) -> bytes:
    """I062/500; nothing where no sigma is given."""
    cartesian = (track.x_sigma_m, track.y_sigma_m)
    angles = (track.latitude_sigma_rad, track.longitude_sigma_rad)
    speeds = (track.velocity_east_sigma_mps, track.velocity_north_sigma_mps)
    parts = {
        "APC": _both_sigmas(cartesian, layout.CARTESIAN_STEP_M, 16, "x_sigma_m and y_sigma_m"),
        "APW": _both_sigmas(angles, layout.POSITION_STEP_RAD, 16, "sigmas of latitude and longitude"),
        "AGA": _sigma(track.altitude_sigma_m, layout.ALTITUDE_STEP_M, 8, "altitude_sigma_m"),
        "ATV": _both_sigmas(speeds, layout.VELOCITY_STEP_MPS, 8, "sigmas of velocity east and north"),
        "ARC": _sigma(track.velocity_up_sigma_mps, layout.CLIMB_STEP_MPS, 8, "velocity_up_sigma_mps"),
    }
    if not any(parts.values()):
        return b""
    specification = bytearray(2)
    for index, (name, _) in enumerate(layout.ACCURACY_PARTS):
        specification[index // 7] |= 0x80 >> index % 7 if parts.get(name) else 0
    if specification[1]:
        specification[0] |= 1
    shown = bytes(specification) if specification[1] else bytes(specification[:1])
    return shown + b"".join(parts.get(name, b"") for name, _ in layout.ACCURACY_PARTS)


def _sigma(value: float | None, step: float, bits: int, what: str) -> bytes:
    if value is None:
        return b""
    if not (math.isfinite(value) and value >= 0):
        raise InvalidInput(f"{what} must be a finite number that is not negative")
    # Less a billionth, so that a whole number of steps that was multiplied out stays what it was.
    count = math.ceil(value / step * (1.0 - 1e-9))
    return min(count, (1 << bits) - 1).to_bytes(bits // 8, "big")


def _both_sigmas(values: tuple[float | None, float | None], step: float, bits: int, what: str) -> bytes:
    if (values[0] is None) != (values[1] is None):
        raise InvalidInput(f"{what} go together: give both or none")
    return _sigma(values[0], step, bits, what) + _sigma(values[1], step, bits, what)


def _address(address: int | None) -> bytes:
    """I062/380 with its subfield ADR alone."""
    if address is None:
        return b""
    return bytes((layout.AIRCRAFT_ADDRESS,)) + steps(address, 1, 24, "mode_s_address").to_bytes(3, "big")


def _identification(name: str | None) -> bytes:
    """I062/245: source of the name, six spare bits, eight characters of six bits."""
    if not name:
        return b""
    unknown = set(name) - set(layout.CHARACTER_CODES)
    if unknown or len(name) > layout.IDENTIFICATION_CHARACTERS:
        raise InvalidInput("target_identification must be up to eight of A-Z, 0-9 and space")
    bits = 0
    for character in name.ljust(layout.IDENTIFICATION_CHARACTERS):
        bits = bits << 6 | layout.CHARACTER_CODES[character]
    return bytes((_NAME_FROM_SENDER,)) + bits.to_bytes(6, "big")
