"""自评 and notices through the public door: what they add to a site, what they leave as it was, and when they come."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import html

from gongkai.building import pipeline
from gongkai.building.store import Objects
from gongkai.building.worker import Worker
from gongkai.checks import check_department
from gongkai.printing.documents import Documents
from gongkai.problems import Severity
from gongkai.reading.example import load_example
from gongkai.reading.forms import Form, load_forms
from gongkai.reading.load import Loader
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import DepartmentTarget, Disclosure, Evaluation, Project
from gongkai.tables.sheets import all_sheets, disclosure_sheets, notice_sheets
from gongkai.workspace import Workspace, built_in_layouts

FORMS = load_forms((built_in_layouts(),))[0]
LOCALITY = "地区名称: 试验市\n行政区划代码: 999999\n表式:\n  - 项目表: national-project-2024\n"
EVALUATION_FORM = "  - {起始年度: 2020, 项目自评表: national-evaluation}\n"
PROJECT = """\
项目名称: 培训
主管部门: 某局
实施单位: 某中心
年度资金: {总额: 10万元, 财政拨款: 10万元}
总体绩效目标: {年度目标: 培训四期。}
绩效指标:
  - 一级指标: 产出指标
    二级指标: 数量指标
    三级指标: 期数
    年度指标值: 4期
    权重: 90
"""
EVALUATED = """\
    实际完成值: 3期
    得分: 80
    偏差原因: 一期推迟。
自评:
  全年预算数: {总额: 10万元, 财政拨款: 10万元}
  执行数: {总额: 9.5万元, 财政拨款: 9.5万元}
  执行率分值: 10
  执行率得分: 9.5
  完成情况: 培训三期。
