"""`tocsin recover`, on what a kill leaves."""

import os
import shutil
from pathlib import Path

from tests.cli.conftest import Call
from tests.recording.samples import FRAME, SENSORS, SITE_TOML, some_detections

from tocsin.recording.recorder import Recorder


def killed(folder: Path) -> Path:
    with Recorder(folder / "whole", SITE_TOML, SENSORS, FRAME, is_journaled=True) as to:
        to.detections(some_detections(20).take(slice(0, 10)))
        to.flush()
        shutil.copytree(folder / "whole", folder / "cut")
    for path in (folder / "cut").glob("*.arrows"):
        os.utime(path, (0, 0))
    return folder / "cut"


def test_all_recordings_of_a_folder_that_were_cut_are_made_whole_once(tocsin: Call, tmp_path: Path) -> None:
    cut = killed(tmp_path)
    assert "10 of detections, 0 of tracks" in tocsin("recover", tmp_path).out
    assert (cut / "detections.parquet").is_file()
    assert "nothing to recover" in tocsin("recover", tmp_path).out


def test_programs_are_told_in_json(tocsin: Call, tmp_path: Path) -> None:
    cut = killed(tmp_path)
    assert tocsin("recover", cut, "--json").json["recovered"][str(cut)]["detections"] == 10


def test_a_folder_without_recordings_is_refused(tocsin: Call, tmp_path: Path) -> None:
    outcome = tocsin("recover", tmp_path)
    assert outcome.code == 1 and "holds no recording" in outcome.err
