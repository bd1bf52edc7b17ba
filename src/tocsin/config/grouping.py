"""Groups: which objects are one situation for a zone, and share one alert."""

from __future__ import annotations

from pydantic import Field

from tocsin.config.section import Section


class Grouping(Section):
    """Objects that fly together, or come to one zone from one side within a time, share its alert.

    Members join and leave as they come and turn away; those that part get an alert of their own.
    """

    enabled: bool = True
    """Whether objects are grouped at all; if not, each has its own alert for each zone."""
    together_m: float = Field(3000.0, ge=0, le=50_000)
    """Objects this near one another, and as fast as one another, fly together [m]."""
    together_mps: float = Field(15.0, ge=0, le=200)
    """Velocities count as the same that differ by no more than this, and 0.3 of the slower one [m/s]."""
    window_s: float = Field(300.0, ge=0, le=7200)
    """Objects that come from one side are a group where their predicted entries are this near [s]."""
    direction_deg: float = Field(45.0, ge=0, le=180)
    """One side: within this angle of the middle of the group, as seen from the zone [deg]."""
    part_after_s: float = Field(60.0, ge=0, le=3600)
    """Members that fly apart, by more than half as much again, for this long get their own alert [s]."""
    shares_evidence: bool = True
    """Whether the kinds of evidence behind one count for all that fly together with it."""
    update_after_s: float = Field(10.0, ge=0, le=3600)
    """At the earliest this long after the last message, members that joined are told [s]."""
