from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from cap_tools import AlertState
from cap_tools.models import Alert, MsgType, ResponseType, Scope, Status, Urgency
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree
from pydantic import TypeAdapter, ValidationError
from tests.outputs.messages import CANCEL, MESSAGE, UPDATE, make_site
from xsdata.formats.dataclass.parsers import XmlParser

from tocsin.config.section import Name
from tocsin.errors import InvalidInput
from tocsin.model.alerts import AlertMessage, Level
from tocsin.outputs.cap import NAMESPACE, CapEncoder, Confirmation

TEST = replace(MESSAGE, is_test=True)


def decoded(xml: bytes) -> Alert:
    return XmlParser().from_bytes(xml, Alert)


@pytest.fixture(scope="module")
def schema(shared_path: Callable[[str], Path]) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(shared_path("schemas/CAP-v1.2.xsd")))


# ---- the standard ----


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize(
    "message", [MESSAGE, UPDATE, CANCEL, TEST], ids=["Alert", "Update", "Cancel", "Test"]
)
@pytest.mark.parametrize("status", ["Exercise", "Actual"])
def test_every_message_is_valid_against_the_schema_of_the_standard(
    schema: etree.XMLSchema, message: AlertMessage, level: Level, status: str
) -> None:
    encoder = CapEncoder(make_site(status=status, languages=("de-AT", "en", "fr")))
    message = replace(message, level=level)
    for confirmation in (None, Confirmation(message.identifier, "duty officer")):
        schema.assertValid(etree.fromstring(encoder.encode(message, confirmation)))


names = st.text(min_size=1, max_size=80).filter(lambda text: _is_name(text))


def _is_name(text: str) -> bool:
    try:
        TypeAdapter(Name).validate_python(text)
    except ValidationError:
        return False
    return True


@given(site_name=names, zone_name=names)
@example(site_name="<&>\"' ]]>", zone_name="{event} {zone!r} %s")
@example(site_name="東京", zone_name="\ufffe\uffff\x7f\x85\u2028")
def test_any_name_that_a_site_file_may_hold_gives_well_formed_messages(
    site_name: str, zone_name: str
) -> None:
    encoder = CapEncoder(make_site(zone={"name": zone_name}, name=site_name, languages=("en", "de")))
    message = replace(UPDATE, zone=zone_name, reason=f"warning: heading for {zone_name}")
    xml = encoder.encode(message)
    alert = decoded(xml)
    assert not set(" ,<&") & set(alert.sender)
    assert alert.references_to_list()[0].identifier == MESSAGE.identifier
    area = alert.infos[0].areas[0].area_desc
    assert len(area) == len(zone_name)
    assert all(read == given or read == "\ufffd" for read, given in zip(area, zone_name, strict=True))


@given(site_name=names, zone_name=names)
def test_any_name_gives_valid_messages(schema: etree.XMLSchema, site_name: str, zone_name: str) -> None:
    encoder = CapEncoder(make_site(zone={"name": zone_name}, name=site_name, languages=("en", "de")))
    schema.assertValid(etree.fromstring(encoder.encode(replace(UPDATE, zone=zone_name))))


def test_times_are_in_utc_as_the_standard_writes_it() -> None:
    root = etree.fromstring(CapEncoder(make_site()).encode(MESSAGE))
    times = {
        element.tag.split("}")[1]: element.text for element in root.iter() if "T01:" in (element.text or "")
    }
    assert times == {
        "sent": "2022-12-26T01:19:00-00:00",
        "effective": "2022-12-26T01:19:00-00:00",
        "onset": "2022-12-26T01:23:10-00:00",
        "expires": "2022-12-26T01:34:00-00:00",
    }


def test_the_area_is_a_closed_polygon_with_heights_in_feet() -> None:
    area = decoded(CapEncoder(make_site()).encode(MESSAGE)).infos[0].areas[0]
    corners = area.polygons[0].split(" ")
    assert corners == [
        "10.000000,20.000000",
        "10.000000,20.100000",
        "10.100000,20.100000",
        "10.100000,20.000000",
        "10.000000,20.000000",
    ]
    assert (area.altitude, area.ceiling) == (Decimal(0), Decimal(3281))


# ---- status ----


def test_an_exercise_stays_an_exercise_even_if_someone_confirms() -> None:
    alert = decoded(CapEncoder(make_site()).encode(MESSAGE, Confirmation(MESSAGE.identifier, "duty officer")))
    assert (alert.status, alert.scope) == (Status.EXERCISE, Scope.RESTRICTED)
    assert alert.note is not None
    assert alert.infos[0].headline == "EXERCISE: Drone warning for Kaldvik"


