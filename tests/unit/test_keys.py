"""Keys: whatever of an artifact's inputs differs gives another, and nothing else does."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from gongkai.keys import code_key, engine_versions, folder_key, installed, key_of


def test_a_key_knows_where_parts_end() -> None:
    keys = [key_of(), key_of(""), key_of("ab"), key_of("a", "b"), key_of("b", "a"), key_of("ab", "")]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch("[0-9a-f]{40}", key) for key in keys)


def test_text_and_its_bytes_are_one() -> None:
    assert key_of("甲") == key_of("甲".encode())
    assert key_of(os.fsdecode(b"\xff")) == key_of(b"\xff")  # names of files may be no text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    (below / "one").write_bytes(b"1")
    (tmp_path / "a" / "two").write_bytes(b"2")
    return tmp_path / "a"


def test_the_key_of_a_folder_is_that_of_its_files_wherever_it_stands(folder: Path, tmp_path: Path) -> None:
    key = folder_key(folder)
    assert key == key_of("b/one", b"1", "two", b"2")
    assert folder_key(folder.rename(tmp_path / "c")) == key


def test_caches_of_python_and_what_is_no_file_are_not_looked_at(folder: Path) -> None:
    key = folder_key(folder)
    (folder / "empty").mkdir()
    (folder / "__pycache__" / "x").mkdir(parents=True)
    (folder / "__pycache__" / "x" / "a.pyc").write_bytes(b"x")
    (folder / "nowhere").symlink_to("gone")
    assert folder_key(folder) == key


def test_a_missing_folder_has_the_key_of_none(tmp_path: Path) -> None:
    assert folder_key(tmp_path / "nothing") == key_of()


def test_files_behind_links_count(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "else").mkdir()
    (folder / "link").symlink_to(tmp_path / "else")
    before = folder_key(folder)
    (tmp_path / "else" / "three").write_bytes(b"3")
    assert folder_key(folder) != before


def test_what_is_installed_names_versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version, engines, *names = installed()
    assert (version, engines) == (sys.version, engine_versions())
    assert names == sorted(set(names))
    assert [name for name in names if name.lower().startswith("jinja2-")]
    (tmp_path / "zzz-1.dist-info").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    assert installed() == [version, engines, *names, "zzz-1.dist-info"]


def test_another_library_is_another_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = code_key()
    (tmp_path / "zzz-1.dist-info").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    code_key.cache_clear()
    try:
        assert code_key() != before
    finally:
        monkeypatch.undo()
        code_key.cache_clear()
    assert code_key() == before


@pytest.mark.skipif(
    not Path("/etc/debian_version").exists(), reason="where these libraries are is known of Debian"
)
def test_the_engines_that_lay_out_text_are_known() -> None:
    engine_versions.cache_clear()
    assert re.fullmatch(r"\d+\.\d+\.\d+ \d+\.\d+\.\d+", engine_versions())
