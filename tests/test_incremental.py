"""Built after any edits = built from nothing, byte for byte; and what happens to records while a build runs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pages
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.building import look as looking
from gongkai.building import pipeline, work
from gongkai.building.look import Outcome, Terms
from gongkai.publishing.manifest import verify
from gongkai.workspace import Workspace, built_in_layouts

HERE = Path(__file__).parent
DEPARTMENT = "content/dongguan/shi-zhi-gongwei"
YEAR = f"{DEPARTMENT}/2026"
PROJECT = f"{YEAR}/minbing.yaml"
DISCLOSURE = f"{YEAR}/disclosure.yaml"
PAGE = "output/dongguan/shi-zhi-gongwei/2026/minbing/index.html"


def rebuild(root: Path) -> Outcome:
    """Where an error in one department stops all: what was published before it is no input of the site then."""
    return pages.rebuild(root, terms=Terms(guarded=False, strict=True))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small site with its own layouts, built once."""
    root = tmp_path_factory.mktemp("source") / "site"
    shutil.copytree(HERE / "sites" / "small", root)
    shutil.copytree(built_in_layouts(), root / "layouts")
    assert rebuild(root).published
    return root


@pytest.fixture
def site(source: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(source, tmp_path / "site", symlinks=True))


def contents(root: Path) -> dict[str, bytes]:
    output = root / "output"
    return {
        file.relative_to(output).as_posix(): file.read_bytes() for file in output.rglob("*") if file.is_file()
    }


