"""The report formats, on one site with an error, a warning, a notice and something accepted."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import jsonschema
import pypdfium2
import pytest
from lxml import html
from playwright.sync_api import Browser
from test_checks import findings, site
from test_cli import run

from gongkai.checks import RULES
from gongkai.commands import report
from gongkai.commands.report_formats import render
from gongkai.problems import Place, Problem, Severity, ordered

SCHEMA = Path(__file__).parent / "data" / "sarif-2.1.0-schema.json"
NUMBER = "44190019900101001X"
RECORD = f"""\
项目名称: 民兵事业费
项目类型: 其他运转类（综合类）
项目等级: 二级项目
主管部门: 市直机关工委
用款单位: 市直机关工委
实施周期:
  起始年度: 2021
  到期年度: 2099
年度资金:
  总额: 83,370.00元
总体绩效目标:
  年度目标: 张某，身份证号{NUMBER}，训练100%完成<b>。
绩效指标:
  - 一级指标: 产出指标
    二级指标: 数量指标
    三级指标: 民兵人数
    实施周期指标值: 约300人次
    年度指标值: 约100人
  - 一级指标: 满意度指标
    二级指标: 服务对象满意度
    三级指标: 民兵满意度
    年度指标值: 满意
已认可:
  - 规则: years.placeholder
    原因: 原文如此
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return site(tmp_path_factory.mktemp("reports"), {"2026/a.yaml": RECORD})


@pytest.fixture(scope="module")
def problems(root: Path) -> list[Problem]:
    found = ordered(findings(root))
    assert [(one.rule, bool(one.accepted)) for one in found] == [
        ("years.placeholder", True),
        ("personal.identity", False),
        ("period.unit", False),
        ("measurability.vague", False),
    ]
    return found


@pytest.mark.parametrize("format", ["text", "json", "sarif", "github", "html"])
def test_no_report_repeats_a_personal_number(format: str, problems: list[Problem], root: Path) -> None:
    text = render(problems, format, root)
    assert NUMBER not in text
    assert "441*************1X" in text


def test_the_terminal_shows_what_is_open_and_counts_what_is_accepted(
    problems: list[Problem], root: Path
) -> None:
    text = render(problems, "text", root)
    assert "2099" not in text
    assert "另有 1 条已认可：原文如此 1" in text
    assert text.endswith("1 个错误，1 个警告，1 个提示。")
    line = next(line for line in text.split("\n") if line.startswith("content/shiyan/jiguan/2026/a.yaml "))
    assert line.split()[1:] == ["1", "1", "1", "1"]


def test_the_caret_stands_under_the_number(problems: list[Problem], root: Path) -> None:
    lines = report.terminal_text(problems, root).split("\n")
    place = next(number for number, line in enumerate(lines) if "441*************1X，训练" in line)
    before = lines[place].partition("441*")[0]
    assert report.display_width(before) == lines[place + 1].index("^")


def test_json_has_every_figure(problems: list[Problem], root: Path) -> None:
    data = json.loads(render(problems, "json", root))
    assert data["counts"] == {"error": 1, "warning": 1, "notice": 1, "accepted": 1}
    unit = next(one for one in data["problems"] if one["rule"] == "period.unit")
    assert (unit["line"], unit["column"], unit["severity"]) == (17, 14, "warning")
    assert unit["path"] == "绩效指标[1].实施周期指标值"
    assert unit["related"] == [{"file": "content/shiyan/jiguan/2026/a.yaml", "line": 18, "column": 12}]
    assert data["problems"][0]["accepted"] == "原文如此"


