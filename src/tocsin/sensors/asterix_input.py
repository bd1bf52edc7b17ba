"""Messages of one ASTERIX category out of datagrams that are one sensor's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from tocsin.config.site import Sensor
from tocsin.formats.asterix import AdsbTarget, SystemTrack, decode_placed
from tocsin.sensors.ledger import Ledger
from tocsin.sensors.radars import code_of

OTHER_CATEGORY = "asterix_of_another_category"
OTHER_SOURCE = "other_data_source"
Wanted = TypeVar("Wanted", SystemTrack, AdsbTarget)


def messages_of(
    wanted: type[Wanted], data: bytes, editions: Mapping[int, str], sensor: int, ledger: Ledger
) -> Iterator[Wanted]:
    """Yields the wanted messages of a datagram; the others, and what cannot be read, are counted."""
    messages, errors = decode_placed(data, editions)
    for error in errors:
        ledger.error(sensor, error)
    for message in messages:
        if isinstance(message, wanted):
            yield message
        else:
            ledger.refuse(sensor, OTHER_CATEGORY)


def is_from(sensor: Sensor, message: SystemTrack | AdsbTarget) -> bool:
    """Whether a message bears the SAC and SIC of a sensor; one without them takes all."""
    code = code_of(sensor)
    return code is None or code == (message.sac, message.sic)
