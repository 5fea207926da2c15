"""Every rule on right and wrong records: the mistake is told at its line and column, and nothing else is."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from gongkai.checks import RULES, check_department
from gongkai.checks.rule import BUILT_IN
from gongkai.problems import Problem, Severity
from gongkai.reading.forms import load_forms
from gongkai.reading.load import Loader
from gongkai.workspace import built_in_layouts

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "problems" / "checks"
MARK = "‸"
UNDATED = "地区名称: 试验市\n行政区划代码: 999999\n表式:\n  - 项目汇总表: huadu-summary\n"
LOCALITY = """\
地区名称: 试验市
行政区划代码: 999999
表式:
  - {起始年度: 2023, 截止年度: 2023, 项目表: langxi-project-2023}
  - {起始年度: 2024, 截止年度: 2026, 部门整体表: dongguan-department-2023, 项目表: dongguan-project-2026,
     项目自评表: national-evaluation, 部门自评表: national-department-evaluation}
"""
FORMS = load_forms((built_in_layouts(),))[0]
ELSEWHERE = {"signoff.changed"}
"""Rules whose cases are no text: what was signed is known by its checksum (test_signoff.py)."""
Files = dict[str, str]


def variants(rule: str) -> dict[str, tuple[Files, str]]:
    """The case file of a rule: 错, 对, 错2 …, each with its files and what the message must say."""
    text = (CASES / f"{rule}.yaml").read_text(encoding="utf-8")
    found: dict[str, tuple[Files, str]] = defaultdict(lambda: ({}, ""))
    for part in re.split(r"^#=== ", text, flags=re.MULTILINE)[1:]:
        head, _, body = part.partition("\n")
        name, file = head.split(" ")
        files, message = found[name]
        if body.startswith("#! "):
            said, _, body = body.partition("\n")
            message = said.removeprefix("#! ")
        found[name] = ({**files, file: body}, message)
    return dict(found)


def site(folder: Path, files: Files) -> Path:
    """A site of one department with these files below it; years that lack a disclosure get a plain one."""
    department = folder / "content" / "shiyan" / "jiguan"
    department.mkdir(parents=True)
    (folder / "content" / "site.yaml").write_text("站点名称: 试验\n", encoding="utf-8")
    locality = UNDATED if any(file.startswith("undated") for file in files) else LOCALITY
    (department.parent / "locality.yaml").write_text(locality, encoding="utf-8")
    (department / "department.yaml").write_text("部门名称: 市直机关工委\n", encoding="utf-8")
    for year in {file.partition("/")[0] for file in files}:
        stated = f"年度: {year}\n发布日期: {year}-02-01\n" if year.isdigit() else "公开信息: {}\n"
        files = {f"{year}/disclosure.yaml": stated, **files}
    for file, text in files.items():
        (department / file).parent.mkdir(exist_ok=True)
        (department / file).write_text(text.replace(MARK, ""), encoding="utf-8")
    return folder


def findings(folder: Path) -> list[Problem]:
    """What the rules say of a site; the records themselves must load without a word."""
    loader = Loader(folder, FORMS)
    found = []
    for locality in loader.localities():
        for one in loader.department_folders(locality):
            loaded = loader.department(locality, one)
            assert loaded is not None
            found += check_department(loaded)
    assert loader.problems == []
    return found


def marked(files: Files) -> list[tuple[str, int, int]]:
    """File, line and column of every mark."""
    places = []
    for file, text in files.items():
        for number, line in enumerate(text.split("\n"), 1):
            places += [
                (file, number, match.start() - count + 1)
                for count, match in enumerate(re.finditer(MARK, line))
            ]
    return sorted(places)


@pytest.mark.parametrize("rule", sorted(file.stem for file in CASES.glob("*.yaml")))
def test_a_rule_on_its_right_and_wrong_records(rule: str, tmp_path: Path) -> None:
    cases = variants(rule)
    assert {name[0] for name in cases} == {"错", "对"}
    severity = RULES[rule].written.severity
    for name, (files, message) in cases.items():
        found = [one for one in findings(site(tmp_path / name, files)) if one.rule == rule]
        if name.startswith("对"):
            assert found == [], f"{name}: false alarm"
            continue
        places = sorted(
            (one.place.file.removeprefix("content/shiyan/jiguan/"), one.place.line, one.place.column)
            for one in found
        )
        assert places == marked(files), f"{name}: {found}"
        assert any(message in one.message for one in found), f"{name}: {[one.message for one in found]}"
        assert all(one.hint and one.path is not None and one.severity is severity for one in found)


def test_every_rule_has_a_case_or_a_plant_and_every_case_a_rule() -> None:
    cases = {file.stem for file in CASES.glob("*.yaml")}
    planted = set((CASES.parent / "planted" / "plants.txt").read_text(encoding="utf-8").split())
    known = set(RULES)
    assert cases <= known
    assert known - cases - ELSEWHERE <= planted


def test_ids_are_unique_and_named_after_their_family() -> None:
    ids = [one.id for _, file in BUILT_IN.values() for one in file.rules]
    assert len(ids) == len(set(ids))
    families = [
        {one.id.partition(".")[0] for one in file.rules if not one.elsewhere} for _, file in BUILT_IN.values()
    ]
    assert all(len(family) == 1 for family in families)


def test_every_rule_is_explained_with_a_right_and_a_wrong_example() -> None:
    for rule in RULES.values():
        assert re.search(r"^- 错：", rule.written.manual, re.MULTILINE), rule.written.id
        assert re.search(r"^- 对：", rule.written.manual, re.MULTILINE), rule.written.id
        assert re.search(r"[\u4e00-\u9fff]", rule.written.title), rule.written.id


def test_a_comparison_names_the_other_places(tmp_path: Path) -> None:
    files = variants("cost.price")["错"][0]
    found = next(one for one in findings(site(tmp_path, files)) if one.rule == "cost.price")
    assert [(place.line, place.column) for place in found.related] == [(3, 7), (8, 12)]


# -- acceptances ----------------------------------------------------------------------------------


WRONG = "项目名称: 民兵事业费\n实施周期:\n  起始年度: 2021\n  到期年度: 2099\n"


def test_an_accepted_finding_keeps_its_reason_and_does_not_count(tmp_path: Path) -> None:
    accepted = "已认可:\n  - 规则: years.placeholder\n    位置: 实施周期.到期年度\n    原因: 原文如此\n"
    found = findings(site(tmp_path, {"2026/a.yaml": WRONG + accepted}))
    assert [one.accepted for one in found if one.rule == "years.placeholder"] == ["原文如此"]
    assert not any(one.rule == "accepted.unused" for one in found)


def test_an_accepted_error_does_not_block(tmp_path: Path) -> None:
    record = "项目名称: 民兵\n总体绩效目标:\n  年度目标: 值班电话13800138000。\n"
    accepted = "已认可:\n  - 规则: personal.mobile\n    原因: 办公用号，经同意公开\n"
    one = next(
        one
        for one in findings(site(tmp_path / "a", {"2026/a.yaml": record}))
        if one.rule == "personal.mobile"
    )
    other = next(
        one
        for one in findings(site(tmp_path / "b", {"2026/a.yaml": record + accepted}))
        if one.rule == "personal.mobile"
    )
    assert one.severity is other.severity is Severity.ERROR
    assert (one.blocks, other.blocks) == (True, False)


@pytest.mark.parametrize(
    ("rule", "path"),
    [("years.placeholder", "实施周期.起始年度"), ("years.placeholdr", "")],
    ids=["path", "rule"],
)
def test_an_acceptance_that_matches_nothing_is_told(rule: str, path: str, tmp_path: Path) -> None:
    where = f"    位置: {path}\n" if path else ""
    text = f"{WRONG}已认可:\n  - 规则: {rule}\n{where}    原因: 原文如此\n"
    found = findings(site(tmp_path, {"2026/a.yaml": text}))
    unused = [one for one in found if one.rule == "accepted.unused"]
    assert [(one.place.line, one.severity) for one in unused] == [(6, Severity.WARNING)]
    assert not next(one for one in found if one.rule == "years.placeholder").accepted