def test_sarif_follows_its_schema(problems: list[Problem], root: Path) -> None:
    text = render(
        [*problems, Problem(Place("content/空 格.yaml"), "load.x", Severity.ERROR, "坏")], "sarif", root
    )
    data = json.loads(text)
    jsonschema.Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(data)
    run = data["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [*RULES, "load.x"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    levels = {result["ruleId"]: result["level"] for result in run["results"]}
    assert levels["measurability.vague"] == "note"
    accepted = next(result for result in run["results"] if result["ruleId"] == "years.placeholder")
    assert accepted["suppressions"] == [{"kind": "inSource", "justification": "原文如此"}]


def test_a_broken_report_would_not_pass_the_schema(problems: list[Problem], root: Path) -> None:
    data = json.loads(render(problems, "sarif", root))
    data["runs"][0]["results"][0]["level"] = "notice"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(data)


def test_annotations_are_escaped_and_leave_out_what_is_accepted(problems: list[Problem], root: Path) -> None:
    lines = render(problems, "github", root).split("\n")
    assert [line.partition(" ")[0] for line in lines] == ["::error", "::warning", "::notice"]
    assert lines[1].startswith(
        "::warning file=content/shiyan/jiguan/2026/a.yaml,line=17,col=14,title=period.unit::"
    )
    odd = Problem(Place("a,b:c.yaml", 1, 2), "x.y", Severity.ERROR, "100%\n完成")
    assert (
        render([odd], "github", root) == "::error file=a%2Cb%3Ac.yaml,line=1,col=2,title=x.y::100%25%0A完成"
    )


def test_the_page_to_sign(problems: list[Problem], root: Path) -> None:
    text = render(problems, "html", root)
    page = html.document_fromstring(text)
    words = re.sub(r"\s+", " ", page.text_content())
    assert "有必须改正的错误，不能发布" in words
    assert "项目 1 个" in words
    assert "原文如此" in words
    for problem in problems:
        assert problem.message in words
    assert "审核人" in words
    assert page.get("lang") == "zh-CN"
    # Self-contained: nothing is fetched, and text of records never becomes markup.
    assert not page.xpath("//script|//link|//img|//*[@src]|//b")
    assert "<b>" not in text.partition("<body>")[2]


def test_names_on_the_page_lead_to_the_page_that_edits(problems: list[Problem], root: Path) -> None:
    page = html.document_fromstring(render(problems, "html", root))
    links = page.xpath("//section//a/@href")
    field = "%E7%BB%A9%E6%95%88%E6%8C%87%E6%A0%87%5B1%5D.%E5%AE%9E%E6%96%BD%E5%91%A8%E6%9C%9F%E6%8C%87%E6%A0%87%E5%80%BC"
    assert f"http://127.0.0.1:8000/record/shiyan/jiguan/2026/a#{field}" in links
    places = page.xpath("//section//tr/th[@scope='row']/div")
    assert "content/shiyan/jiguan/2026/a.yaml:17:14" in [one.text for one in places]
    outside = Problem(Place("layouts/site/a.html", 2, 1), "x.y", Severity.WARNING, "坏")
    assert not html.document_fromstring(render([outside], "html", root)).xpath("//section//a")


def test_many_findings_are_told_by_rule_and_what_to_do_once(root: Path) -> None:
    file = "content/shiyan/jiguan/2026/a.yaml"
    many = [
        Problem(Place(file, line, 1), "x.y", Severity.WARNING, f"第{line}处", "请改。")
        for line in range(1, 31)
    ]
    wrong = Problem(Place(file, 2, 1), "x.z", Severity.ERROR, "坏", "请核对。")
    lines = report.terminal_text([*many, wrong], root).split("\n")
    assert lines.index(f"{file}（民兵事业费）") < lines.index("警告“x.y”[x.y] 30 处 → 请改。")
    assert f"  {file}:30:1 民兵事业费：第30处" in lines
    assert sum("请改。" in line for line in lines) == 1
    assert len(lines) < 60


def test_the_page_has_a_date_only_when_it_is_given(problems: list[Problem], root: Path) -> None:
    assert render(problems, "html", root) == render(problems, "html", root)
    assert not re.search(r"20\d\d年\d+月\d+日", render(problems, "html", root))
    assert "2026年2月3日，gongkai" in render(problems, "html", root, day=date(2026, 2, 3))


def test_a_page_without_problems_may_be_published(root: Path) -> None:
    words = html.document_fromstring(render([], "html", root)).text_content()
    assert "没有必须改正的错误，可以发布" in words
    assert "没有发现问题" in words


def test_an_unknown_format_is_refused(root: Path) -> None:
    with pytest.raises(KeyError):
        render([], "xml", root)


@pytest.mark.parametrize(
    ("choice", "rules"),
    [
        (("--severity", "警告"), {"period.unit"}),
        (("--severity", "警告", "--severity", "提示"), {"period.unit", "measurability.vague"}),
        (("--rule", "personal"), {"personal.identity"}),
        (("--rule", "period.unit", "--project", "a"), {"period.unit"}),
        (("--project", "b"), set()),
    ],
    ids=["severity", "severities", "family", "rule-and-project", "other-project"],
)
def test_check_lists_what_is_asked_for(choice: tuple[str, ...], rules: set[str], root: Path) -> None:
    data = json.loads(run(root, "check", "--format", "json", *choice).stdout)
    told = {one["rule"] for one in data["problems"] if not one.get("accepted")}
    assert told - {"load.site-facts"} == rules


def test_what_is_signed_of_forty_projects_is_printed_on_two_pages(browser: Browser, root: Path) -> None:
    problems = [
        Problem(
            Place(f"content/shiyan/jiguan/2026/p{number}.yaml", 3, 1),
            rule.written.id,
            rule.written.severity,
            rule.written.title,
            "请核对。",
        )
        for number, rule in enumerate([*list(RULES.values())[::4]] * 2)
    ]
    page = browser.new_page()
    page.set_content(render(problems, "html", root))
    pages = [one.get_textpage().get_text_bounded() for one in pypdfium2.PdfDocument(page.pdf(format="A4"))]
    page.close()
    assert next(number for number, text in enumerate(pages) if "负责人" in text) <= 1
    assert next(number for number, text in enumerate(pages) if "附：各条问题" in text) <= 2
