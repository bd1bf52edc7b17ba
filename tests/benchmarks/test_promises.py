"""The judge of promises finds what is broken: on the smallest scenario, run by a site that signs."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from benchmarks.promises import Kept, kept_in, signed_run
from lxml import etree
from tests.runtime import small


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory, compiled_kernels: None) -> Path:
    folder = tmp_path_factory.mktemp("promises")
    signed_run(small.write(folder), 1, folder)
    return folder


@pytest.fixture
def judged(recorded: Path, tmp_path: Path, shared_path: Callable[[str], Path]) -> Callable[[], Kept]:
    """Judges a copy in `tmp_path / "run"`, which may be broken before."""
    schema = etree.XMLSchema(etree.parse(shared_path("schemas/CAP-v1.2.xsd")))
    shutil.copytree(recorded / "run", tmp_path / "run")
    return lambda: kept_in(tmp_path / "run", schema, recorded / "site.pem")


def test_every_message_is_valid_and_verifies_and_every_alert_says_why(judged: Callable[[], Kept]) -> None:
    kept = judged()
    assert kept.failures == ()
    assert kept.messages == kept.valid == kept.verified >= 3 and kept.alerts == kept.answered >= 1


def test_a_message_that_was_changed_is_found(judged: Callable[[], Kept], tmp_path: Path) -> None:
    file = min((tmp_path / "run" / "cap").iterdir())
    file.write_bytes(file.read_bytes().replace(b"<urgency>", b"<urgency>x", 1))
    kept = judged()
    assert kept.messages - 1 == kept.valid == kept.verified
    assert [failure.split(":")[1] for failure in kept.failures] == [" not valid", " not verified"]


@pytest.mark.parametrize(
    ("table", "column", "left_out", "told"),
    [
        ("associations", "sensor", "array", "says microphone, and shows none"),
        ("associations", "sensor", "radar", "says radar, and shows none"),
        ("tracks", None, None, "nothing of track"),
    ],
)
def test_evidence_that_is_not_there_is_missed(
    judged: Callable[[], Kept],
    tmp_path: Path,
    table: str,
    column: str | None,
    left_out: str | None,
    told: str,
) -> None:
    file = tmp_path / "run" / f"{table}.parquet"
    rows = pq.read_table(file)
    keep = [column is not None and row[column] != left_out for row in rows.to_pylist()]
    pq.write_table(rows.filter(keep), file)
    kept = judged()
    assert kept.answered < kept.alerts and any(told in failure for failure in kept.failures)
