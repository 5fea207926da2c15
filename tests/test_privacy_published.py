"""Numbers planted in every field of every file, in layouts, pages and attachments are told at their line; nothing goes out."""

from __future__ import annotations

import io
import shutil
from itertools import count
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pages
import pytest
import yaml

from gongkai.building import pipeline
from gongkai.problems import Problem
from gongkai.reading.acts import SiteSettings
from gongkai.reading.kinds import Record
from gongkai.reading.records import Department, Disclosure, Locality, Project
from gongkai.reading.vocabulary import terms
from gongkai.workspace import Workspace

SMALL = Path(__file__).parent / "sites" / "small"
THEME = Path(__file__).parent / "sites" / "theme"
DEPARTMENT = "content/dongguan/shi-zhi-gongwei"
PERSONAL = ("personal.", "privacy.")
_UNPUBLISHED = {"已认可", "不公开原因", "签发"}


def planted(model: type[Record], numbers: count[int]) -> dict[str, Any]:
    """A record with a mobile number of its own in every field that takes a text."""
    data: dict[str, Any] = {}
    for term in terms(model).values():
        if term.keys[0] in _UNPUBLISHED or term.kind not in ("text", "rich", "target"):
            continue
        if term.keys[-1] == "曾用网址":
            continue
        value: Any = f"见138{next(numbers):08}处"
        if term.label == "公开信息":
            value = {"索引": value, f"138{next(numbers):08}": "键"}
        place: Any = data
        for depth, key in enumerate(term.keys[:-1]):
            listed = any(
                one.keys == term.keys[: depth + 1] and one.kind == "list" for one in terms(model).values()
            )
            place = place.setdefault(key, [{}] if listed else {})
            place = place[0] if isinstance(place, list) else place
        if term.keys[-1] == "公开信息项":
            value = [value]
        place[term.keys[-1]] = value
    return data


def told(folder: Path) -> list[Problem]:
    outcome = pipeline.check(Workspace.at(folder))
    return [one for one in outcome.problems if one.rule.startswith(PERSONAL)]


def lines_with_numbers(folder: Path) -> set[tuple[str, int]]:
    return {
        (file.relative_to(folder).as_posix(), number)
        for file in folder.glob("content/**/*.yaml")
        for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), 1)
        if "13800" in line
    }


def test_a_number_in_any_field_of_any_record_is_told_at_its_line(tmp_path: Path) -> None:
    shutil.copytree(SMALL / "content", tmp_path / "content")
    numbers = count(1)
    files = {
        "content/site.yaml": planted(SiteSettings, numbers),
        "content/dongguan/locality.yaml": {**planted(Locality, numbers), "表式": [{"起始年度": "2026", "项目表": "dongguan-project-2026"}]},
        f"{DEPARTMENT}/department.yaml": planted(Department, numbers),
        f"{DEPARTMENT}/2026/disclosure.yaml": {**planted(Disclosure, numbers), "年度": "2026"},
        f"{DEPARTMENT}/2026/minbing.yaml": planted(Project, numbers),
    }  # fmt: skip
    disclosure, project = (
        files[f"{DEPARTMENT}/2026/disclosure.yaml"],
        files[f"{DEPARTMENT}/2026/minbing.yaml"],
    )
    for key in ("更正说明", "仅改错字"):
        disclosure[key][0]["日期"] = "2026-03-01"
    disclosure["公告"][0] |= {"文件名": "ziping", "类别": "自评"}
    for one in (disclosure, project):
        del one["撤回说明"]  # of what is withdrawn nothing else is published
    files["content/dongguan/locality.yaml"].pop("上级地区", None)
    for name, data in files.items():
        text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=500)
        (tmp_path / name).write_text(text, encoding="utf-8")
    expected = lines_with_numbers(tmp_path)
    assert len(expected) > 55
    found = {(one.place.file, one.place.line) for one in told(tmp_path)}
    assert expected - found == set()


