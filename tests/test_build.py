"""Whole builds: what is published, what is made again after a change, and what a failure leaves."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gongkai import keys
from gongkai.building import look as looking
from gongkai.building import pipeline
from gongkai.building.look import Outcome, Terms
from gongkai.printing.composed import Printed
from gongkai.printing.documents import PrintJob
from gongkai.printing.fonts import Fonts
from gongkai.printing.printer import Printer
from gongkai.problems import Problem
from gongkai.publishing import tree
from gongkai.publishing.manifest import verify
from gongkai.workspace import Workspace, built_in_layouts

HERE = Path(__file__).parent
PROJECT = "content/dongguan/shi-zhi-gongwei/2026/minbing.yaml"
DISCLOSURE = "content/dongguan/shi-zhi-gongwei/2026/disclosure.yaml"
UNGUARDED = Terms(guarded=False)
"""What is public may change here without a word."""
FORM = "layouts/forms/dongguan-project-2026"
PAGE = "dongguan/shi-zhi-gongwei/2026/minbing/index.html"
PDF = "dongguan/shi-zhi-gongwei/2026/minbing/dongguan-shi-zhi-gongwei-2026-minbing.pdf"
WHOLE_PDF = "dongguan/shi-zhi-gongwei/2026/dongguan-shi-zhi-gongwei-2026.pdf"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small site of its own, with its own layouts, built once."""
    root = tmp_path_factory.mktemp("built") / "site"
    shutil.copytree(HERE / "sites" / "small", root)
    shutil.copytree(built_in_layouts(), root / "layouts")
    shutil.copytree(Path.cwd() / ".cache" / "fonts", root / ".cache" / "fonts") if Path(
        ".cache/fonts"
    ).is_dir() else None
    assert pipeline.build(Workspace.at(root), terms=UNGUARDED).published
    return root


@pytest.fixture
def site(built: Path, tmp_path: Path) -> Path:
    """The built site in a folder for one test."""
    return Path(shutil.copytree(built, tmp_path / "site", symlinks=True))


def rebuild(site: Path) -> Outcome:
    workspace = Workspace.at(site)
    return looking.fresh(workspace, UNGUARDED.due) or pipeline.build(workspace, terms=UNGUARDED)


def contents(site: Path) -> dict[str, bytes]:
    output = site / "output"
    return {
        file.relative_to(output).as_posix(): file.read_bytes() for file in output.rglob("*") if file.is_file()
    }


def edit(site: Path, name: str, old: str, new: str) -> None:
    file = site / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def fresh(site: Path, folder: Path) -> dict[str, bytes]:
    """The same input built from nothing."""
    shutil.copytree(site, folder, ignore=shutil.ignore_patterns("output", ".output.gongkai", ".cache"))
    assert rebuild(folder).published
    return contents(folder)


def test_a_build_without_changes_makes_nothing(site: Path) -> None:
    before = contents(site)
    outcome = rebuild(site)
    assert (outcome.published, outcome.made) == (True, 0)
    assert contents(site) == before
    assert verify(site / "output") == []


