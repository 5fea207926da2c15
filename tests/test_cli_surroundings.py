"""What surrounds a command: streams that are closed or full, folders that lead in a ring or are missing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gongkai.problems import ExitCode

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "tests" / "sites" / "small"
BUILD = f"{sys.executable} {ROOT / 'build.py'}"
NO_SHELL = pytest.mark.skipif(sys.platform == "win32", reason="streams are closed in the shell's words")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "site"))


def shell(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, shell=True, capture_output=True, text=True, timeout=120, check=False
    )


@NO_SHELL
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("command", ["check", "build"])
def test_a_closed_stream_stops_nothing(command: str, closed: str, site: Path) -> None:
    result = shell(site, f"{BUILD} {command} {closed}")
    assert result.returncode == ExitCode.OK, result.stderr
    assert "Traceback" not in result.stderr
    if command == "build":
        assert shell(site, f"{BUILD} verify").returncode == ExitCode.OK


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_output_that_cannot_be_written_is_told_on_the_other_stream(site: Path) -> None:
    result = shell(site, f"{BUILD} check > /dev/full")
    assert result.returncode == ExitCode.SETUP
    assert result.stderr.startswith("错误：要显示的文字写不出去")
    assert "Traceback" not in result.stderr
    assert "Exception" not in result.stderr


@NO_SHELL
def test_a_reader_that_goes_away_gets_no_traceback(site: Path) -> None:
    text = (site / "content/site.yaml").read_text(encoding="utf-8")
    (site / "content/site.yaml").write_text(
        text + "".join(f"多余{n}: x\n" for n in range(3000)), encoding="utf-8"
    )
    assert shell(site, f"{BUILD} check | true").stderr == ""


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
@pytest.mark.parametrize("command", ["build", "verify", "diff", "check"])
def test_an_output_that_leads_in_a_ring_is_told(command: str, site: Path) -> None:
    (site / "output").symlink_to("other")
    (site / "other").symlink_to("output")
    result = shell(site, f"{BUILD} {command}")
    assert "Traceback" not in result.stderr
    if command == "build":
        assert result.returncode == ExitCode.SETUP
        assert "output" in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_project_folder_that_leads_in_a_ring_is_told(site: Path) -> None:
    (site / "a").symlink_to("a")
    result = shell(site, f"{BUILD} --root a build")
    assert result.returncode == ExitCode.SETUP
    assert "挡着" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_report_that_cannot_be_written_is_told(site: Path) -> None:
    result = shell(site, f"{BUILD} check --to /dev/full")
    assert result.returncode == ExitCode.SETUP
    assert "错误：写不了 /dev/full" in result.stderr


def test_replacing_without_writing_writes_nothing(site: Path) -> None:
    record = site / "content/dongguan/shi-zhi-gongwei/2026/minbing.yaml"
    before = record.read_bytes()
    address = "dongguan/shi-zhi-gongwei/2026"
    assert shell(site, f"{BUILD} sheet dongguan-project-2026 {address}/minbing --to a.xlsx").returncode == 0
    record.write_bytes(before.replace("83,370.00元".encode(), "83,371.00元".encode()))
    changed = record.read_bytes()
    shown = shell(site, f"{BUILD} import a.xlsx --into {address} --replace")
    assert "什么也没有写" in shown.stdout
    assert record.read_bytes() == changed
    written = shell(site, f"{BUILD} import a.xlsx --into {address} --replace --write")
    assert "已写入" in written.stdout
    assert record.read_bytes() != changed


def test_a_form_whose_template_fails_gives_no_sheet_but_its_line(site: Path) -> None:
    form = site / "layouts/forms/dongguan-project-2026"
    shutil.copytree(ROOT / "layouts/forms/dongguan-project-2026", form)
    template = form / "form.html"
    template.write_text("{{ 1 / 0 }}\n" + template.read_text(encoding="utf-8"), encoding="utf-8")
    result = shell(site, f"{BUILD} sheet dongguan-project-2026 --to a.xlsx")
    assert result.returncode == ExitCode.PROBLEMS
    assert "layouts/forms/dongguan-project-2026/form.html:1" in result.stderr
    assert not (site / "a.xlsx").exists()
