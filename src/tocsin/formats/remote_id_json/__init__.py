"""What receivers of Remote ID tell in JSON: DragonSync, OpenDroneID decoders, ESP32 mesh receivers.

Positions and names of operators and pilots are never read out of it; serial numbers are personal data and
stand in no repr and in no error text.
"""

from tocsin.formats.remote_id_json.decoding import MOST_BYTES, decode_remote_id_json
from tocsin.formats.remote_id_json.report import RemoteIdReport

__all__ = ["MOST_BYTES", "RemoteIdReport", "decode_remote_id_json"]