def from_nothing(root: Path, folder: Path) -> dict[str, bytes] | None:
    """What a build of the same input in an empty folder gives; None where it has errors."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(
        root, folder, symlinks=True, ignore=shutil.ignore_patterns("output", ".output.gongkai", ".cache")
    )
    return contents(folder) if rebuild(folder).published else None


def replaced(name: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(root: Path) -> None:
        file = root / name
        if file.is_file():
            text = file.read_text("utf-8")
            file.write_text(text.replace(old, new, 1) if old in text else text.replace(new, old, 1), "utf-8")

    return edit


def appended(name: str, text: str) -> Callable[[Path], None]:
    def edit(root: Path) -> None:
        with (root / name).open("a", encoding="utf-8") as file:
            file.write(text)

    return edit


def another_project(root: Path) -> None:
    """A project comes, or goes again."""
    there, own = root / YEAR / "er.yaml", root / DISCLOSURE
    text = own.read_text("utf-8")
    if there.exists():
        there.unlink()
        own.write_text(text.replace("[minbing, er]", "[minbing]"), "utf-8")
    else:
        there.write_bytes((root / PROJECT).read_bytes())
        own.write_text(text.replace("[minbing]", "[minbing, er]"), "utf-8")


def another_department(root: Path) -> None:
    there = root / "content/dongguan/another"
    if there.exists():
        shutil.rmtree(there)
    else:
        shutil.copytree(root / DEPARTMENT, there)


def last_year(root: Path) -> None:
    """Another year of the department comes, or goes: tables compare with it."""
    there = root / DEPARTMENT / "2025"
    if there.exists():
        shutil.rmtree(there)
        return
    shutil.copytree(root / YEAR, there)
    for file in there.glob("*.yaml"):
        file.write_text(file.read_text("utf-8").replace("2026", "2025"), "utf-8")


def same_size_and_time(root: Path) -> None:
    file = root / PROJECT
    status, text = file.stat(), file.read_text("utf-8")
    file.write_text(text.translate(str.maketrans("民国", "国民")), "utf-8")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def touched(root: Path) -> None:
    for file in (root / "content").rglob("*.yaml"):
        os.utime(file)


def damaged_page(root: Path) -> None:
    (root / PAGE).write_bytes((root / PAGE).read_bytes().swapcase())


def foreign_file(root: Path) -> None:
    (root / "output/dongguan/stranger.txt").write_text("mine")


def no_store(root: Path) -> None:
    shutil.rmtree(root / ".cache", ignore_errors=True)  # drawn twice, it is gone


EDITS: dict[str, Callable[[Path], None]] = {
    "a text": replaced(PROJECT, "约100人次", "约120人次"),
    "an amount": replaced(PROJECT, "83,370.00元", "93,370.00元"),
    "a name": replaced(PROJECT, "民兵事业费", "民兵训练费"),
    "a date": replaced(DISCLOSURE, "发布日期: 2026-02-13\n", ""),
    "an error": replaced(PROJECT, "83,370.00元", "八万元"),
    "a department's name": replaced(f"{DEPARTMENT}/department.yaml", "部门名称: ", "部门名称: 新"),
    "a locality's name": replaced("content/dongguan/locality.yaml", "地区名称: ", "地区名称: 新"),
    "the site's title": replaced("content/site.yaml", "测试站点", "改名站点"),
    "the site's address": replaced("content/site.yaml", "站点名称", "网址: https://example.org/\n站点名称"),
    "a yearbook": replaced("content/site.yaml", "站点名称", "年度汇编: 是\n站点名称"),
    "a project": another_project,
    "a department": another_department,
    "a year": last_year,
    "a form's template": replaced("layouts/forms/dongguan-project-2026/form.html", "</table>", "<!-- 新 --></table>"),
    "a form's style": appended("layouts/forms/dongguan-project-2026/form.css", "\n.own { color: red }"),
    "a page's template": replaced("layouts/site/base.html", "</body>", "<!-- 新 --></body>"),
    "a style sheet": appended("layouts/site/assets/site.css", "\n.own { color: red }"),
    "a word": replaced("layouts/site/words.yaml", "首页: 首页", "首页: 主页"),
    "a shared macro": appended("layouts/shared/cells.html", "\n"),
    "the same size and time": same_size_and_time,
    "times alone": touched,
    "a damaged page": damaged_page,
    "a foreign file": foreign_file,
    "no store": no_store,
}  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.sampled_from(sorted(EDITS)), min_size=1, max_size=3), min_size=1, max_size=4))
def test_built_after_any_edits_is_built_from_nothing(
    source: Path, tmp_path_factory: pytest.TempPathFactory, steps: list[list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("edits")
    root = Path(shutil.copytree(source, folder / "site", symlinks=True))
    try:
        before = contents(root)
        for edits in steps:
            for name in edits:
                EDITS[name](root)
            published = rebuild(root).published
            expected = from_nothing(root, folder / "fresh")
            assert published == (expected is not None)
            if expected is not None:
                assert contents(root) == expected
                assert verify(root / "output") == []
    finally:
        shutil.rmtree(folder)
    assert before


@pytest.mark.parametrize("name", sorted(EDITS))
def test_each_edit_twice(name: str, site: Path, tmp_path: Path) -> None:
    for _ in range(2):
        EDITS[name](site)
        published = rebuild(site).published
        expected = from_nothing(site, tmp_path / "fresh")
        assert published == (expected is not None)
        assert expected is None or contents(site) == expected


@pytest.mark.parametrize("place", [YEAR, DEPARTMENT, "layouts/forms/dongguan-project-2026"])
def test_what_lies_behind_a_link_is_seen(place: str, site: Path, tmp_path: Path) -> None:
    """A year, a department or a form that is a link to a folder elsewhere in the project."""
    real = site / ("content/_real" if place.startswith("content") else "layouts/_real")
    (site / place).rename(real)
    (site / place).symlink_to(os.path.relpath(real, (site / place).parent), target_is_directory=True)
    assert rebuild(site).published
    inside = "minbing.yaml" if place == YEAR else "2026/minbing.yaml" if place == DEPARTMENT else "form.html"
    file, before = real / inside, (site / PAGE).read_bytes()
    old, new = ("实施周期", "项目实施周期") if inside == "form.html" else ("约100人次", "约120人次")
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    assert rebuild(site).published
    assert (site / PAGE).read_bytes() != before
    assert contents(site) == from_nothing(site, tmp_path / "fresh")


def test_the_first_date_reaches_every_page_it_concerns_and_its_going_too(site: Path) -> None:
    """Pages of the whole site, and of departments that have a date."""
    edit = EDITS["a date"]
    for there in (False, True, False):
        edit(site)
        assert rebuild(site).published
        html = [file.read_text("utf-8") for file in (site / "output").rglob("index.html")]
        assert all(("feed.xml" in text) is there for text in html)


def test_a_process_that_builds_again_sees_changed_templates(site: Path, tmp_path: Path) -> None:
    for name in ("a page's template", "a word", "a form's template", "a text"):
        EDITS[name](site)
        assert rebuild(site).published
    assert contents(site) == from_nothing(site, tmp_path / "fresh")


# -- while a build runs ---------------------------------------------------------------------------


def saved_at(monkeypatch: pytest.MonkeyPatch, edit: Callable[[], object], times: int = 1) -> None:
    """Something is saved when a department has been read, before anything is made of it."""
    real, left = work._make, [times]

    def make(*args: object) -> object:
        if left[0]:
            left[0] -= 1
            edit()
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(work, "_make", make)


def test_what_is_saved_while_a_build_runs_is_checked_before_it_is_published(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An identity number that slips in between is refused, and is nowhere in the site."""
    before = contents(site)
    EDITS["a text"](site)
    number = "110101199003074514"
    saved_at(monkeypatch, lambda: replaced(PROJECT, "约120人次", f"约120人次 {number}")(site))
    outcome = rebuild(site)
    assert not outcome.published
    assert contents(site) == before


