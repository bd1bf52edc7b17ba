"""Events for tests: published forms with made-up content, and any that can be written."""

from __future__ import annotations

import math

from hypothesis import strategies as st

from tocsin.formats.cot import CotEvent

TIME_NS = 1_767_225_600_123_000_000  # 2026-01-01T00:00:00.123Z
AIRCRAFT = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<event version="2.0" uid="ICAO-4B1234" type="a-n-A-C-F" time="2026-01-01T00:00:00.123Z" '
    b'start="2026-01-01T00:00:00.123Z" stale="2026-01-01T00:02:00Z" how="m-g" access="Undefined">'
    b'<point lat="46.512345" lon="-6.612345" hae="3000.5" ce="10.0" le="9999999.0"/>'
    b'<detail><contact callsign="MADEUP1"/><track course="92.1" speed="129.3" slope="0"/>'
    b"<remarks>HB-XXX &amp; more</remarks></detail></event>"
)
PERSON = (
    b'<event version="2.0" uid="ANDROID-made-up-person" type="a-f-G-U-C" time="2026-01-01T00:00:00Z" '
    b'start="2026-01-01T00:00:00Z" stale="2026-01-01T00:06:15Z" how="h-e">'
    b'<point lat="46.587654" lon="6.687654" hae="400.0" ce="5.0" le="5.0"/>'
    b'<detail><contact callsign="Somebody Madeup" endpoint="192.0.2.7:4242:tcp"/><uid Droid="Somebody"/>'
    b'<__group name="Cyan" role="Team Member"/><status battery="57"/></detail></event>'
)
CHAT = PERSON.replace(b"a-f-G-U-C", b"b-t-f")

ERRORS = st.none() | st.floats(0.1, 90_000.0)
EVENTS = st.builds(
    CotEvent,
    uid=st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=40),
    kind=st.sampled_from(["a-u-A", "a-h-A-M-F-Q", "a-f-A-C-H", "a-n-A-C-F", "a-.-A"]),
    time_ns=st.integers(0, 6_000_000_000_000).map(lambda milliseconds: milliseconds * 1_000_000),
    latitude_rad=st.floats(-math.pi / 2, math.pi / 2),
    longitude_rad=st.floats(-math.pi, math.pi),
    altitude_m=st.none() | st.floats(-500.0, 90_000.0),
    horizontal_error_m=ERRORS,
    vertical_error_m=ERRORS,
    stale_ns=st.integers(1, 6_000_000_000_000).map(lambda milliseconds: milliseconds * 1_000_000),
)
