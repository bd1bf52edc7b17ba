"""Whether a node's message is its own, and said just now: by the key that the site file names for it."""

from __future__ import annotations

from pathlib import Path

from tocsin.config.site import Site
from tocsin.errors import UnusableFile
from tocsin.formats.nodes import Envelope, is_sealed_with
from tocsin.model.timeliness import FARTHEST_AHEAD_NS, LATEST_NS
from tocsin.sensors.recent import Recent

NOT_AUTHENTIC = "not_authentic"
"""Reason under which is counted what bears no seal, or not that of the node."""
REPLAYED = "replayed"
"""Reason under which is counted what bears the seal of a message that came before."""
LEAST_KEY_BYTES = 16
_NANOSECONDS_PER_MS = 1_000_000


class NodeKeys:
    """The keys of a site's nodes, read once.

    A seal counts for 10 s from when it was made and once: what is older is too late anyway. So after a
    restart, when no seal is remembered, somebody could at most say again what was said in the last 10 s.
    Raises UnusableFile for a file that can't be read, or holds a key of fewer than 16 bytes.
    """

    def __init__(self, site: Site) -> None:
        self._keys = {
            number: _key_in(Path(sensor.message_key_file).expanduser())
            for number, sensor in enumerate(site.sensors)
            if sensor.message_key_file
        }
        self._seen: Recent[str, bool] = Recent()

    def refusal(self, sensor: int, envelope: Envelope | None, received_ns: int) -> str | None:
        """Why a message in this envelope, or in none, is not to be used; None if it is."""
        key = self._keys.get(sensor)
        if key is None:
            return None
        if envelope is None or envelope.seal is None or not is_sealed_with(key, envelope):
            return NOT_AUTHENTIC
        age_ns = received_ns - (envelope.sent_ms or 0) * _NANOSECONDS_PER_MS
        if age_ns > LATEST_NS:
            return "received_too_late"
        if age_ns < -FARTHEST_AHEAD_NS:
            return "from_the_future"
        if self._seen.get(envelope.seal) is not None:
            return REPLAYED
        self._seen.put(envelope.seal, True, received_ns)
        return None


def _key_in(path: Path) -> bytes:
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        raise UnusableFile(path, f"message_key_file cannot be read ({error.strerror})") from None
    if len(key) < LEAST_KEY_BYTES:
        raise UnusableFile(
            path, f"message_key_file holds fewer than {LEAST_KEY_BYTES} bytes: make a longer key"
        )
    return key