CHANGES: dict[str, tuple[Callable[[Path], None], set[str], set[str]]] = {
    # what changes → files that must differ, files that must not
    "record": (
        lambda site: edit(site, PROJECT, "约100人次", "约120人次"),
        {PAGE, PDF, WHOLE_PDF},
        {"index.html"},
    ),
    "amount": (
        lambda site: edit(site, PROJECT, "83,370.00元", "93,370.00元"),
        {PAGE, PDF, WHOLE_PDF, "index.html"},
        set(),
    ),
    "form template": (
        lambda site: edit(site, f"{FORM}/form.html", "实施周期", "项目实施周期"),
        {PAGE, PDF, WHOLE_PDF},
        {"index.html"},
    ),
    "print style": (
        lambda site: edit(site, f"{FORM}/form.yaml", "\ncolumns:", "\nprint: {down: 9}\ncolumns:"),
        {PDF, WHOLE_PDF},
        set(),
    ),
    "shared macro": (
        lambda site: edit(
            site,
            "layouts/shared/cells.html",
            "{% set cell, computed, span = cells.cell, cells.computed, cells.span %}",
            "{% set computed, span = cells.computed, cells.span %}"
            "{% macro cell(path) %}{{ cells.cell(path, **kwargs)|replace('<td'|safe, '<td data-x=1'|safe) }}{% endmacro %}",
        ),
        {PAGE},
        set(),
    ),
    "site title": (
        lambda site: edit(site, "content/site.yaml", "测试站点", "改名站点"),
        {PAGE, "index.html"},
        {PDF, WHOLE_PDF},
    ),
    "site template": (
        lambda site: edit(site, "layouts/site/base.html", "</body>", "<p>新</p></body>"),
        {PAGE, "index.html"},
        {PDF, WHOLE_PDF},
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_found_everywhere_it_shows(name: str, site: Path, tmp_path: Path) -> None:
    change, different, same = CHANGES[name]
    before = contents(site)
    change(site)

    assert rebuild(site).published

    after = contents(site)
    assert {path for path in different if after[path] == before[path]} == set()
    assert {path for path in same if after[path] != before[path]} == set()
    assert after == fresh(site, tmp_path / "fresh"), "not what a build from nothing gives"


def test_a_print_style_is_seen_when_no_record_is_young(site: Path) -> None:
    """Records that are trusted by their times are not read again, their PDFs are printed again all the same."""
    for file in (site / "content").rglob("*"):
        os.utime(file, (1_700_000_000, 1_700_000_000))
    assert rebuild(site).published
    before = contents(site)
    edit(site, f"{FORM}/form.yaml", "\ncolumns:", "\nprint: {down: 9}\ncolumns:")
    assert rebuild(site).published
    after = contents(site)
    assert all(after[path] != before[path] for path in (PDF, WHOLE_PDF))


@pytest.mark.parametrize("moment", ["before the site", "after the site"])
def test_a_build_killed_about_publication_confuses_no_later_one(
    moment: str, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The site of one build beside the state of another: a record that goes back to what it was is not mistaken."""
    before = contents(site)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(tree, "swap", killed) if moment == "before the site" else patch.setattr(
            pipeline, "remember", killed
        )
        edit(site, PROJECT, "约100人次", "约120人次")
        with pytest.raises(KeyboardInterrupt):
            rebuild(site)
    assert (contents(site) == before) is (moment == "before the site")
    edit(site, PROJECT, "约120人次", "约100人次")
    assert rebuild(site).published
    assert contents(site) == before
    assert verify(site / "output") == []


def test_a_killed_build_loses_nothing_that_was_made(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    edit(site, PROJECT, "约100人次", "约120人次")
    with monkeypatch.context() as patch:
        patch.setattr(tree, "swap", killed)
        with pytest.raises(KeyboardInterrupt):
            rebuild(site)
    monkeypatch.setattr(Printer, "print", killed)
    assert rebuild(site).published
    assert "约120人次" in (site / "output" / PAGE).read_text("utf-8")
    assert verify(site / "output") == []


def test_a_renamed_record_leaves_no_old_page(site: Path) -> None:
    (site / PROJECT).rename(site / PROJECT.replace("minbing", "minbing-xunlian"))
    edit(site, DISCLOSURE, "[minbing]", "[minbing-xunlian]")
    assert rebuild(site).published
    after = contents(site)
    assert PAGE.replace("minbing", "minbing-xunlian") in after
    assert PAGE not in after
    assert PDF not in after


def test_a_deleted_record_leaves_no_page(site: Path) -> None:
    (site / PROJECT.replace("minbing", "er")).write_bytes((site / PROJECT).read_bytes())
    assert rebuild(site).published
    assert PAGE.replace("minbing", "er") in contents(site)
    (site / PROJECT.replace("minbing", "er")).unlink()
    assert rebuild(site).published
    assert not any("/er/" in path for path in contents(site))


def test_an_error_leaves_the_published_site(site: Path) -> None:
    before = contents(site)
    edit(site, PROJECT, "83,370.00元", "八万元")
    outcome = rebuild(site)
    assert not outcome.published
    assert not outcome.ok
    assert contents(site) == before
    edit(site, PROJECT, "八万元", "83,370.00元")
    assert rebuild(site).published
    assert contents(site) == before


def test_a_broken_template_is_told_at_its_line(site: Path) -> None:
    before = contents(site)
    file = site / FORM / "form.html"
    lines = file.read_text(encoding="utf-8").split("\n")
    lines.insert(3, "{{ v.nothing_like_this.at_all }}")
    file.write_text("\n".join(lines), encoding="utf-8")
    outcome = rebuild(site)
    found = {
        (problem.rule, problem.place.file, problem.place.line)
        for problem in outcome.problems
        if problem.blocks
    }
    assert found == {("template.error", f"{FORM}/form.html", 4)}
    assert contents(site) == before


def stored(site: Path, pattern: str) -> list[Path]:
    return [file for file in (site / ".cache").glob(f"store-*/{pattern}") if file.is_file()]


DAMAGES: dict[str, Callable[[Path], object]] = {
    "the store's file cut": lambda site: [os.truncate(file, 5000) for file in stored(site, "store.sqlite")],
    "the store's file garbled": lambda site: [
        file.write_bytes(file.read_bytes().replace(b"minbing", b"minbinh"))
        for file in stored(site, "store.sqlite")
    ],
    "no store's file": lambda site: [file.unlink() for file in stored(site, "store.sqlite*")],
    "objects gone": lambda site: [file.unlink() for file in stored(site, "objects/*/*")],
    "no store": lambda site: shutil.rmtree(site / ".cache"),
    "a PDF": lambda site: (site / "output" / PDF).write_bytes(b"%PDF-broken"),
    "a page of the same size": lambda site: (site / "output" / PAGE).write_bytes(
        (site / "output" / PAGE).read_bytes().swapcase()
    ),
    "a page gone": lambda site: (site / "output" / PAGE).unlink(),
    "a page replaced": lambda site: (
        (site / "output" / PAGE).unlink(),
        (site / "output" / PAGE).write_text("另一页"),
    ),
    "the double": lambda site: shutil.rmtree(site / ".output.gongkai" / "site"),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("edited", [False, True], ids=["", "and a record"])
def test_a_damaged_store_or_site_heals_itself(damage: str, edited: bool, site: Path, tmp_path: Path) -> None:
    before = contents(site)
    DAMAGES[damage](site)
    if edited:
        edit(site, PROJECT, "约100人次", "约120人次")
    assert rebuild(site).published
    assert contents(site) == (fresh(site, tmp_path / "fresh") if edited else before)
    assert verify(site / "output") == []


def test_a_damaged_object_is_not_published(site: Path, tmp_path: Path) -> None:
    """Where there are no hard links objects are damaged by themselves."""
    for file in stored(site, "objects/*/*"):
        data = file.read_bytes()
        file.unlink()
        file.write_bytes(data[:-1] + b"?")
    shutil.rmtree(site / "output")
    assert rebuild(site).published
    assert contents(site) == fresh(site, tmp_path / "fresh")


def test_a_foreign_file_in_the_site_is_told_and_kept_beside(site: Path) -> None:
    before = contents(site)
    (site / "output" / "dongguan" / "my-notes.txt").write_text("mine")
    outcome = rebuild(site)
    (told,) = [problem for problem in outcome.problems if problem.rule == "publish.foreign"]
    assert told.place.file == "output/dongguan/my-notes.txt"
    assert contents(site) == before
    assert (site / ".output.gongkai/removed/dongguan/my-notes.txt").read_text() == "mine"
    assert "publish.foreign" not in {problem.rule for problem in rebuild(site).problems}


def test_all_cores_give_the_same_bytes(site: Path, tmp_path: Path) -> None:
    for number in range(4):
        text = (site / PROJECT).read_text(encoding="utf-8").replace("民兵事业费", f"民兵事业费{number}")
        (site / PROJECT.replace("minbing", f"m{number}")).write_text(text, encoding="utf-8")
    one = Workspace.at(site, tmp_path / "one")
    two = Workspace.at(site, tmp_path / "two")
    assert pipeline.build(one, workers=1, terms=UNGUARDED).published
    assert pipeline.build(two, workers=2, terms=UNGUARDED).published

    def files(folder: Path) -> dict[str, bytes]:
        return {
            file.relative_to(folder).as_posix(): file.read_bytes()
            for file in folder.rglob("*")
            if file.is_file()
        }

    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_a_yearbook_is_bound_where_the_site_wants_it(site: Path) -> None:
    book = "dongguan/dongguan-2026-yearbook.pdf"
    assert book not in contents(site)
    edit(site, "content/site.yaml", "站点名称: 测试站点", "站点名称: 测试站点\n年度汇编: 是")
    assert rebuild(site).published
    before = contents(site)
    assert "dongguan-2026-yearbook.pdf" in before["dongguan/index.html"].decode()

    assert rebuild(site).made == 0
    edit(site, PROJECT, "约100人次", "约120人次")
    assert rebuild(site).published
    assert contents(site)[book] != before[book]


MACHINE: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    # what else a site is made with: changed, everything it shapes is made again
    "gongkai's code": lambda patch: patch.setattr(keys, "PACKAGE", Path(__file__).parent),
    "a library": lambda patch: patch.setattr(keys, "installed", lambda: ["99"]),
    "the system's text engine": lambda patch: patch.setattr(keys, "engine_versions", lambda: "99"),
    "a font": lambda patch: patch.setattr(Fonts, "key", "another font"),
}


@pytest.mark.parametrize("what", MACHINE)
def test_another_tool_makes_everything_again(what: str, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(site)
    keys.code_key.cache_clear()
    MACHINE[what](monkeypatch)
    try:
        outcome = rebuild(site)
    finally:
        keys.code_key.cache_clear()
    pdfs = sum(path.endswith(".pdf") for path in before)
    assert outcome.published
    assert outcome.made >= (
        pdfs if what == "a font" else pdfs + sum(path.endswith(".html") for path in before)
    )
    assert contents(site) == before


def test_only_what_shows_a_change_is_made_again(site: Path) -> None:
    """Two departments: a text changed in one remakes nothing of the other, and no page made from summaries."""
    other = site / "content/dongguan/another"
    shutil.copytree(site / "content/dongguan/shi-zhi-gongwei", other)
    assert rebuild(site).published
    inodes = {file: file.stat().st_ino for file in (site / "output").rglob("*.html")}
    edit(site, PROJECT, "约100人次", "约120人次")
    assert rebuild(site).published
    made = {
        file.relative_to(site / "output").as_posix()
        for file, inode in inodes.items()
        if file.stat().st_ino != inode
    }
    assert made
    assert not [
        path
        for path in made
        if path.startswith("dongguan/another") or path in ("index.html", "dongguan/index.html")
    ]


def test_an_error_in_printing_loses_no_other_printing(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one character no font has a department is held; what else was printed is not printed again."""
    shutil.copytree(site / "content/dongguan/shi-zhi-gongwei", site / "content/dongguan/another")
    edit(site, PROJECT, "约100人次", "约100人次\U000f0000")
    printed: list[str] = []
    real = Printer.print

    def noting(self: Printer, job: PrintJob) -> tuple[Printed, list[Problem]]:
        printed.append(job.path)
        return real(self, job)

    monkeypatch.setattr(Printer, "print", noting)
    assert rebuild(site).held == ("dongguan/shi-zhi-gongwei",)
    others = [path for path in printed if "another" in path]
    assert others
    edit(site, PROJECT, "约100人次\U000f0000", "约110人次")
    printed.clear()
    assert rebuild(site).published
    assert printed == [PDF, WHOLE_PDF]
    assert rebuild(site).made == 0