def test_what_is_saved_while_a_build_runs_is_published_by_it(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    EDITS["a text"](site)
    saved_at(monkeypatch, lambda: replaced(PROJECT, "83,370.00元", "93,370.00元")(site))
    assert rebuild(site).published
    monkeypatch.undo()
    assert contents(site) == from_nothing(site, tmp_path / "fresh")


def test_records_saved_again_and_again_are_published_as_checked(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The build ends all the same; the next one sees what was saved last."""
    EDITS["a text"](site)
    saved_at(monkeypatch, lambda: appended(PROJECT, "# 又存了一次\n")(site), times=1000)
    assert rebuild(site).published
    assert verify(site / "output") == []
    monkeypatch.undo()
    assert looking.fresh(Workspace.at(site), date.today()) is None


def test_a_record_that_goes_away_while_a_build_runs(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    EDITS["a project"](site)
    EDITS["a department"](site)
    monkeypatch.setattr(
        pipeline, "load", _then(pipeline.load, lambda: shutil.rmtree(site / "content/dongguan/another", True))
    )
    assert rebuild(site).published
    monkeypatch.undo()
    assert contents(site) == from_nothing(site, tmp_path / "fresh")


def _then(function: Callable[..., object], more: Callable[[], object]) -> Callable[..., object]:
    def both(*args: object) -> object:
        found = function(*args)
        more()
        return found

    return both


# -- nothing changed ------------------------------------------------------------------------------


@pytest.fixture
def settled(site: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A site whose last build is known to stand; this file system tells times apart by milliseconds."""
    monkeypatch.setattr(looking, "RESOLUTION_NS", 0)
    EDITS["times alone"](site)
    assert rebuild(site).published
    assert looking.fresh(Workspace.at(site), date.today()) is not None
    return Workspace.at(site)


SEEN = [
    "a text", "the site's title", "a project", "a department", "a form's style", "a page's template",
    "the same size and time", "times alone", "a damaged page", "a foreign file", "no store",
]  # fmt: skip


@pytest.mark.parametrize("name", SEEN)
def test_no_change_is_overlooked(name: str, settled: Workspace) -> None:
    EDITS[name](settled.root)
    assert looking.fresh(settled, date.today()) is None


def test_nothing_changed_touches_nothing(settled: Workspace) -> None:
    before = {file: file.stat() for file in settled.output.rglob("*")}
    outcome = rebuild(settled.root)
    assert (outcome.published, outcome.made) == (True, 0)
    assert outcome.files == len([file for file in before if file.is_file()]) - 1
    assert before == {file: file.stat() for file in settled.output.rglob("*")}


def test_what_is_too_young_is_looked_at_again(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within the resolution of a file system's times a second change could not be told from the first."""
    monkeypatch.setattr(looking, "RESOLUTION_NS", 3600 * 10**9)  # a slow machine is still within it
    EDITS["a text"](site)
    assert rebuild(site).published
    assert looking.fresh(Workspace.at(site), date.today()) is None
    assert rebuild(site).made == 0