def test_a_site_that_is_actual_gives_a_draft_until_an_operator_confirms() -> None:
    encoder = CapEncoder(make_site(status="Actual"))
    draft = decoded(encoder.encode(MESSAGE))
    assert (draft.status, draft.scope) == (Status.DRAFT, Scope.RESTRICTED)
    assert draft.infos[0].headline == "DRAFT: Drone warning for Kaldvik"
    actual = decoded(encoder.encode(MESSAGE, Confirmation(MESSAGE.identifier, "duty officer")))
    assert (actual.status, actual.scope, actual.restriction) == (Status.ACTUAL, Scope.PUBLIC, None)
    assert actual.source == "confirmed by duty officer"
    assert actual.infos[0].headline == "Drone warning for Kaldvik"


def test_a_confirmation_is_of_one_message_only() -> None:
    encoder = CapEncoder(make_site(status="Actual"))
    with pytest.raises(InvalidInput, match="every message is confirmed by itself"):
        encoder.encode(UPDATE, Confirmation(MESSAGE.identifier, "duty officer"))


# ---- what it says ----


def test_all_that_went_in_comes_out_again() -> None:
    alert = decoded(CapEncoder(make_site()).encode(MESSAGE))
    info = alert.infos[0]
    parameters = info.parameters_to_dict()
    assert (alert.identifier, alert.msg_type) == ("A-7K3QX2-1", MsgType.ALERT)
    assert info.description is not None
    assert MESSAGE.reason in info.description
    assert parameters["tocsin:level"] == "warning"
    assert parameters["tocsin:track_ids"] == "T3 T9"
    assert parameters["tocsin:entry_probability"] == "0.830"
    assert parameters["tocsin:rule"] == "warning"
    assert parameters["tocsin:evidence"] == "seen by microphone and radar; existence 0.98"


def test_an_update_and_a_cancel_take_the_place_of_all_messages_before() -> None:
    encoder, state = CapEncoder(make_site()), AlertState()
    state.ingest(decoded(encoder.encode(MESSAGE)))
    state.ingest(decoded(encoder.encode(UPDATE)))
    assert [alert.identifier for alert in state] == ["A-7K3QX2-2"]
    cancel = decoded(encoder.encode(CANCEL))
    assert [reference.identifier for reference in cancel.references_to_list()] == ["A-7K3QX2-1", "A-7K3QX2-2"]


def test_an_all_clear_says_that_it_is_over() -> None:
    alert = decoded(CapEncoder(make_site()).encode(CANCEL))
    info = alert.infos[0]
    assert alert.msg_type is MsgType.CANCEL
    assert (info.urgency, info.response_types) == (Urgency.PAST, [ResponseType.ALL_CLEAR])
    assert info.event == "Drone all-clear"
    assert info.onset is None


def test_an_alert_that_lapsed_says_that_the_object_was_not_seen_to_leave() -> None:
    info = decoded(CapEncoder(make_site()).encode(replace(CANCEL, lapsed=True))).infos[0]
    assert "lost from sight" in (info.headline or "")
    assert "not seen to leave" in (info.description or "")
    assert "lifted" not in (info.description or "")


def test_a_test_says_first_and_last_that_there_is_nothing_to_do() -> None:
    alert = decoded(CapEncoder(make_site()).encode(TEST))
    (info,) = alert.infos
    assert alert.status is Status.TEST and info.response_types == [ResponseType.NONE]
    for text in (info.instruction, info.description):
        assert text is not None and text.startswith("Test. ") and text.endswith("There is nothing to do.")
        assert "inside" not in text and "is expected" not in text


def test_the_zone_is_warned_in_its_own_language_first() -> None:
    alert = decoded(CapEncoder(make_site(zone={"language": "de"}, languages=("en", "de-AT"))).encode(MESSAGE))
    assert [info.language for info in alert.infos] == ["de", "en"]
    description = alert.infos[0].description
    assert alert.infos[0].headline == "ÜBUNG: Drohnenwarnung für Kaldvik"
    assert description is not None
    assert description.startswith("Über Kaldvik wird gegen 01:23 UTC eine kleine Flächendrohne")


def test_a_language_without_texts_is_served_in_english() -> None:
    alert = decoded(CapEncoder(make_site(zone={"language": "fi"}, languages=("fi",))).encode(MESSAGE))
    assert [info.language for info in alert.infos] == ["en"]


def test_a_zone_that_the_site_has_not_is_refused_by_name() -> None:
    with pytest.raises(InvalidInput, match="no zone 'Sund'"):
        CapEncoder(make_site()).encode(replace(MESSAGE, zone="Sund"))


def test_the_same_message_gives_the_same_bytes() -> None:
    site = make_site(languages=("en", "de"))
    assert CapEncoder(site).encode(MESSAGE) == CapEncoder(site).encode(MESSAGE)
    assert NAMESPACE.encode() in CapEncoder(site).encode(MESSAGE)
