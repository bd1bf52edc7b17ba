"""Winds and confusions in site files: what is wrong is said, and all of it reads back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tocsin.config.site import Site
from tocsin.config.toml import parse
from tocsin.config.writing import to_toml

PLACE = {"name": "Here", "latitude_deg": -47.0, "longitude_deg": -127.0}
CONFUSION = {"drone": {"multirotor": 0.9, "bird": 0.2}, "bird": {"bird": 0.7}}


def a_site(**sections: Any) -> Site:
    return Site.model_validate({"site": PLACE, **sections})


def sensor(**keys: Any) -> dict[str, Any]:
    return {"name": "ears", "kind": "microphone", **keys}


def test_a_site_with_winds_and_confusions_reads_back_as_it_was() -> None:
    winds = [{"altitude_m": 0, "speed_mps": 4, "from_deg": 250}, {"altitude_m": 900.0, "speed_mps": 9.5,
             "from_deg": 270.0, "sigma_mps": 1.0}]  # fmt: skip
    site = a_site(winds=winds, sensors=[sensor(label_confusion=CONFUSION, label_right_probability=0.9)])
    assert parse(to_toml(site), Path("site.toml"), Site) == site
    assert site.sensors[0].label_confusion[0] == ("drone", "multirotor", 0.9)


def test_two_winds_of_one_height_are_refused() -> None:
    with pytest.raises(ValidationError, match="two are of the same altitude_m"):
        a_site(winds=[{"speed_mps": 4, "from_deg": 250}, {"speed_mps": 5, "from_deg": 250}])


@pytest.mark.parametrize(
    ("confusion", "complaint"),
    [
        ({"drone": {"multirotor": 0.9}, "bird": {"multirotor": 0.2}}, "labels of multirotor add up to 1.1"),
        ({"person": {"bird": 0.5}}, "person|drone"),
        ({"drone": {"drone": 0.5}}, "delta_wing_drone"),
        ({"drone": 0.5}, "should be a table of labels and classes"),
        ({"drone": {"bird": 1.5}}, "less than or equal to 1"),
        ([["drone", "bird", 0.1], ["drone", "bird", 0.2]], "twice"),
    ],
)
def test_a_confusion_that_no_sensor_can_have_is_refused(confusion: Any, complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        a_site(sensors=[sensor(label_confusion=confusion)])
