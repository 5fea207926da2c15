"""The benchmarks' records can be published, and their stand-in for the printer gives a whole site."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.records import Maker
from gongkai.publishing.manifest import verify

ROOT = Path(__file__).parents[1]


def test_made_up_records_make_a_site_without_printing(tmp_path: Path) -> None:
    departments = Maker().write(tmp_path, 12)
    command = [sys.executable, "-m", "benchmarks.stand_in", "--root", str(tmp_path), "build", "--unguarded"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert len(list((tmp_path / "output").glob("*/*/index.html"))) >= departments
    assert verify(tmp_path / "output") == []
