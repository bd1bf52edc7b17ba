"""The secret of a site: where it comes from, and that nobody else can read the one that tocsin makes."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.sensors.made import site

from tocsin.errors import InvalidInput, UnusableFile
from tocsin.sensors.secrets import SECRET_VARIABLE, site_secret, user_secret_file


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(SECRET_VARIABLE, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path


def test_the_users_secret_is_made_once_and_only_the_user_can_read_it() -> None:
    secret = site_secret(site())
    assert len(secret) == 32
    assert site_secret(site()) == secret
    path = user_secret_file()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [child.name for child in path.parent.iterdir()] == ["identity_secret"]


def test_runs_that_make_the_secret_at_once_agree_on_one() -> None:
    with ThreadPoolExecutor(16) as pool:
        secrets = set(pool.map(lambda _: site_secret(site()), range(64)))
    assert len(secrets) == 1


def test_the_environment_comes_before_the_sites_file_and_that_before_the_users(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = home / "secret"
    own.write_bytes(b"the secret of the site")
    assert site_secret(site(secret_file=str(own))) == b"the secret of the site"
    monkeypatch.setenv(SECRET_VARIABLE, "the secret of the environment")
    assert site_secret(site(secret_file=str(own))) == b"the secret of the environment"
    assert not user_secret_file().exists()


def test_without_a_data_home_the_secret_lies_in_the_usual_place(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(home))
    assert user_secret_file() == home / ".local/share/tocsin/identity_secret"


def test_a_short_or_missing_secret_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    short = home / "short"
    short.write_bytes(b"too short")
    with pytest.raises(UnusableFile, match="has 9 bytes: write 32 random ones"):
        site_secret(site(secret_file=str(short)))
    with pytest.raises(UnusableFile, match="cannot be read"):
        site_secret(site(secret_file=str(home / "missing")))
    monkeypatch.setenv(SECRET_VARIABLE, "too short")
    with pytest.raises(InvalidInput, match="at least 16 bytes"):
        site_secret(site())


def test_a_secret_that_cannot_be_made_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "a file").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "a file"))
    with pytest.raises(UnusableFile, match=SECRET_VARIABLE):
        site_secret(site())
