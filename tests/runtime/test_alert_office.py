"""Operators at the running service: known by a token, one after the other, kept before they are answered."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from tests.alerting.test_desk import a_site
from tests.alerting.test_editor import ZONE, after, alert, at
from tests.runtime.offices import running

from tocsin.model.alerts import Level
from tocsin.recording.alert_book import AlertBook


def test_what_an_operator_did_is_answered_kept_and_shown(tmp_path: Path) -> None:
    with running(tmp_path) as service:
        service.rules(alert())
        done = service.post("A-1/acknowledge", note="on it")
        assert done.status_code == 200 and done.json()["operator"] == "anna"
        (open_one,) = service.get()
        assert (open_one["owner"], open_one["acknowledged_s"]) == ("duty", at(0) / 1e9)
        story = service.get("/A-1")
        assert [message["message"] for message in story["messages"]] == ["A-1-1"]
        (line,) = story["actions"]
        assert (line["operator"], line["unit"], line["what"]) == ("anna", "duty", "acknowledge")
        assert (line["outcome"], line["note"], line["time_s"]) == ("done", "on it", at(0) / 1e9)


def test_of_two_operators_at_once_one_does_it_and_the_other_is_told_who_did(tmp_path: Path) -> None:
    with running(tmp_path) as service:
        service.rules(alert())
        with ThreadPoolExecutor(2) as both:
            answers = list(both.map(lambda by: service.post("A-1/acknowledge", by), ("anna", "ben")))
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        (first,) = [answer for answer in answers if answer.status_code == 200]
        (second,) = [answer for answer in answers if answer.status_code == 409]
        assert f"acknowledged by {first.json()['operator']} (duty) at" in second.json()["error"]
        assert [line["outcome"] for line in service.get("/A-1")["actions"]] == ["done", "conflict"]


@pytest.mark.parametrize(
    ("path", "by", "body", "status", "told"),
    [
        ("A-1/acknowledge", None, {}, 401, "who asks"),
        ("A-1/acknowledge", "0011aabb.wrong", {}, 401, "no operator has this token"),
        ("A-1/cancel", "rita", {"note": "no"}, 403, "owned by duty"),
        ("A-9/acknowledge", "anna", {}, 404, "there is no alert 'A-9'"),
        ("A-1/destroy", "anna", {}, 404, "what can be done: acknowledge, cancel"),
        ("A-1/overdue", "anna", {}, 404, "what can be done"),
        ("A-1/cancel", "anna", {}, 422, "say why"),
        ("A-1/mark", "anna", {"marked_as": "ufo"}, 422, "marked_as"),
        ("A-1/acknowledge", "anna", {"operator": "ben"}, 422, "operator"),
    ],
)
def test_what_is_not_done_is_refused_with_the_reason(tmp_path, path, by, body, status, told):
    with running(tmp_path) as service:
        service.rules(alert())
        answer = service.post(path, by, **body)
        assert answer.status_code == status and told in answer.json()["error"]
        assert len(service.get("/A-1")["messages"]) == 1


def test_an_alert_that_is_gone_is_answered_as_gone(tmp_path: Path) -> None:
    with running(tmp_path) as service:
        service.rules(alert())
        assert service.post("A-1/cancel", note="a kite").status_code == 200
        gone = service.post("A-1/acknowledge")
        assert gone.status_code == 410 and "ended at 22:13:20 UTC" in gone.json()["error"]
        assert (service.folder / "cap" / "A-1-2.xml").exists()
        assert service.get() == []


def test_wrong_tokens_close_the_door_for_a_minute_but_not_to_those_who_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tocsin.runtime.tokens.MOST_FAILURES", 3)
    with running(tmp_path) as service:
        service.rules(alert())
        assert service.post("A-1/acknowledge", "anna").status_code == 200
        for _ in range(3):
            assert service.post("A-1/escalate", "0011aabb.wrong").status_code == 401
        assert service.post("A-1/escalate", "rita").status_code == 429
        assert service.post("A-1/acknowledge", "anna").status_code == 409
        service.clock.time_ns = at(61)
        assert service.post("A-1/escalate", "rita").status_code == 403


def test_a_message_of_an_actual_site_is_a_draft_until_an_operator_confirms_it(tmp_path: Path) -> None:
    with running(tmp_path, a_site(status="Actual")) as service:
        service.rules(alert())
        file = service.folder / "cap" / "A-1-1.xml"
        assert b"<status>Draft</status>" in file.read_bytes()
        assert service.post("A-1/confirm", message="A-1-1").status_code == 200
        assert b"<status>Actual</status>" in file.read_bytes()
        assert b"confirmed by duty officer" in file.read_bytes() and b"anna" not in file.read_bytes()
        service.rules(after(alert(), 60))
        assert b"<status>Draft</status>" in (service.folder / "cap" / "A-1-2.xml").read_bytes()


def test_a_test_is_test_from_end_to_end_and_no_alert_of_the_recording(tmp_path: Path) -> None:
    with running(tmp_path, a_site(status="Actual")) as service:
        made = service.post("test", zone=ZONE).json()
        file = service.folder / "cap" / f"{made['message']}.xml"
        assert b"<status>Test</status>" in file.read_bytes()
        assert service.post(f"{made['alert_id']}/confirm").status_code == 409
        assert b"<status>Test</status>" in file.read_bytes()
        assert service.line.alerts.open == () and [one["is_test"] for one in service.get()] == [True]


def test_who_let_the_time_pass_is_kept_as_what_the_service_did_itself(tmp_path: Path) -> None:
    with running(tmp_path) as service:
        service.rules(alert())
        service.clock.time_ns = at(61)
        while not (actions := service.get("/A-1")["actions"]):
            pass
        assert (actions[0]["what"], actions[0]["operator"], actions[0]["owner"]) == ("overdue", "", "region")


def test_the_log_says_that_nobody_answered(tmp_path: Path) -> None:
    with running(tmp_path) as service, capture_logs() as lines:
        service.rules(alert())
        for second, actions in ((61, 1), (122, 2), (183, 3)):
            service.clock.time_ns = at(second)
            while len(service.get("/A-1")["actions"]) < actions:
                pass
    states = [str(line["state"]) for line in lines if "state" in line]
    assert [state.startswith("NOBODY ANSWERED: nobody of nation") for state in states] == [False, False, True]


def test_a_service_that_starts_again_goes_on_with_what_was_open(tmp_path: Path) -> None:
    with running(tmp_path) as service:
        service.rules(alert(), replace(alert(Level.ADVISORY), alert_id="A-2", predicted_entry_ns=None))
        service.post("A-1/acknowledge")
    with running(tmp_path) as service:
        first, second = service.get()
        assert (first["alert_id"], first["is_from_before"], first["owner"]) == ("A-1", True, "duty")
        assert first["acknowledged_s"] is not None and second["acknowledge_by_s"] == at(300) / 1e9
        assert {message.alert_id for message in service.line.alerts.open} == {"A-1", "A-2"}
        service.rules(replace(alert(second=30, tracks=("N1",)), alert_id="A-7"))
        assert service.post("A-2/cancel", note="over").status_code == 200
        (left,) = service.get()
        assert (left["alert_id"], left["version"], left["is_from_before"]) == ("A-1", 2, False)
    with AlertBook(tmp_path / "alerts.sqlite") as book:
        assert [entry.message.identifier for entry in book.messages()] == ["A-1-1", "A-2-1", "A-1-2", "A-2-2"]


def test_when_the_line_is_stuck_nothing_is_done_later_behind_the_operators_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tocsin.runtime.alert_door._ANSWERS_WITHIN_S", 0.05)
    with running(tmp_path) as service:
        service.rules(alert())
        with service.lock:
            busy = service.post("A-1/acknowledge")
        assert busy.status_code == 503 and "nothing was done" in busy.json()["error"]
        assert service.post("A-1/acknowledge").status_code == 200


def test_marks_hold_after_a_restart(tmp_path: Path) -> None:
    with running(tmp_path) as service:
        service.rules(alert())
        assert service.post("A-1/mark", marked_as="bird").status_code == 200
    with running(tmp_path) as service:
        (mark,) = service.office.desk.editor.marks_on("A-1")
        assert mark.track_ids == {"T1"} and mark.words == "marked as a bird by the duty officer (duty)"
