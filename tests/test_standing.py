"""Builds upon a site known to stand: departments left alone, the double beside it, and what must not be believed."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pages
import pytest

from benchmarks.records import Maker
from gongkai.building import crew, executors, lookout
from gongkai.building.findings import Findings, packed
from gongkai.building.stamp import Glance, glance
from gongkai.commands.report import accepted_text, counts_text, terminal_text
from gongkai.problems import Place, Problem, Severity, ordered
from gongkai.publishing import groups
from gongkai.publishing.manifest import verify
from gongkai.workspace import Workspace


@pytest.fixture(autouse=True)
def fine_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """This file system tells times apart by milliseconds: no need to wait two seconds in every test."""
    monkeypatch.setattr(groups, "RESOLUTION_NS", 50_000_000)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A published site of some departments, at a moment when its times can be told apart."""
    Maker().write(tmp_path / "records", 40)
    for file in (tmp_path / "records").rglob("*"):
        os.utime(file, (1_700_000_000, 1_700_000_000))
    pages.build(tmp_path / "records", tmp_path / "site")
    workspace = Workspace.at(tmp_path / "site")
    settle(workspace)
    return workspace


def settle(workspace: Workspace) -> Glance:
    """Build until the site is known to stand."""
    deadline = time.monotonic() + 10
    while glance(workspace).outcome is None:
        assert time.monotonic() < deadline, "no build leaves a stamp"
        pages.rebuild(workspace.root)
        time.sleep(0.1)
    return glance(workspace)


def projects(workspace: Workspace) -> list[Path]:
    return sorted(workspace.content.glob("*/*/20*/xiangmu-*.yaml"))


def reword(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("。", "，另有说明。", 1), encoding="utf-8")


def take_out(file: Path) -> None:
    listed = file.with_name("disclosure.yaml")
    listed.write_text(listed.read_text(encoding="utf-8").replace(f"- {file.stem}\n", ""), encoding="utf-8")
    file.unlink()


def copy_in(file: Path) -> None:
    listed = file.with_name("disclosure.yaml")
    text = listed.read_text(encoding="utf-8")
    listed.write_text(text.replace(f"- {file.stem}\n", f"- {file.stem}\n- ling-yi\n"), encoding="utf-8")
    shutil.copy(file, file.with_name("ling-yi.yaml"))


def all_gone(file: Path) -> None:
    shutil.rmtree(file.parents[1])


def files(output: Path) -> dict[str, bytes]:
    return {
        file.relative_to(output).as_posix(): file.read_bytes()
        for file in output.rglob("*")
        if file.is_file()
        and file.name not in ("data.sqlite", "manifest.json", "files.csv", "datapackage.json")
        and file != output / "data/index.html"  # these state the database's size, which an update may change
    }


def test_one_change_after_another_gives_what_a_build_from_nothing_gives(
    workspace: Workspace, tmp_path: Path
) -> None:
    for step, edit in enumerate((reword, copy_in, take_out, reword, all_gone)):
        edit(projects(workspace)[3 * step])
        seen = glance(workspace)
        assert seen.outcome is None
        assert seen.ready(), "the site and its double stand, only records have changed"
        assert pages.rebuild(workspace.root).published
        assert verify(workspace.output) == []
        fresh = pages.build(workspace.root, tmp_path / f"fresh{step}")
        assert files(workspace.output) == files(fresh)