def test_of_what_is_withdrawn_only_what_stays_is_looked_at(tmp_path: Path) -> None:
    shutil.copytree(SMALL / "content", tmp_path / "content")
    project = tmp_path / f"{DEPARTMENT}/2026/minbing.yaml"
    text = project.read_text("utf-8").replace("约100人次", "见13800138000处")
    project.write_text(f"{text}撤回说明:\n  日期: 2026-03-02\n  原因: 误写了电话\n", "utf-8")
    assert told(tmp_path) == []
    project.write_text(project.read_text("utf-8").replace("误写了电话", "误写了13800138000"), "utf-8")
    (problem,) = told(tmp_path)
    assert problem.place.line == len(project.read_text("utf-8").splitlines())


def outcome(folder: Path) -> tuple[pipeline.Outcome, set[tuple[str, str, int]]]:
    made = pages.rebuild(folder)
    found = {
        (one.rule, one.place.file, one.place.line) for one in made.problems if one.rule.startswith(PERSONAL) and one.blocks
    }  # fmt: skip
    return made, found


@pytest.fixture
def site(tmp_path: Path) -> Path:
    shutil.copytree(THEME, tmp_path / "site")
    return tmp_path / "site"


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("content/pages/about.md", "# ", "# 电话138-0013-8000 "),
        ("content/pages/about.md", "\n", "\n\n<!-- 13800138000 -->\n"),
        ("layouts/site/words.yaml", "词语:\n", "词语:\n  首页导语: 有事找 13800138000\n"),
        ("layouts/site/footer.html", "<p>", "<p>138<b>0013</b>8000 "),
        ("layouts/site/footer.html", "<p>", "<p title='13800138000'>"),
        ("layouts/site/footer.html", "<p>", "<p>&#49;3800138000 "),
        ("layouts/site/assets/theme.css", "", "/* 13800138000 */\n"),
        ("layouts/site/assets/logo.svg", "<svg", "<!-- 13800138000 -->\n<svg"),
    ],
)
def test_a_number_in_pages_and_layouts_stops_the_build(file: str, old: str, new: str, site: Path) -> None:
    path = site / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    made, found = outcome(site)
    assert not made.published
    assert {name for _, name, _ in found} == {file}


def workbook(value: object) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["电话", value])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def document(text: str) -> bytes:
    made = docx.Document()
    paragraph = made.add_paragraph()
    for piece in text.split("|"):
        paragraph.add_run(piece)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("old.xlsx", workbook(13800138000)), ("old.xlsx", workbook("138 0013 8000")),
        ("old.docx", document("联系138|0013|8000")), ("old.csv", "姓名,电话\n甲,13800138000\n".encode()),
        ("13800138000.docx", document("无")),
    ],
)  # fmt: skip
def test_a_kept_file_is_opened_and_its_name_read(name: str, data: bytes, site: Path) -> None:
    year = site / "content/yangcheng/caizheng-ju/2026"
    (year / "files" / name).write_bytes(data)
    record = year / "disclosure.yaml"
    text = record.read_text(encoding="utf-8")
    assert "原文件: [" in text
    record.write_text(text.replace("原文件: [", f"原文件: [{name}, "), encoding="utf-8")
    made, found = outcome(site)
    assert not made.published
    assert {file for rule, file, _ in found if rule == "privacy.published"} == {
        f"content/yangcheng/caizheng-ju/2026/files/{name}"
    }


def test_no_message_shows_the_number(site: Path) -> None:
    (site / "content/pages/about.md").write_text("# 关于\n\n张三 13800138000\n", encoding="utf-8")
    made, _ = outcome(site)
    assert not any("13800138000" in one.message + one.hint for one in made.problems)


def test_what_a_record_accepts_is_published(site: Path) -> None:
    record = site / "content/yangcheng/caizheng-ju/2026/xinxi-weihu.yaml"
    text = record.read_text(encoding="utf-8").rstrip()
    accepted = "已认可:\n  - 规则: personal.mobile\n    原因: 值班用号\n"
    record.write_text(f"{text}\n项目类别: 值班 138 0013 8000\n{accepted}", encoding="utf-8")
    made, found = outcome(site)
    assert found == set()
    assert made.published, [one for one in made.problems if one.blocks]


def test_the_sites_of_the_tests_raise_nothing(site: Path) -> None:
    made, found = outcome(site)
    assert made.published and found == set()
