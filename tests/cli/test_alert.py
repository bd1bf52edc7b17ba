"""`tocsin alert` on a recording and on a running service, and `tocsin operator`, as people call them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.alerting.test_editor import alert
from tests.cli.conftest import Call, DemoRun
from tests.runtime.offices import Running, running

SITE = '[site]\nname = "Here"\nlatitude_deg = -47.0\nlongitude_deg = -127.0\n'


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Running]:
    (tmp_path / "service").mkdir()
    with running(tmp_path / "service") as service:
        service.rules(alert())
        yield service


@pytest.fixture
def asked(tocsin: Call, service: Running, monkeypatch: pytest.MonkeyPatch) -> Call:
    """`tocsin alert` of anna, at the service."""
    monkeypatch.setenv("TOCSIN_TOKEN", service.tokens["anna"])
    port = service.client.base_url.port
    return lambda *arguments: tocsin("alert", *arguments, "--port", port)


def test_a_recording_is_listed_shown_and_explained(tocsin: Call, demo_run: DemoRun) -> None:
    of_it = ("--in", demo_run.directory)
    rows = tocsin("alert", "list", *of_it, "--json").json
    known = {row["alert_id"] for row in demo_run.summary["alerts"]}
    assert {row["alert_id"] for row in rows} == known
    for alert_id in sorted(known):
        shown = tocsin("alert", "show", alert_id, *of_it, "--json").json
        for message in shown["messages"]:
            answer = tocsin("alert", "why", alert_id, "--version", message["version"], *of_it, "--json").json
            assert answer["rule"]["label"] and answer["tracks"] and answer["sensors"]
    text = tocsin("alert", "why", rows[0]["alert_id"], *of_it).out
    assert "entry probability from" in text and "newest detection measured" in text
    assert "what says so" in text and "speed, climb and height" in text
    assert rows[0]["alert_id"] in tocsin("alert", "list", *of_it).out
    assert "v1" in tocsin("alert", "show", rows[0]["alert_id"], *of_it).out


def test_an_alert_or_version_that_is_not_there_is_told_by_name(tocsin: Call, demo_run: DemoRun) -> None:
    unknown = tocsin("alert", "why", "A-NONE", "--in", demo_run.directory)
    assert unknown.code == 1 and "no alert 'A-NONE'" in unknown.err and "alert list --in" in unknown.err
    known = demo_run.summary["alerts"][0]["alert_id"]
    late = tocsin("alert", "why", known, "--version", 99, "--in", demo_run.directory)
    assert late.code == 1 and "no version 99; known: 1" in late.err
    nowhere = tocsin("alert", "list", "--in", "nowhere")
    assert nowhere.code == 1 and "is no directory" in nowhere.err


def test_an_operator_acknowledges_passes_on_and_reads_who_did_what(asked: Call) -> None:
    assert "to be acknowledged in" in asked("list").out
    assert "answers for it" in asked("ack", "A-1").out
    again = asked("ack", "A-1")
    assert again.code == 1 and "was acknowledged by anna (duty) at 22:13:20 UTC" in again.err
    assert (
        asked("escalate", "A-1", "--to", "nation", "--note", "my shift ends", "--json").json["owner"]
        == "nation"
    )
    (row,) = asked("list", "--json").json
    assert (row["owner"], row["acknowledged_s"]) == ("nation", None)
    refused = asked("escalate", "A-1")
    assert refused.code == 1 and "owned by nation" in refused.err
    story = asked("show", "A-1").out
    assert "anna (duty): hand over: nation owns it now; note: my shift ends" in story
    assert "REFUSED, conflict" in story


def test_a_mark_a_cancel_and_a_test_go_through_the_service(asked: Call, service: Running) -> None:
    assert "marked as a balloon" in asked("mark", "A-1", "--as", "balloon", "--for", "30").out
    (row,) = asked("list", "--json").json
    assert row["level"] == "advisory" and "marked as a balloon" in row["marks"][0]
    assert "rules hold again" in asked("unmark", "A-1").out
    assert "issued anew if rules still hold" in asked("cancel", "A-1", "--note", "a kite").out
    gone = asked("ack", "A-1")
    assert gone.code == 1 and "ended at" in gone.err
    assert "goes to all receivers" in asked("test", "--zone", "Kaldvik").out
    assert "TEST" in asked("list").out
    (test,) = [row["alert_id"] for row in asked("list", "--json").json if row["is_test"]]
    assert "A test has nothing behind it" in asked("why", test.removeprefix("TEST-").lower()).out
    why = asked("why", "A-1", "--json")
    assert why.json["message"]["reason"] == "warning: it comes"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("ack", "A-9"), "there is no alert 'A-9', nor was there one lately; open and nearest to it: A-1"),
        (("show", "A-9"), "there is no alert 'A-9', nor was there one lately; open and nearest to it: A-1"),
        (("why", "A-9"), "there is no alert 'A-9'"),
        (("mark", "A-1", "--as", "ufo"), "bird"),
        (("confirm", "A-X"), "as A-7K3QX2-3"),
        (("confirm", "A-1-1"), "site file says Exercise"),
        (("confirm", "a-1-1"), "site file says Exercise"),
        (("test", "--zone", "Moon"), "known: Kaldvik"),
    ],
)
def test_what_makes_no_sense_is_told_and_changes_nothing(asked, arguments, told):
    refused = asked(*arguments)
    assert refused.code == 1 and told in refused.err


def test_a_token_comes_from_a_file_or_the_environment_and_a_wrong_one_is_refused(
    tocsin: Call, service: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = ("--port", service.client.base_url.port)
    monkeypatch.delenv("TOCSIN_TOKEN", raising=False)
    nobody = tocsin("alert", "ack", "A-1", *port)
    assert nobody.code == 1 and "--token-file FILE, or set TOCSIN_TOKEN" in nobody.err
    (tmp_path / "token").write_text(f"{service.tokens['ben']}\n")
    assert tocsin("alert", "ack", "A-1", *port, "--token-file", tmp_path / "token").code == 0
    (tmp_path / "token").write_text("0011aabb.wrong")
    wrong = tocsin("alert", "escalate", "A-1", *port, "--token-file", tmp_path / "token")
    assert wrong.code == 1 and "no operator has this token" in wrong.err
    (tmp_path / "token").write_text("")
    assert "holds no token" in tocsin("alert", "ack", "A-1", *port, "--token-file", tmp_path / "token").err


def test_names_are_found_without_regard_to_case(asked: Call) -> None:
    assert "nation owns it now" in asked("escalate", "a-1", "--to", "NATION").out
    refused = asked("ack", "a-1")
    assert "ask nation to hand it over: tocsin alert escalate A-1 --to duty" in refused.err
    assert asked("show", "a-1", "--json").json["alert_id"] == "A-1"
    assert "TEST-" in asked("test", "--zone", "KALDVIK").out


def test_a_token_goes_into_a_file_that_is_for_its_user_only(tocsin: Call, tmp_path: Path) -> None:
    site, file = tmp_path / "site.toml", tmp_path / "anna.token"
    site.write_text(SITE)
    adding = ("operator", "add", "anna", "--unit", "Duty", "--site", site, "--out", file)
    added = tocsin(*adding)
    assert (added.code, added.out) == (0, "") and "may act for duty" in added.err
    assert file.stat().st_mode & 0o777 == 0o600 and file.read_text().strip() not in added.err
    assert "is there already" in tocsin(*adding).err


def test_check_says_that_an_operators_unit_is_not_in_the_site_file(tocsin: Call, tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text(SITE)
    tocsin("operator", "add", "anna", "--unit", "duty", "--site", site)
    assert "operator" not in tocsin("config", "check", site).err
    site.write_text(SITE + '[[units]]\nname = "town"\n')
    told = tocsin("config", "check", site).err
    assert "operator 'anna' is of unit 'duty', which the site file does not have" in told
    (tmp_path / "operators.json").chmod(0o644)
    assert "nobody can act on alerts" in tocsin("config", "check", site).err


def test_operators_are_added_listed_and_removed(tocsin: Call, tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text(SITE)
    added = tocsin("operator", "add", "anna", "--unit", "duty", "--site", site)
    token = added.out.strip()
    assert added.code == 0 and len(token) > 40 and token not in added.err
    assert token.partition(".")[2] not in (tmp_path / "operators.json").read_text()
    (listed,) = tocsin("operator", "list", "--site", site, "--json").json
    assert listed == {"name": "anna", "unit": "duty", "is_known": True}
    twice = tocsin("operator", "add", "anna", "--unit", "duty", "--site", site)
    assert twice.code == 1 and f"first: tocsin operator remove anna --site {site}" in twice.err
    strange = tocsin("operator", "add", "ben", "--unit", "moon", "--site", site)
    assert strange.code == 1 and "known: duty" in strange.err
    assert tocsin("operator", "remove", "anna", "--site", site).code == 0
    assert "nobody may act" in tocsin("operator", "list", "--site", site).err
    assert json.loads((tmp_path / "operators.json").read_text())["operators"] == []
