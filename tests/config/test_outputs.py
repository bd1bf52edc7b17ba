"""`[[outputs]]`: addresses and formats that can be, and what is refused with what would be right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tocsin.config.addresses import Address
from tocsin.config.outputs import FORMATS_OF, Output, OutputFormat, OutputTransport, parse_output
from tocsin.config.site import Site
from tocsin.config.toml import parse
from tocsin.config.writing import explain, template, to_toml

CODE = {"system_area_code": 25, "system_identification_code": 77}
PLACE = {"name": "Meadow", "latitude_deg": -47.0, "longitude_deg": -127.0}


def output(to: str, **settings: Any) -> Output:
    return Output.model_validate({"name": "peer", "to": to} | settings)


def site(outputs: list[dict[str, Any]], *sensors: dict[str, Any]) -> Site:
    return Site.model_validate({"site": PLACE, "outputs": outputs, "sensors": sensors})


@pytest.mark.parametrize(
    ("to", "way"),
    [("udp://10.0.0.9:8600", Address("udp", "10.0.0.9", 8600)),
     ("udp://[ff15::1]:8600", Address("udp", "ff15::1", 8600)),
     ("tcp://tak.example.org:8087", Address("tcp", "tak.example.org", 8087)),
     ("tcp-listen://0.0.0.0:8087", Address("tcp-listen", "0.0.0.0", 8087)),
     ("mqtt://broker/air/picture", Address("mqtt", "broker", 1883, "air/picture")),
     ("mqtts://broker:9999/air", Address("mqtts", "broker", 9999, "air")),
     ("file:/srv/sky.geojson", Address("file", path="/srv/sky.geojson")),
     ("file:sky.geojson", Address("file", path="sky.geojson"))],
)  # fmt: skip
def test_an_address_is_what_it_says(to: str, way: Address) -> None:
    assert parse_output(to) == way


@pytest.mark.parametrize(
    ("to", "told"),
    [("10.0.0.9:8600", "should begin with one of udp, tcp, tls, tcp-listen, mqtt, mqtts, file"),
     ("http://map:80/", "should begin with one of"), ("udp://10.0.0.9", "names no port"),
     ("udp://0.0.0.0:8600", "name the one that is to receive"), ("tcp://:8087", "names no machine"),
     ("tcp://tak:8087/x", "knows nothing of"), ("mqtt://broker", "names no topic"),
     ("mqtt://broker/air/#", "without [+] and #"), ("mqtt://ann:secret@broker/air", "password_file"),
     ("file:", "names no file"), ("file:///srv/sky.geojson", "should be file:/srv/sky.geojson")],
)  # fmt: skip
def test_an_address_that_can_not_be_is_refused_with_what_would_be_right(to: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        output(to)


@pytest.mark.parametrize(
    ("to", "settings", "format_"),
    [("udp://h:1", CODE, "cat062"), ("tcp://h:1", {}, "cot"), ("tcp-listen://h:1", {}, "cot"),
     ("mqtt://h/t", {}, "json"), ("mqtts://h/t", {}, "json"), ("file:x.geojson", {}, "geojson"),
     ("file:x.jsonl", {}, "json"), ("file:x.ast", CODE, "cat062"), ("file:x.xml", {}, "cot"),
     ("udp://h:1", {"format": "cot"}, "cot"), ("file:x", {"format": "json"}, "json")],
)  # fmt: skip
def test_every_way_and_every_ending_of_a_file_has_a_usual_format(
    to: str, settings: dict[str, Any], format_: str
) -> None:
    assert output(to, **settings).bytes_of == format_


def test_every_way_carries_something_and_every_format_goes_somewhere() -> None:
    assert set(FORMATS_OF) == set(OutputTransport)
    assert {one for formats in FORMATS_OF.values() for one in formats} == set(OutputFormat)


@pytest.mark.parametrize(
    ("settings", "told"),
    [({"to": "udp://h:1"}, "cat062 needs system_area_code"),
     ({"to": "udp://h:1", "system_area_code": 1}, "cat062 needs"),
     ({"to": "tcp://h:1", **CODE}, "mean nothing in cot"),
     ({"to": "mqtt://h/t", "service_identification": 1}, "mean nothing in json"),
     ({"to": "udp://h:1", "format": "geojson"}, "udp does not carry geojson; it carries cat062, cot, json"),
     ({"to": "file:sky.txt"}, "give a format"), ({"to": "file:x.xml", "period_s": 0.5}, "greater than or eq"),
     ({"to": "file:x.xml", "min_existence": 1.5}, "less than or equal"),
     ({"to": "file:x.xml", "aim": 1}, "Extra inputs")],
)  # fmt: skip
def test_settings_that_do_not_go_together_are_refused(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Output.model_validate({"name": "peer"} | settings)


TRACKS = {"name": "centre", "kind": "tracks"}


@pytest.mark.parametrize(
    ("outputs", "sensor", "told"),
    [([{"to": "tcp://a:1"}, {"to": "tcp://b:1"}], {}, "given twice"),
     ([{"to": "file:x.xml", "name": "a"}, {"to": "file:./x.xml", "name": "b"}], {}, "can't both have"),
     ([{"to": "tcp-listen://0.0.0.0:9", "name": "a"}, {"to": "tcp-listen://127.0.0.1:9", "name": "b"}], {},
      "can't both have"),
     ([{"to": "udp://10.0.0.9:8600", **CODE}], {**CODE}, "bears the SAC and SIC of the sensor 'centre'"),
     ([{"to": "udp://127.0.0.1:8600", **CODE}], {"input": "udp://0.0.0.0:8600"}, "to the input of 'centre'"),
     ([{"to": "udp://239.1.1.1:8600", **CODE}], {"input": "udp://239.1.1.1:8600"}, "to the input of"),
     ([{"to": "tcp://localhost:87"}], {"input": "tcp-listen://0.0.0.0:87", "format": "cot"}, "to the input"),
     ([{"to": "tcp-listen://0.0.0.0:87"}], {"input": "tcp://localhost:87", "format": "cot"}, "to the input"),
     ([{"to": "mqtt://b/air/cot", "format": "cot"}], {"input": "mqtt://b/air/#", "format": "cot"},
      "sends to the topic of 'centre'"),
     ([{"to": "mqtt://b/air/x"}], {"input": "mqtt://b/+/x", "format": "cot"}, "sends to the topic of")],
)  # fmt: skip
def test_outputs_that_spoil_each_other_or_come_back_are_refused(
    outputs: list[dict[str, Any]], sensor: dict[str, Any], told: str
) -> None:
    with pytest.raises(ValidationError, match=told):
        site([{"name": "peer"} | one for one in outputs], TRACKS | sensor)


@pytest.mark.parametrize(
    ("to", "source"),
    [("udp://10.0.0.9:8600", "udp://0.0.0.0:8600"), ("udp://239.1.1.1:8600", "udp://239.1.1.2:8600"),
     ("udp://127.0.0.1:8601", "udp://0.0.0.0:8600"), ("udp://127.0.0.1:8600", "tcp-listen://0.0.0.0:8600")],
)  # fmt: skip
def test_what_does_not_come_back_may_be(to: str, source: str) -> None:
    known = site([{"name": "peer", "to": to, **CODE}], TRACKS | {"input": source})
    assert known.own_track_codes == {(25, 77)}


@pytest.mark.parametrize("pattern", ["air", "air/y", "air/x/z", "other/#", "+"])
def test_another_topic_is_no_loop(pattern: str) -> None:
    source = {"input": f"mqtt://b/{pattern}", "format": "cot"}
    assert site([{"name": "peer", "to": "mqtt://b/air/x"}], TRACKS | source).outputs


def test_outputs_are_written_and_read_back() -> None:
    known = site([{"name": "peer", "to": "udp://h:1", "classes": ["bird"], **CODE}])
    assert parse(to_toml(known), Path("site.toml"), Site) == known


def test_the_template_explains_them_and_leaves_them_out() -> None:
    text = template()
    assert '#to = "file:sky.geojson"' in text and "#[[outputs]]" in text
    assert parse(text, Path("site.toml"), Site).outputs == ()
    assert [one.key for one in explain("outputs") if one.is_needed] == ["name", "to"]


def test_hops_are_for_groups() -> None:
    assert Output(name="a", to="udp://239.1.1.1:1", format="json", multicast_hops=3).multicast_hops == 3
    with pytest.raises(ValidationError, match="to a multicast group"):
        Output(name="a", to="udp://10.1.1.1:1", format="json", multicast_hops=3)
