import pytest
from tests.recording.samples import FRAME, SENSORS, SITE_TOML, a_message

from tocsin.errors import InvalidTable
from tocsin.evaluation.alert_log import alert_log, read_cap
from tocsin.model.alerts import Level, MessageType
from tocsin.recording.recorder import Recorder
from tocsin.recording.recording import Recording


def cap(*expires):
    infos = "".join(f"<info><expires>{time}</expires></info>" for time in expires)
    return f'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">{infos}</alert>'.encode()


@pytest.fixture
def recorded(tmp_path):
    def recorded(messages, caps=()):
        with Recorder(tmp_path / "r", SITE_TOML, SENSORS, FRAME) as to:
            to.alerts(messages)
            for message, content in zip(messages, caps, strict=False):
                to.cap(message.cap_file, content)
        return Recording(tmp_path / "r")

    return recorded


def test_expiry_is_read_from_the_cap_file_and_else_usual(recorded):
    log = alert_log(recorded([a_message(1), a_message(2, second=20)], [cap("2023-11-14T22:20:00+00:00")]))
    assert [alert.version for alert in log] == [1, 2]
    assert log[0].expires_s == 1_700_000_400.0
    assert log[1].expires_s == 1_700_000_020.0 + 900.0
    assert (log[0].level, log[0].message_type) == (Level.WARNING, MessageType.ALERT)
    assert (log[0].zone, log[0].track_ids) == ("Kaldvik", ("T1", "T2"))


def test_of_several_languages_the_latest_expiry_counts_in_whatever_zone_it_is_written():
    assert (
        read_cap(cap("2023-11-14T22:20:00-00:00", "2023-11-15T00:30:00+02:00")).expires_s == 1_700_001_000.0
    )


@pytest.mark.parametrize("message", [b"", b"<alert", cap(), cap("soon"), cap("2023-11-14T22:20:00")])
def test_a_message_that_does_not_say_when_it_expires_says_nothing(message):
    assert read_cap(message).expires_s is None


def test_the_polygons_of_the_first_language_are_read_as_latitude_and_longitude():
    area = "<area><polygon>1,2 1,3 2,3 1,2</polygon><polygon>nowhere</polygon></area>"
    infos = f"<info>{area}</info><info>{area}</info>"
    message = f'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">{infos}</alert>'.encode()
    assert read_cap(message).polygons_deg == (((1.0, 2.0), (1.0, 3.0), (2.0, 3.0), (1.0, 2.0)),)


def test_a_level_that_is_none_is_refused_with_its_row(recorded, monkeypatch):
    recording = recorded([a_message(1), a_message(2)])
    table = recording.alerts()
    levels = table.set_column(table.column_names.index("level"), "level", [["warning", "panic"]])
    monkeypatch.setattr(recording, "alerts", lambda: levels)
    with pytest.raises(InvalidTable, match="row 2: 'PANIC'"):
        alert_log(recording)
