"""A site file that may be given away: where and how sensors look, zones and rules, and nothing else."""

from __future__ import annotations

from tocsin.config.site import Place, Sensor, Site

_TEXTS_OF_A_SENSOR = frozenset({"name", "kind", "detection_probability"})


def to_share(site: Site) -> Site:
    """The same site without ways in and out, logins, files, senders and known flights.

    Of a sensor only numbers are kept, beside its name and kind: whatever says how its bytes come is text.
    """
    place = site.site.model_dump(exclude={"texts_folder", "identity_secret_file"})
    return Site(
        site=Place(**place),
        prior=site.prior,
        sensors=tuple(_sensor(sensor) for sensor in site.sensors),
        zones=site.zones,
        rules=site.rules,
        grouping=site.grouping,
        units=site.units,
        chains=site.chains,
    )


def _sensor(sensor: Sensor) -> Sensor:
    kept = {
        name: value for name, value in sensor if name in _TEXTS_OF_A_SENSOR or isinstance(value, int | float)
    }
    return Sensor.model_validate(kept)
