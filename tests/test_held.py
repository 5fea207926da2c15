"""Departments with errors stay as they were last published and all others go out; what is due later waits."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pages
import pikepdf
import pytest
from click.testing import CliRunner

from gongkai.building import pipeline
from gongkai.building.look import Terms
from gongkai.cli.main import cli
from gongkai.problems import ExitCode, Severity
from gongkai.publishing.manifest import verify
from gongkai.workspace import Workspace

TODAY = date(2026, 3, 2)
DEPARTMENTS = ("dongguan/bu-a", "dongguan/bu-b", "dongguan/bu-c")
PROJECT = "2026/minbing.yaml"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three departments that have published the same."""
    folder = tmp_path_factory.mktemp("held")
    small = pages.ROOT / "tests/sites/small/content"
    shutil.copytree(small, folder / "content")
    (folder / "content/dongguan/shi-zhi-gongwei").rename(folder / "content" / DEPARTMENTS[0])
    for name, unit in zip("乙丙", DEPARTMENTS[1:], strict=True):
        shutil.copytree(folder / "content" / DEPARTMENTS[0], folder / "content" / unit)
        change(folder, f"{unit}/department.yaml", "东莞市直属机关工作委员会", f"东莞市{name}局")
    assert rebuild(folder).published
    return folder


@pytest.fixture
def site(published: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published, tmp_path / "site", symlinks=True))


def rebuild(site: Path, terms: Terms = Terms(TODAY)) -> pipeline.Outcome:  # noqa: B008
    return pages.rebuild(site, terms=terms)


def change(site: Path, file: str, old: str, new: str) -> None:
    place = site / "content" / file
    text = place.read_text("utf-8")
    assert old in text
    place.write_text(text.replace(old, new), "utf-8")


def files_of(site: Path, unit: str) -> dict[str, bytes]:
    folder = site / "output" / unit
    return {
        file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()
    }


def project_more(site: Path, unit: str) -> None:
    """A harmless change."""
    text = (site / "content" / unit / PROJECT).read_text("utf-8").replace("民兵事业费", "征兵工作费")
    (site / "content" / unit / "2026/zhengbing.yaml").write_text(text, "utf-8")


