"""Things in content/ that are no files: pipes, devices, folders and links in a ring. They are told; nothing hangs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gongkai.problems import ExitCode

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "tests" / "sites" / "small"
YEAR = "content/dongguan/shi-zhi-gongwei/2026"
PLACES = (
    "content/site.yaml",
    "content/dongguan/locality.yaml",
    "content/dongguan/shi-zhi-gongwei/department.yaml",
    f"{YEAR}/disclosure.yaml",
    f"{YEAR}/minbing.yaml",
    f"{YEAR}/other.yaml",
    "content/pages/about.md",
)
KINDS: dict[str, Callable[[Path], None]] = {
    "pipe": os.mkfifo,
    "device": lambda path: path.symlink_to("/dev/zero"),
    "ring": lambda path: path.symlink_to(path.name),
    "folder": Path.mkdir,
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "site"))


def check(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "build.py"), "check", *arguments]
    return subprocess.run(command, cwd=site, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither pipes nor devices among its files")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", PLACES)
def test_what_is_no_file_is_told_where_it_lies(place: str, kind: str, site: Path) -> None:
    path = site / place
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    KINDS[kind](path)
    result = check(site)
    assert result.returncode == ExitCode.PROBLEMS, result.stdout + result.stderr
    assert f"{place}\n" in result.stdout
    assert "Traceback" not in result.stderr


def test_the_report_for_signing_does_not_read_a_device_either(site: Path) -> None:
    (site / YEAR / "other.yaml").symlink_to("/dev/zero")
    assert "other.yaml" in check(site, "--format", "html").stdout