"""
NOTICE = "公告:\n  - {文件名: ziping, 类别: 自评, 发布日期: 2025-03-20}\n"


@pytest.fixture(scope="module")
def worker() -> Worker:
    workspace = Workspace.at(Path(__file__).parents[1])
    return Worker(workspace, FORMS, Objects(workspace.cache))


def write(root: Path, files: dict[str, str]) -> Path:
    """A site of one department and year."""
    year = root / "content/shi/ju/2024"
    year.mkdir(parents=True, exist_ok=True)
    (root / "content/site.yaml").write_text("站点名称: 试验\n", encoding="utf-8")
    (year.parent / "department.yaml").write_text("部门名称: 某局\n", encoding="utf-8")
    (year.parents[1] / "locality.yaml").write_text(files.pop("locality", LOCALITY), encoding="utf-8")
    (year / "disclosure.yaml").write_text(
        f"年度: 2024\n发布日期: 2024-02-20\n{files.pop('disclosure', '')}", encoding="utf-8"
    )
    for name, text in files.items():
        (year / f"{name}.yaml").write_text(text, encoding="utf-8")
    return root


def load(root: Path) -> tuple[LoadedDepartment, list[str]]:
    loader = Loader(root, FORMS)
    (locality,) = loader.localities()
    (folder,) = loader.department_folders(locality)
    loaded = loader.department(locality, folder)
    assert loaded is not None
    return loaded, [f"{one.place.line}: {one.message}" for one in loader.problems if one.blocks]


def evaluated(root: Path, disclosure: str = NOTICE) -> Path:
    text = "# 内部备注：先不要公开\n" + PROJECT + EVALUATED
    return write(root, {"locality": LOCALITY + EVALUATION_FORM, "disclosure": disclosure, "peixun": text})


def built(root: Path) -> None:
    outcome = pipeline.build(Workspace.at(root), workers=1)
    assert outcome.published, [one.message for one in outcome.problems if one.blocks]


def files(root: Path) -> Iterator[tuple[str, bytes]]:
    output = root / "output"
    return ((one.relative_to(output).as_posix(), one.read_bytes()) for one in output.rglob("*.pdf"))


def test_what_was_reached_is_added_and_no_byte_of_the_spring_changes(tmp_path: Path) -> None:
    built(write(tmp_path, {"peixun": PROJECT}))
    spring = dict(files(tmp_path))
    built(evaluated(tmp_path))
    now = dict(files(tmp_path))
    assert set(now) - set(spring) == {
        "shi/ju/2024/peixun/shi-ju-2024-peixun-evaluation.pdf",
        "shi/ju/2024/ziping/shi-ju-2024-ziping.pdf",
    }
    assert {name: now[name] for name in spring} == spring
    folder = tmp_path / "output/shi/ju/2024"
    assert zipfile.is_zipfile(folder / "peixun/shi-ju-2024-peixun-evaluation.xlsx")
    page = (folder / "peixun/index.html").read_text(encoding="utf-8")
    assert all(text in page for text in ("89.5", "95%", "3期", "一期推迟。", "2025-03-20"))
    assert "89.5" in (folder / "ziping/index.html").read_text(encoding="utf-8")
    over_years = (folder.parent / "index.html").read_text(encoding="utf-8").partition('id="reached"')[2]
    assert "89.5&nbsp;分" in over_years and "执行&nbsp;95.0%" in over_years
    feed = (tmp_path / "output/feed.xml").read_text(encoding="utf-8")
    assert "<title>某局2024年度绩效自评</title>" in feed and "2024年1 个项目的绩效自评" in feed
    assert feed.count("<entry>") == 2 and "更正" not in feed
    data = json.loads((folder / "shi-ju-2024.json").read_text(encoding="utf-8"))["disclosures"][0]
    (project,) = data["projects"]
    assert project["evaluation"]["spent"]["total"] == 95000
    assert project["indicators"][0]["actual"] == {"text": "3期", "number": 3, "unit": "期"}
    assert [one["kind"] for one in data["notices"]] == ["自评"]
    assert not any(b"\xe5\x86\x85\xe9\x83\xa8\xe5\xa4\x87\xe6\xb3\xa8" in one for one in now.values())


def test_what_was_reached_waits_for_the_day_of_its_notice(tmp_path: Path) -> None:
    loaded, problems = load(evaluated(tmp_path))
    assert not problems
    before = loaded.due(date(2025, 3, 19)).department.disclosures[0]
    assert before.notices == () and before.projects[0].evaluation is None
    assert before.projects[0].indicators[0].actual is None
    assert loaded.due(date(2025, 3, 20)) is loaded


def test_without_a_notice_it_is_published_with_the_year(tmp_path: Path) -> None:
    loaded, problems = load(evaluated(tmp_path, ""))
    disclosure = loaded.department.disclosures[0]
    assert not problems and [one.slug for one in disclosure.notices] == ["evaluation"]
    assert [sheet.view.form.id for sheet in all_sheets(loaded, disclosure)] == [
        "national-project-2024", "national-evaluation"
    ]  # fmt: skip


def test_a_project_of_its_own_form_stands_in_its_notice_alone(tmp_path: Path) -> None:
    notice = "公告:\n  - {文件名: zhuanyi, 类别: 转移支付, 发文字号: 〔2024〕1号, 项目: [zongjiao]}\n"
    transfer = (
        "项目名称: 宗教管理经费\n表式: [fujian-transfer-2023]\n部门预算编码: 230001\n绩效指标:\n"
        + "".join(
            f"  - 三级指标: 指标{n}\n    各县市区:\n"
            + "".join(f"      - {{县市区: {name}, 指标值: '{value}'}}\n" for name, value in values)
            for n, values in ((1, [("甲县", "≥1"), ("乙县", "2")]), (2, [("丙县", ">95%")]))
        )
    )
    loaded, problems = load(write(tmp_path, {"disclosure": notice, "peixun": PROJECT, "zongjiao": transfer}))
    disclosure = loaded.department.disclosures[0]
    assert not problems
    assert [one.key for one in disclosure_sheets(loaded, disclosure)] == ["peixun"]
    (sheet,) = notice_sheets(loaded, disclosure, disclosure.notices[0])
    assert (sheet.view.form.id, sheet.view.names()) == ("fujian-transfer-2023", ["甲县", "乙县", "丙县"])


@pytest.mark.parametrize(
    ("files_", "message"),
    [
        ({"peixun": PROJECT + EVALUATED}, "没有2024年的项目自评用的表式"),
        ({"peixun": PROJECT + "表式: [national-evaluatoin]\n"}, "没有表式“national-evaluatoin”"),
        ({"peixun": PROJECT + "表式: [huadu-summary]\n"}, "不是项目表"),
        (
            {"peixun": PROJECT, "locality": LOCALITY + "  - {项目自评表: sichuan-project-2021}\n"},
            "不是项目自评表",
        ),
        (
            {"peixun": PROJECT, "locality": LOCALITY.replace("project-2024", "evaluation")},
            "表式“national-evaluation”不是项目表",
        ),
        (
            {"peixun": PROJECT, "disclosure": NOTICE.replace("ziping", "peixun")},
            "另一个公告、项目或说明的名字",
        ),
        (
            {"peixun": PROJECT, "disclosure": "公告:\n  - {文件名: a, 类别: 目标, 项目: [peixn]}\n"},
            "没有对应的文件 peixn.yaml",
        ),
        ({"peixun": PROJECT, "disclosure": "公告:\n  - {文件名: a, 类别: 其他}\n"}, "什么也没有"),
        ({"peixun": PROJECT, "locality": LOCALITY + "  - {项目表: huadu-summary}\n"}, "“项目表”有两种"),
    ],
)
def test_a_slip_is_told_in_the_clerks_words(files_: dict[str, str], message: str, tmp_path: Path) -> None:
    _, problems = load(write(tmp_path, dict(files_)))
    assert any(message in one for one in problems), problems


TANGXI = Path(__file__).parent / "sites/tangxi"


def test_a_published_table_is_printed_as_it_is_with_its_mistakes_told(tmp_path: Path) -> None:
    """棠溪镇 2022: a total of 0 over parts of 90, and parts that do not make the sum in the text."""
    shutil.copytree(TANGXI, tmp_path, dirs_exist_ok=True)
    record = tmp_path / "content/guichi/tangxi/2022/weituo-yewu.yaml"
    written = record.read_text(encoding="utf-8")
    record.write_text(written.partition("已认可:")[0], encoding="utf-8")
    loaded, problems = load(tmp_path)
    found = {
        (one.rule, one.place.line) for one in check_department(loaded) if one.severity != Severity.NOTICE
    }
    lines = {text.split(":")[0].strip(): at for at, text in enumerate(written.splitlines(), 1)}
    money = {("amounts.sources", lines[key]) for key in ("年初预算数", "全年预算数", "执行数")}
    assert not problems and found == money | {("narrative.parts", lines["完成情况"])}
    record.write_text(written, encoding="utf-8")
    built(tmp_path)
    folder = tmp_path / "output/guichi/tangxi/2022/weituo-yewu"
    assert (folder / "guichi-tangxi-2022-weituo-yewu-evaluation.pdf").is_file()
    (table,) = html.parse(folder / "index.html").xpath("//table[contains(@class, 'anhui-evaluation')]")
    rows = [[cell.text_content().strip() for cell in row] for row in table.iter("tr")]
    assert ["年度资金总额", "0", "0", "0", "10", "0", "0"] in rows
    assert ["其中：本年财政拨款", "90", "89.974", "89.974", "–", "100%", "–"] in rows
    assert ["经费支出合规性", "严格执行相关制度规定", "达成预期指标", "8", "8", ""] in rows


@pytest.mark.parametrize(
    "form", [form for form in FORMS.values() if not form.evaluates], ids=lambda form: form.id
)
def test_no_byte_of_any_target_changes_when_what_was_reached_is_added(form: Form, worker: Worker) -> None:
    """The PDF of each form's example, whole and of its first project, with the data that is attached to it."""
    loaded, _ = load_example(form, FORMS)
    assert loaded is not None
    disclosure = loaded.department.disclosures[0]

    def reached(record: Project | DepartmentTarget) -> dict[str, object]:
        block = Evaluation.model_validate({"执行数": {"总额": "1万元"}, "完成情况": "完成。", "总分": "98"})
        rows = tuple(one.model_copy(update={"score": Decimal(9)}) for one in record.indicators)
        return {"evaluation": block, "indicators": rows}

    target, projects = disclosure.department_target, disclosure.projects
    evaluated = disclosure.model_copy(
        update={
            "projects": tuple(one.model_copy(update=reached(one)) for one in projects),
            "department_target": target.model_copy(update=reached(target)) if target else None,
        }
    )

    def printed(one: Disclosure) -> list[bytes]:
        department = loaded.department.model_copy(update={"disclosures": (one,)})
        of = replace(loaded, department=department)
        documents = Documents(worker.templates, of, one)
        jobs = [documents.whole(), *map(documents.project, one.projects[:1])]
        return [worker.printer.print(job)[0].data for job in jobs if job]

    spring = printed(disclosure)
    assert spring and printed(evaluated) == spring