BROKEN = {
    "a record that can't be read": lambda site: change(site, f"{DEPARTMENTS[0]}/{PROJECT}", "年度资金:", "年度资金"),
    "an error of a rule": lambda site: change(site, f"{DEPARTMENTS[0]}/{PROJECT}", "军事技能训练5天", "训练13800138000"),
    "what the guard refuses": lambda site: change(site, f"{DEPARTMENTS[0]}/{PROJECT}", "83,370.00", "83,400.00"),
    "its folder is gone": lambda site: shutil.rmtree(site / "content" / DEPARTMENTS[0]),
    "department.yaml is gone": lambda site: (site / "content" / DEPARTMENTS[0] / "department.yaml").unlink(),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_a_department_with_errors_stays_and_the_others_go_out(site: Path, what: str) -> None:
    before = files_of(site, DEPARTMENTS[0])
    BROKEN[what](site)
    project_more(site, DEPARTMENTS[1])
    outcome = rebuild(site)
    assert outcome.published and outcome.held == (DEPARTMENTS[0],)
    assert not outcome.ok
    told = [one for one in outcome.problems if one.rule == "hold.department"]
    assert [one.place.file for one in told] == [f"content/{DEPARTMENTS[0]}"]
    assert "按上次发布的内容保留" in told[0].message and told[0].severity is Severity.WARNING
    assert verify(site / "output") == []
    assert files_of(site, DEPARTMENTS[0]).keys() == before.keys()
    assert {name: data for name, data in files_of(site, DEPARTMENTS[0]).items() if name.endswith("json")} == {
        name: data for name, data in before.items() if name.endswith("json")
    }
    data = (site / "output/data/projects.csv").read_text("utf-8-sig")
    assert data.count(DEPARTMENTS[0]) and data.count(f"{DEPARTMENTS[1]}/2026/zhengbing") == 1
    again = rebuild(site)  # and it goes on being told
    assert again.held == outcome.held and not again.ok and again.made == 0
    assert verify(site / "output") == []


def test_when_it_is_mended_all_is_as_if_it_had_never_been_held(site: Path, tmp_path: Path) -> None:
    BROKEN["a record that can't be read"](site)
    project_more(site, DEPARTMENTS[1])
    assert rebuild(site).held
    change(site, f"{DEPARTMENTS[0]}/{PROJECT}", "年度资金", "年度资金:")
    outcome = rebuild(site)
    assert outcome.published and outcome.ok and not outcome.held
    shutil.copytree(site / "content", tmp_path / "fresh/content")
    assert rebuild(tmp_path / "fresh").published
    assert (site / "output/manifest.json").read_bytes() == (
        tmp_path / "fresh/output/manifest.json"
    ).read_bytes()


def test_strict_stops_everything(site: Path) -> None:
    before = (site / "output/manifest.json").read_bytes()
    BROKEN["an error of a rule"](site)
    project_more(site, DEPARTMENTS[1])
    outcome = rebuild(site, Terms(TODAY, strict=True))
    assert not outcome.published and not outcome.held
    assert (site / "output/manifest.json").read_bytes() == before


def test_a_department_that_was_never_published_is_left_out(site: Path) -> None:
    shutil.copytree(site / "content" / DEPARTMENTS[0], site / "content/dongguan/bu-d")
    change(site, f"dongguan/bu-d/{PROJECT}", "军事技能训练5天", "训练13800138000")
    outcome = rebuild(site)
    assert outcome.published and outcome.held == ("dongguan/bu-d",)
    assert not (site / "output/dongguan/bu-d").exists()
    assert "还没有发布过" in next(one.message for one in outcome.problems if one.rule == "hold.department")


def test_pages_of_a_held_department_keep_their_style(site: Path) -> None:
    page = (site / "output" / DEPARTMENTS[0] / "index.html").read_text("utf-8")
    sheets = [
        one.path for one in listed(site) if one.path.endswith(".css") and one.path.split("/")[-1] in page
    ]
    own = site / "layouts/site/assets"
    own.mkdir(parents=True)
    built_in = (pages.ROOT / "layouts/site/assets/site.css").read_text("utf-8")
    (own / "site.css").write_text(built_in + "\nmain { color: #111; }\n", "utf-8")
    BROKEN["an error of a rule"](site)
    outcome = rebuild(site)
    assert outcome.held, [one for one in outcome.problems if one.blocks]
    assert sheets and all((site / "output" / path).is_file() for path in sheets)
    assert verify(site / "output") == []


def listed(site: Path) -> list[pipeline.File]:
    manifest = pipeline.Manifest.read(site / "output")
    assert manifest is not None
    return list(manifest)  # type: ignore[arg-type]


def test_without_what_was_published_nothing_goes_out(site: Path) -> None:
    shutil.rmtree(site / ".cache")
    before = (site / "output/manifest.json").read_bytes()
    BROKEN["an error of a rule"](site)
    project_more(site, DEPARTMENTS[1])
    outcome = rebuild(site)
    assert not outcome.published and "hold.unknown" in {one.rule for one in outcome.problems}
    assert (site / "output/manifest.json").read_bytes() == before


def test_where_all_have_errors_nothing_is_published(site: Path) -> None:
    for unit in DEPARTMENTS:
        change(site, f"{unit}/{PROJECT}", "军事技能训练5天", "训练13800138000")
    assert not rebuild(site).published


# -- what is due later ----------------------------------------------------------------------------


def year(site: Path, unit: str, published: str) -> None:
    """Next year's disclosure."""
    folder = site / "content" / unit
    shutil.copytree(folder / "2026", folder / "2027")
    (folder / "2027/disclosure.yaml").write_text(f"年度: 2027\n发布日期: {published}\n", "utf-8")
    change(site, f"{unit}/2027/minbing.yaml", "83,370.00", "90,210.00")


def traces(site: Path) -> list[str]:
    found = [
        file
        for file in (site / "output").rglob("*")
        if file.is_file() and file.suffix in (".html", ".json", ".csv", ".xml", ".js")
    ]
    return [str(file) for file in found if "90,210" in (text := file.read_text("utf-8")) or "90210" in text]


def test_a_disclosure_waits_for_its_day(site: Path) -> None:
    year(site, DEPARTMENTS[0], "2026-03-05")
    outcome = rebuild(site)
    (told,) = [one for one in outcome.problems if one.rule == "publish.later"]
    assert outcome.published and told.severity is Severity.NOTICE and told.place.line == 2
    assert traces(site) == [] and not (site / "output" / DEPARTMENTS[0] / "2027").exists()
    assert pages.rebuild(site, terms=Terms(date(2026, 3, 4))).made == 0
    outcome = pages.rebuild(site, terms=Terms(date(2026, 3, 5)))  # nothing but the day has changed
    assert outcome.published and not [one for one in outcome.problems if one.rule == "publish.later"]
    assert traces(site) and (site / "output" / DEPARTMENTS[0] / "2027/index.html").is_file()


def test_a_preview_shows_what_is_due_later(site: Path) -> None:
    year(site, DEPARTMENTS[0], "2026-03-05")
    preview = Workspace(site, site / "preview")
    assert pages.built(preview, Terms(TODAY, public=site / "output")).published
    assert (site / "preview" / DEPARTMENTS[0] / "2027/index.html").is_file()


def test_drafts_are_marked_and_leave_the_site_alone(site: Path) -> None:
    year(site, DEPARTMENTS[0], "2026-03-05")
    before = (site / "output/manifest.json").read_bytes()
    run = CliRunner()
    result = run.invoke(
        cli, ["--root", str(site), "build", "--on", "2026-03-04", "--drafts", str(site / "drafts")]
    )
    assert result.exit_code == ExitCode.OK, result.output
    drafts = [file for file in (site / "drafts").rglob("*.html") if pages.is_page(file)]
    assert site / "drafts" / DEPARTMENTS[0] / "2027/index.html" in drafts
    for file in drafts:
        html = file.read_text("utf-8")
        assert '<meta name="robots" content="noindex">' in html and "草稿，还没有公开" in html, file
    for file in (site / "drafts").rglob("*.pdf"):
        with pikepdf.open(file) as pdf:
            assert str(pdf.docinfo.Title).startswith("草稿："), file
    assert (site / "output/manifest.json").read_bytes() == before
    assert "草稿，还没有公开" not in (site / "output/index.html").read_text("utf-8")
    refused = run.invoke(cli, ["--root", str(site), "build", "--drafts", str(site / "output")])
    assert refused.exit_code == ExitCode.USAGE


def test_what_is_public_can_not_be_put_off(site: Path) -> None:
    change(site, f"{DEPARTMENTS[0]}/2026/disclosure.yaml", "2026-02-13", "2026-12-13")
    found = pipeline.check(Workspace.at(site), terms=Terms(TODAY)).problems
    assert "guard.vanished" in {one.rule for one in found if one.blocks}


def test_the_day_can_be_told(site: Path) -> None:
    year(site, DEPARTMENTS[0], "2026-03-05")
    run = CliRunner()
    for day, waits in (("2026-03-04", True), ("2026-03-05", False)):
        result = run.invoke(cli, ["--root", str(site), "check", "--on", day])
        assert ("到 2026-03-05 才公开" in result.output) == waits
    assert run.invoke(cli, ["--root", str(site), "check", "--on", "后天"]).exit_code == ExitCode.USAGE


# -- what is withheld -----------------------------------------------------------------------------

SECRET = "专项保障经费"


def withhold(site: Path, unit: str, year: str = "2026") -> None:
    """A project that is not published."""
    text = (site / "content" / unit / PROJECT).read_text("utf-8").replace("民兵事业费", SECRET)
    text += "公开: 否\n不公开原因: 涉密\n"
    (site / "content" / unit / year / "secret.yaml").write_text(text, "utf-8")


def name_secret(site: Path, unit: str) -> None:
    change(site, f"{unit}/department.yaml", "东莞市", f"{SECRET}东莞市")


def assert_refused(site: Path, before: bytes) -> None:
    outcome = rebuild(site)
    rules = {one.rule for one in outcome.problems}
    assert "withheld.elsewhere" in {one.rule for one in outcome.problems if one.blocks}
    assert not outcome.published and not outcome.held and "hold.department" not in rules
    assert (site / "output/manifest.json").read_bytes() == before


@pytest.mark.parametrize("broken", ["an error of a rule", "a record that can't be read"])
def test_what_a_held_department_withholds_is_named_nowhere(site: Path, broken: str) -> None:
    before = (site / "output/manifest.json").read_bytes()
    withhold(site, DEPARTMENTS[0])
    BROKEN[broken](site)
    name_secret(site, DEPARTMENTS[1])
    assert_refused(site, before)


@pytest.mark.parametrize(
    "break_it",
    [lambda text: text.replace("公开: 否", "公开: 否\n错: ["), lambda text: text + "年度资金: 五\n"],
)
def test_nor_where_the_record_itself_can_not_be_read(site: Path, break_it: Callable[[str], str]) -> None:
    before = (site / "output/manifest.json").read_bytes()
    withhold(site, DEPARTMENTS[0])
    record = site / "content" / DEPARTMENTS[0] / "2026/secret.yaml"
    record.write_text(break_it(record.read_text("utf-8")), "utf-8")
    name_secret(site, DEPARTMENTS[1])
    assert_refused(site, before)


def test_nor_by_what_is_held(site: Path) -> None:
    name_secret(site, DEPARTMENTS[0])
    assert rebuild(site, Terms(TODAY, guarded=False)).published
    before = (site / "output/manifest.json").read_bytes()
    shutil.rmtree(site / "content" / DEPARTMENTS[0])
    withhold(site, DEPARTMENTS[1])
    assert_refused(site, before)


def test_what_waits_for_its_day_withholds_already(site: Path) -> None:
    before = (site / "output/manifest.json").read_bytes()
    year(site, DEPARTMENTS[0], "2026-03-05")
    withhold(site, DEPARTMENTS[0], "2027")
    name_secret(site, DEPARTMENTS[1])
    assert_refused(site, before)


def test_a_held_department_may_withhold_more(site: Path) -> None:
    withhold(site, DEPARTMENTS[0])
    BROKEN["an error of a rule"](site)
    assert rebuild(site).held == (DEPARTMENTS[0],)
    found = [
        one for one in (site / "output").rglob("*") if one.is_file() and SECRET.encode() in one.read_bytes()
    ]
    assert found == []
