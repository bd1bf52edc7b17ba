"""What a running service records can be read after a kill, and is a whole table after its end."""

import os
import shutil

import pyarrow.parquet as pq
import pytest
from tests.recording.samples import FRAME, SENSORS, SITE_TOML, a_picture, some_detections
from tests.recording.test_recorder import same

from tocsin.clock import WallClock
from tocsin.errors import UnusableFile
from tocsin.recording.detections_file import read_detections
from tocsin.recording.portions import Portions
from tocsin.recording.recorder import Recorder
from tocsin.recording.recording import Recording
from tocsin.recording.recovery import QUIET_S, cut_recordings, recover


def journaled(directory):
    return Recorder(directory, SITE_TOML, SENSORS, FRAME, is_journaled=True)


def killed(directory, to, copy):
    """What a kill would leave now, made to look old."""
    shutil.copytree(directory, copy)
    for path in copy.glob("*.arrows"):
        os.utime(path, (0, 0))
    return copy


@pytest.mark.parametrize("count", [0, 1, 500, 9000])
def test_a_journaled_recording_reads_as_any_other(tmp_path, count):
    rows = some_detections(count) if count else some_detections(1).take(slice(0))
    with journaled(tmp_path / "one") as to:
        for start in range(0, count, 100):
            to.detections(rows.take(slice(start, start + 100)))
    with Recorder(tmp_path / "other", SITE_TOML, SENSORS, FRAME) as to:
        to.detections(rows)
    for name in ("detections.parquet", "tracks.parquet"):
        one, other = (pq.read_table(tmp_path / folder / name) for folder in ("one", "other"))
        assert one.equals(other)
    assert not list((tmp_path / "one").glob("*.arrows"))


def test_what_was_flushed_survives_a_kill(tmp_path):
    rows = some_detections(300)
    with journaled(tmp_path / "r") as to:
        to.detections(rows.take(slice(0, 200)))
        to.tracks(a_picture(1))
        to.flush()
        to.detections(rows.take(slice(200, 300)))
        copy = killed(tmp_path / "r", to, tmp_path / "copy")
    with pytest.raises(UnusableFile, match="never finished"):
        Recording(copy)
    assert cut_recordings(tmp_path) == [copy]
    assert recover(copy, WallClock()) == {
        "detections": 200, "tracks": 3, "alerts": 0, "associations": 0, "predictions": 0, "paths": 0,
    }  # fmt: skip
    assert Recording(copy).tracks().num_rows == 3
    same(read_detections(copy / "detections.parquet", SENSORS).detections, rows.take(slice(0, 200)))
    assert cut_recordings(tmp_path) == []


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_journal_that_is_cut_anywhere_gives_the_batches_before_the_cut(tmp_path, share):
    rows = some_detections(100).take(slice(0, 50))
    with journaled(tmp_path / "r") as to:
        for _ in range(5):
            to.detections(rows)
            to.flush()
        copy = killed(tmp_path / "r", to, tmp_path / "copy")
    journal = copy / "detections.arrows"
    content = journal.read_bytes()
    journal.write_bytes(content[: int(share * len(content))])
    os.utime(journal, (0, 0))
    count = recover(copy, WallClock())["detections"]
    assert count % 50 == 0 and count == Recording(copy).detections().num_rows
    assert (share == 0.0) == (count == 0) and (count >= 200) == (share >= 0.9)


def test_a_recording_whose_run_goes_on_is_left_alone(tmp_path):
    with journaled(tmp_path / "r") as to:
        to.flush()
        with pytest.raises(UnusableFile, match=f"less than {QUIET_S:.0f} s ago"):
            recover(tmp_path / "r", WallClock())
        assert (tmp_path / "r" / "tracks.arrows").is_file()


def test_a_folder_without_a_recording_is_told_of(tmp_path):
    with pytest.raises(UnusableFile, match="holds no recording"):
        cut_recordings(tmp_path)
    with pytest.raises(UnusableFile, match="is no directory"):
        cut_recordings(tmp_path / "none")


def test_what_waits_is_a_few_large_portions_however_small_those_were_that_came():
    waiting, rows = Portions(), some_detections(1000)
    for number in range(len(rows)):
        waiting.add(rows.take(slice(number, number + 1)))
    assert len(waiting._joined) + len(waiting._small) < 260
    assert waiting.count == len(rows)
    same(waiting.joined(), rows)
