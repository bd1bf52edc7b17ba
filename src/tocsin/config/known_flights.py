"""Flights that a site knows of beforehand: announced by place and time, or by what they call themselves."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, AwareDatetime, Field, model_validator

from tocsin.config.section import Altitude, Latitude, Longitude, Name, Section
from tocsin.geo.polygon import Polygon


def _simple(polygon: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    if polygon:
        Polygon([(longitude, latitude) for latitude, longitude in polygon])
    return polygon


class KnownFlight(Section):
    """A flight whose alerts stay at `watch`, and are never silent: an identity alone can be forged."""

    name: Name
    """What messages call it; unique in the file."""
    identity: str = Field("", pattern=r"^((icao|adsb):[0-9a-fA-F]{6}|(rid|cot):[0-9a-f]{16})?$")
    """What tracks call it, as in `icao:3c6444` or `rid:` and a hash of this site (`tocsin decode` shows it);
    empty: whatever flies there then."""
    polygon: Annotated[tuple[tuple[Latitude, Longitude], ...], AfterValidator(_simple)] = ()
    """Where it flies, corners as [latitude, longitude]; empty: anywhere, which needs an identity [deg]."""
    ceiling_m: Altitude = 100_000.0
    """Above this it is not known, over the ellipsoid [m]."""
    from_utc: AwareDatetime | None = None
    """When it begins; absent: always, which needs an identity."""
    until_utc: AwareDatetime | None = None
    """When it ends."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if (self.from_utc is None) != (self.until_utc is None):
            raise ValueError("from_utc and until_utc go together: give both or neither")
        if self.from_utc is not None and self.until_utc is not None and self.from_utc >= self.until_utc:
            raise ValueError("from_utc must be before until_utc")
        if not self.identity and not (self.polygon and self.from_utc):
            raise ValueError("give an identity, or polygon with from_utc and until_utc: all would be known")
        if self.polygon and len(self.polygon) < 3:
            raise ValueError("polygon needs three corners or more")
        return self