def test_departments_that_stand_are_not_looked_at(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither their records nor, one by one, their published files."""
    reword(projects(workspace)[0])
    seen = glance(workspace)
    looked: list[str] = []
    real = os.lstat
    monkeypatch.setattr(os, "lstat", lambda path, **more: looked.append(str(path)) or real(path, **more))
    assert pages.rebuild(workspace.root, seen).published
    mine = projects(workspace)[0].parents[1].name
    others = {path.parent.name for path in workspace.content.glob("*/*/department.yaml")} - {mine}
    assert not [path for path in looked if any(f"/{other}/" in path for other in others)]


DOUBLES: dict[str, Callable[[Path], object]] = {
    "a file gone": lambda spare: next(spare.rglob("index.html")).unlink(),
    "a stranger": lambda spare: (next(spare.glob("*/bumen-*")) / "stranger.txt").write_text("?"),
    "a folder for a file": lambda spare: (
        (spare / "404.html").unlink(),
        (spare / "404.html").mkdir(),
    ),
    "all of it": shutil.rmtree,
}


@pytest.mark.parametrize("damage", DOUBLES)
def test_a_damaged_double_is_seen_and_mended(damage: str, workspace: Workspace) -> None:
    before = files(workspace.output)
    DOUBLES[damage](workspace.output.with_name(".output.gongkai") / "site")
    file = projects(workspace)[0]
    text = file.read_text(encoding="utf-8")
    for change in (text.replace("。", "，另有说明。", 1), text):
        file.write_text(change, encoding="utf-8")
        assert pages.rebuild(workspace.root).published
        assert verify(workspace.output) == []
    assert files(workspace.output) == before


def test_a_publication_in_between_is_noticed(workspace: Workspace) -> None:
    """What was seen before another build published says nothing of the site that stands then."""
    one, other = projects(workspace)[0], projects(workspace)[-1]
    reword(one)
    seen = glance(workspace)
    reword(other)
    assert pages.rebuild(workspace.root).published
    assert pages.rebuild(workspace.root, seen).published
    assert verify(workspace.output) == []
    seen = glance(workspace)
    assert seen.outcome or (seen.lookout and seen.lookout.stands())


SEEN: dict[str, tuple[Callable[[Workspace], object], bool, bool]] = {
    "nothing": (lambda workspace: None, True, True),
    "first": (lambda workspace: (workspace.output / "404.html").write_text("?"), False, False),
    "last": (lambda workspace: (workspace.output / "zz.html").write_text("?"), False, False),
    "double": (lambda workspace: (double(workspace) / "stranger.txt").write_text("?"), True, False),
}


def double(workspace: Workspace) -> Path:
    return workspace.output.with_name(".output.gongkai") / "site"


@pytest.mark.parametrize("lost", [False, True], ids=["", "lost"])
@pytest.mark.parametrize("change", SEEN)
def test_two_processes_see_what_one_sees(
    change: str, lost: bool, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when one of them is lost."""
    reword(projects(workspace)[0])
    monkeypatch.setattr(lookout, "WORTH", -1)
    monkeypatch.setattr(lookout, "_apart", lambda: hasattr(os, "fork"))
    damage, stands, doubled = SEEN[change]
    damage(workspace)
    seen = glance(workspace)
    assert seen.lookout is not None
    if lost:
        seen.lookout.close()
    assert (seen.lookout.stands(), seen.ready()) == (stands, doubled)
    seen.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="another process is a fork")
def test_what_another_process_prints_is_what_one_prints(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For a large site the print engine is imported by another process while this one reads and collects."""
    monkeypatch.setattr(lookout, "WORTH", -1)
    monkeypatch.setattr(lookout, "_apart", lambda: True)
    monkeypatch.setattr(crew, "_ENGINE", "an engine that nobody has imported")
    given: list[str] = []
    real = executors.Aside.submit
    monkeypatch.setattr(
        executors.Aside, "submit", lambda self, task, *a: given.append(task.__name__) or real(self, task, *a)
    )
    for step, edit in enumerate((reword, copy_in)):
        edit(projects(workspace)[3 * step])
        outcome = pages.rebuild(workspace.root, workers=8)
        assert outcome.published and outcome.made
        assert verify(workspace.output) == []
        assert files(workspace.output) == files(pages.build(workspace.root, tmp_path / f"fresh{step}"))
    assert {"print_documents", "render_pages"} <= set(given)


# -- problems, packed -----------------------------------------------------------------------------


def problem(file: str, line: int, severity: Severity, accepted: str = "") -> Problem:
    return Problem(Place(file, line, 1), "some.rule", severity, f"问题{line}", accepted=accepted)


def test_packed_problems_read_and_count_like_a_list(tmp_path: Path) -> None:
    kinds = list(Severity)
    units = [
        [
            problem(
                f"content/a/b{unit}/{number % 3}.yaml",
                number,
                kinds[number % 3],
                "原文如此" if number % 5 == 0 else "",
            )
            for number in range(40)
        ]
        for unit in (2, 1, 3)
    ]
    loose = [
        problem("content/a/b2/1.yaml", 99, Severity.WARNING),
        problem("layouts/x.html", 1, Severity.ERROR),
    ]
    found = Findings((pack for unit in units for pack in packed(unit)), loose)
    plain = ordered([*loose, *(one for unit in units for one in unit)])
    assert (len(found), list(found), found[3]) == (len(plain), plain, plain[3])
    assert found == tuple(plain)
    assert found.errors == sum(one.blocks for one in plain)
    for text in (counts_text, accepted_text, lambda listed: terminal_text(listed, tmp_path)):
        assert text(found) == text(plain)
    few = found.open(50)
    assert [one for one in few if one.blocks] == [one for one in plain if one.blocks]
    assert [one for one in few if not one.blocks] == [
        one for one in plain if not one.blocks and not one.accepted
    ][: 50 - found.errors]
