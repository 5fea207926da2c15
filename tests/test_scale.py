"""Large sites: what a build without changes looks at, what it must not overlook, what the parent keeps."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from gongkai.building.stamp import unchanged
from gongkai.kept import write_checked

from gongkai.building import pipeline, stamp
from gongkai.commands.report import MOST, terminal_text
from gongkai.problems import Place, Problem, Severity
from gongkai.publishing import groups
from gongkai.workspace import Workspace, built_in_layouts

HERE = Path(__file__).parent
PROJECT = "content/dongguan/shi-zhi-gongwei/2026/minbing.yaml"
FOLDER = "dongguan/shi-zhi-gongwei/2026/minbing"


@pytest.fixture(scope="module", autouse=True)
def fine_clock() -> Iterator[None]:
    """This file system tells times apart by milliseconds: no need to wait two seconds in every test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(groups, "RESOLUTION_NS", 50_000_000)
        yield


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of its own, old enough for its times to be trusted, built twice: the second build leaves a stamp."""
    root = tmp_path_factory.mktemp("stamped") / "site"
    shutil.copytree(HERE / "sites" / "small", root)
    shutil.copytree(built_in_layouts(), root / "layouts")
    assert pipeline.build(Workspace.at(root)).published
    deadline = time.monotonic() + 10
    while unchanged(Workspace.at(root)) is None:
        assert time.monotonic() < deadline, "no build leaves a stamp"
        time.sleep(0.1)
        assert pipeline.build(Workspace.at(root)).published
    return root


def test_nothing_changed_gives_the_last_outcome_again(site: Path) -> None:
    before = {file: file.stat().st_ino for file in (site / "output").rglob("*")}
    outcome = pipeline.build(Workspace.at(site))
    assert (outcome.published, outcome.made) == (True, 0)
    assert outcome.files == len([file for file in before if file.is_file()]) - 1
    assert before == {file: file.stat().st_ino for file in (site / "output").rglob("*")}


def rewrite(name: str) -> Callable[[Path], None]:
    """The same size, and the time put back: as a careless tool would leave it."""

    def change(site: Path) -> None:
        file = site / name
        status = file.stat()
        data = bytearray(file.read_bytes())
        data[-2] ^= 1
        file.write_bytes(data)
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))

    return change


SEEN: dict[str, Callable[[Path], object]] = {
    "a record": rewrite(PROJECT),
    "the site's settings": rewrite("content/site.yaml"),
    "a new record": lambda site: (site / PROJECT).with_name("new.yaml").touch(),
    "a new locality": lambda site: (site / "content" / "elsewhere").mkdir(),
    "a style sheet": rewrite("layouts/print/page.css"),
    "a new template": lambda site: (site / "layouts" / "site" / "own.html").touch(),
    "a published page": rewrite(f"output/{FOLDER}/index.html"),
    "a published page gone": lambda site: (site / "output" / FOLDER / "index.html").unlink(),
    "a file nobody published": lambda site: (site / "output" / FOLDER / "extra.txt").touch(),
    "a link for a page": lambda site: (
        (site / "output" / "index.html").rename(site / "page"),
        (site / "output" / "index.html").symlink_to(site / "page"),
    ),
}


@pytest.mark.parametrize("what", SEEN)
def test_no_change_is_overlooked(what: str, site: Path, tmp_path: Path) -> None:
    """The stamp is that of the original folder, so the change is made there and taken back by its backup."""
    workspace = Workspace.at(site)
    backup = Path(shutil.copytree(site, tmp_path / "backup", symlinks=True))
    try:
        SEEN[what](site)
        assert unchanged(workspace) is None
    finally:
        shutil.rmtree(site)
        shutil.copytree(backup, site, symlinks=True)
        restamp(workspace)


def restamp(workspace: Workspace) -> None:
    deadline = time.monotonic() + 10
    while unchanged(workspace) is None and time.monotonic() < deadline:
        pipeline.build(workspace)
        time.sleep(0.1)


def test_a_look_without_changes_imports_no_engine(site: Path) -> None:
    code = (
        "import sys; from gongkai.cli import cli\n"
        f"cli.main(['--root', {str(site)!r}, 'build'], standalone_mode=False)"
    )
    heavy = ["pydantic", "jinja2", "lxml", "weasyprint", "yaml", "concurrent.futures", "multiprocessing"]
    code = f"import atexit, sys; atexit.register(lambda: print(sorted(set({heavy!r}) & set(sys.modules))))\n{code}"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=HERE.parent
    )
    assert result.stdout.splitlines()[-1] == "[]", result.stdout + result.stderr
    assert "其中新做 0 个" in result.stdout


def test_what_changed_a_moment_ago_is_looked_at_again(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within the resolution of a file system's times a second change could not be told from the first.

    What is young when it is read is remembered by its content; so much of it that reading it again would take long
    is not remembered at all.
    """
    workspace = Workspace.at(site)
    settings = site / "content/site.yaml"
    text = settings.read_text(encoding="utf-8")
    status = settings.stat()
    real = groups._hash  # as if the file system could not tell the two changes apart
    monkeypatch.setattr(groups, "_hash", lambda paths, base: (str(len(list(paths))), real(paths, base)[1]))
    try:
        settings.write_text(text.replace("测试", "试行"), encoding="utf-8")
        assert pipeline.build(workspace, last=stamp.Glance()).published
        assert unchanged(workspace) is not None
        settings.write_text(text.replace("测试", "驿站"), encoding="utf-8")
        os.utime(settings, ns=(status.st_atime_ns, status.st_mtime_ns))
        assert unchanged(workspace) is None
        monkeypatch.setattr(groups, "RESOLUTION_NS", 3_600_000_000_000)
        assert pipeline.build(workspace, last=stamp.Glance()).published
        assert unchanged(workspace) is None
    finally:
        monkeypatch.undo()
        settings.write_text(text, encoding="utf-8")
        restamp(workspace)


def test_a_stamp_of_another_release_is_none(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it is made of may have another form there: it must not even be read."""
    workspace = Workspace.at(site)
    (file,) = workspace.cache.glob("stamp-*")
    good = file.read_bytes()
    write_checked(file, "another release", ("neither", "these", "nor", "those"))
    assert stamp.glance(workspace) == stamp.Glance()
    file.write_bytes(good)
    assert unchanged(workspace) is not None


def test_a_damaged_stamp_is_none(site: Path) -> None:
    workspace = Workspace.at(site)
    (file,) = workspace.cache.glob("stamp-*")
    good = file.read_bytes()
    for bad in (b"", good[:40], good[:-1], b"\0" * len(good)):
        file.write_bytes(bad)
        assert unchanged(workspace) is None
    file.write_bytes(good)
    assert unchanged(workspace) is not None


def test_thousands_of_problems_do_not_flood_a_terminal(tmp_path: Path) -> None:
    warning = [
        Problem(Place(f"content/{n}.yaml", 1, 1), "a.rule", Severity.WARNING, "警告") for n in range(3000)
    ]
    error = [Problem(Place("content/z.yaml", 1, 1), "a.rule", Severity.ERROR, "错误的一行")]
    text = terminal_text([*warning, *error], tmp_path)
    assert "错误的一行" in text
    assert text.count("[a.rule]") == MOST
    assert "还有 2,501 个" in text
