"""Spreadsheets of forms: what is written is read back to exactly the same records, and edits arrive."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from foreign_files import stamp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.cell import range_boundaries
from record_strategies import department_targets, projects

from gongkai.exchange.binding import MAP_SHEET
from gongkai.exchange.intake import take_in
from gongkai.exchange.layout import Known
from gongkai.exchange.sheet_in import SheetRecord, is_form_sheet, read_sheet
from gongkai.exchange.sheet_out import write_sheet
from gongkai.exchange.tables import RawDocument
from gongkai.reading.example import load_example
from gongkai.reading.forms import Form, load_forms
from gongkai.reading.own import split_record
from gongkai.reading.records import SLUG_KEY, DepartmentTarget, Project
from gongkai.reading.source import parse_yaml
from gongkai.reading.write_yaml import write_data
from gongkai.tables.templates import Templates
from gongkai.workspace import Workspace

ROOT = Path(__file__).parents[1]
LAYOUTS = Workspace.at(ROOT).layouts
FORMS, _ = load_forms(LAYOUTS)
TEMPLATES = Templates(LAYOUTS)
OF_PROJECTS = sorted(name for name, form in FORMS.items() if form.subject == "project")
OF_DEPARTMENTS = sorted(name for name, form in FORMS.items() if form.subject == "department")
SUMMARIES = sorted(name for name, form in FORMS.items() if form.subject == "summary")
DOCUMENTS = sorted(name for name, form in FORMS.items() if form.subject == "document")


def back(raw: bytes) -> tuple[list[SheetRecord], RawDocument]:
    document = RawDocument("x.xlsx")
    _, records = read_sheet(raw, FORMS, document)
    return records, document


def as_record(found: SheetRecord, form: Form, model: Any = Project) -> Any:
    document, problems = parse_yaml(write_data(found.data, {}).encode(), "x.yaml")
    assert document is not None and not problems
    data = split_record(document, form, problems)
    assert not problems
    return model.model_validate({**data, SLUG_KEY: found.slug} if found.slug and model is Project else data)


slow = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@pytest.mark.parametrize("form", OF_PROJECTS)
@slow
@given(data=st.data())
def test_any_project_comes_back(form: str, data: st.DataObject) -> None:
    project = data.draw(projects(FORMS[form])).model_copy(update={"slug": "jia"})
    records, document = back(write_sheet(FORMS[form], [project], TEMPLATES))
    assert not document.problems and not document.leftovers
    assert [as_record(found, FORMS[form]) for found in records] == [project]


@pytest.mark.parametrize("form", OF_DEPARTMENTS)
@slow
@given(data=st.data())
def test_any_department_comes_back(form: str, data: st.DataObject) -> None:
    target = data.draw(department_targets(FORMS[form]))
    records, document = back(write_sheet(FORMS[form], target, TEMPLATES))
    assert not document.problems and not document.leftovers
    assert [as_record(found, FORMS[form], DepartmentTarget) for found in records] == [target]


@pytest.mark.parametrize("form", SUMMARIES)
@slow
@given(data=st.data())
def test_several_projects_come_back_from_one_sheet(form: str, data: st.DataObject) -> None:
    drawn = data.draw(st.lists(projects(FORMS[form]), min_size=1, max_size=3))
    shown = [project.model_copy(update={"slug": f"p{number}"}) for number, project in enumerate(drawn)]
    records, document = back(write_sheet(FORMS[form], shown, TEMPLATES))
    assert not document.problems and not document.leftovers
    assert [as_record(found, FORMS[form]) for found in records] == shown


@pytest.mark.parametrize("form", DOCUMENTS)
@slow
@given(data=st.data())
def test_a_document_comes_back_with_its_narrative(form: str, data: st.DataObject) -> None:
    inner = FORMS["langxi-project-2023"]
    drawn = data.draw(st.lists(projects(inner), min_size=1, max_size=2))
    shown = [project.model_copy(update={"slug": f"p{number}"}) for number, project in enumerate(drawn)]
    records, document = back(write_sheet(FORMS[form], shown, TEMPLATES, project_form=inner))
    assert not document.problems and not document.leftovers
    assert [as_record(found, inner) for found in records] == shown


def mapped(raw: bytes) -> dict[tuple[str, str], tuple[str, str]]:
    """(record, path) → (sheet, address) of a written spreadsheet, read from its hidden map."""
    book = openpyxl.load_workbook(io.BytesIO(raw))
    places: dict[tuple[str, str], tuple[str, str]] = {}
    parts = [
        text[1:-1] for (text,) in book[MAP_SHEET].iter_rows(min_row=2, max_col=1, values_only=True) if text
    ]
    for name, targets, *_ in json.loads("".join(parts))["cells"]:
        (place,) = book.defined_names[name].destinations
        for record, path in targets:
            places[record, path] = (place[0], place[1].replace("$", ""))
    return places


def edited(raw: bytes, texts: dict[str, str | float | None], record: str = "") -> bytes:
    """The spreadsheet after a clerk has typed into cells, saved by another program."""
    book, places, buffer = openpyxl.load_workbook(io.BytesIO(raw)), mapped(raw), io.BytesIO()
    for path, text in texts.items():
        sheet, address = places[record, path]
        book[sheet][address].value = text
        if isinstance(text, str):
            book[sheet][address].data_type = "s"
    book.save(buffer)
    return buffer.getvalue()


def minbing() -> Project:
    file = ROOT / "content/dongguan/shi-zhi-gongwei/2026/minbing-shiyefei.yaml"
    document, _ = parse_yaml(file.read_bytes(), file.name)
    assert document is not None and isinstance(document.data, dict)
    return Project.model_validate({**document.data, SLUG_KEY: "minbing-shiyefei"})


def test_a_blank_sheet_filled_by_hand_gives_the_record() -> None:
    form, project = FORMS["dongguan-project-2026"], minbing()
    texts: dict[str, str | float | None] = {
        "name": project.name, "type": project.type, "level": project.level, "authority": project.authority,
        "spending_unit": project.spending_unit, "period.start": 2021, "period.end": "2099", "funds.total": 83370,
        "objective.period": project.objective.period, "objective.annual": project.objective.annual,
    }  # fmt: skip
    raw = write_sheet(form, None, TEMPLATES)
    pairs = [(one.name, two.name) for one in form.declared.indicators.levels for two in one.level2]
    for indicator in project.indicators:
        number = pairs.index((indicator.level1, indicator.level2))
        for name in ("level3", "period_target", "annual_target"):
            texts[f"indicators.{number}.{name}"] = str(getattr(indicator, name))
    (found,), document = back(edited(raw, texts))
    assert not document.problems
    read = as_record(found, form)
    assert read.funds.total.yuan == 83370
    same = {"slug", "funds", "accepted"}
    assert read.model_dump(exclude=same) == project.model_dump(exclude=same)


def test_edits_arrive_and_the_rest_stays() -> None:
    form, project = FORMS["dongguan-project-2026"], minbing()
    raw = edited(
        write_sheet(form, [project], TEMPLATES),
        {
            "funds.total": "8.5万元",
            "indicators.1.annual_target": "=98%",
            "objective.period": None,
            "indicators.2.level3": "训练时间",
        },
        "minbing-shiyefei",
    )
    (found,), document = back(raw)
    read = as_record(found, form)
    assert not document.problems
    assert str(read.funds.total.yuan) == "85000.0" and read.funds.total.text == "8.5万元"
    assert read.indicators[1].annual_target.text == "=98%" and read.indicators[2].level3 == "训练时间"
    assert read.objective.period is None and read.objective.annual == project.objective.annual
    assert read.accepted == project.accepted
    assert read.indicators[0] == project.indicators[0] and len(read.indicators) == len(project.indicators)


def test_spare_and_inserted_rows_become_indicators() -> None:
    form, project = FORMS["dongguan-project-2026"], minbing()
    raw = write_sheet(form, [project], TEMPLATES)
    count, places = len(project.indicators), mapped(raw)
    spare = {
        f"indicators.{count}.{name}": text
        for name, text in (
            ("level1", "产出指标"),
            ("level2", "数量指标"),
            ("level3", "甲"),
            ("annual_target", "≥1次"),
        )
    }
    (found,), document = back(edited(raw, spare, project.slug))
    assert not document.problems
    assert as_record(found, form).indicators[count].annual_target.text == "≥1次"
    assert len(as_record(found, form).indicators) == count + 1
    sheet, address = places[project.slug, "indicators.0.level3"]
    _, below = places[project.slug, "indicators.0.annual_target"]
    inserted = insert_row(raw, sheet, int(address[1:]) + 1, {address[0]: "民兵骨干人数", below[0]: "10人"})
    (found,), document = back(inserted)
    assert not [problem for problem in document.problems if problem.blocks]
    read = as_record(found, form)
    new = read.indicators[1]
    assert (new.level1, new.level2, new.level3) == ("产出指标", "数量指标", "民兵骨干人数")
    assert (read.indicators[0], *read.indicators[2:]) == project.indicators


def insert_row(raw: bytes, sheet: str, row: int, texts: dict[str, str]) -> bytes:
    """What Excel does on “插入行”: cells, merged ranges and names below move down by one."""
    book, buffer = openpyxl.load_workbook(io.BytesIO(raw)), io.BytesIO()
    page = book[sheet]
    ranges = [str(area) for area in page.merged_cells.ranges]
    for area in ranges:
        page.unmerge_cells(area)
    page.insert_rows(row)
    for area in ranges:
        left, top, right, bottom = range_boundaries(area)
        page.merge_cells(
            start_column=left,
            end_column=right,
            start_row=top + (top >= row),
            end_row=bottom + (bottom >= row),
        )
    for name in book.defined_names.values():
        found = re.fullmatch(r"(.*!\$[A-Z]+\$)(\d+)", name.attr_text)
        if found and int(found[2]) >= row:
            name.attr_text = f"{found[1]}{int(found[2]) + 1}"
    for column, text in texts.items():
        page[f"{column}{row}"] = text
    book.save(buffer)
    return buffer.getvalue()


def test_a_new_project_in_a_summary() -> None:
    form = FORMS["huadu-summary"]
    raw = write_sheet(form, [], TEMPLATES)
    spare = next(record for record, path in mapped(raw) if path == "name")
    composite = "1、1-产出指标；11-数量指标；撰写文章；实施周期指标值:1篇；年度指标值:1篇。2、3-满意度指标；31-服务对象满意度；党员满意度；实施周期指标值:95%；年度指标值:95%。"
    records, document = back(
        edited(
            raw,
            {"name": "甲", "funds.total": "1.65", "objective.annual": "好", "indicators": composite},
            spare,
        )
    )
    assert not document.problems and not document.leftovers
    (found,) = records
    assert found.data["年度资金"] == {"总额": "1.65万元"} and found.data["项目名称"] == "甲"
    assert [row["三级指标"] for row in found.data["绩效指标"]] == ["撰写文章", "党员满意度"]


def test_what_cannot_be_read_is_told() -> None:
    form, project = FORMS["dongguan-project-2026"], minbing()
    raw = edited(write_sheet(form, [project], TEMPLATES), {"funds.total": "约八万"}, project.slug)
    (found,), document = back(raw)
    assert "年度资金" in found.data and any("约八万" in problem.message for problem in document.problems)
    assert [left.text for left in document.leftovers] == ["约八万"]


def test_a_text_outside_of_the_form_is_told() -> None:
    raw = write_sheet(FORMS["dongguan-project-2026"], [minbing()], TEMPLATES)
    book, buffer = openpyxl.load_workbook(io.BytesIO(raw)), io.BytesIO()
    book.worksheets[0]["K5"] = "记得问财政局"
    book.save(buffer)
    _, document = back(buffer.getvalue())
    assert [left.text for left in document.leftovers] == ["记得问财政局"]


def test_a_stamp_on_a_filled_sheet_does_no_harm() -> None:
    form, project = FORMS["dongguan-project-2026"], minbing()
    book = openpyxl.load_workbook(io.BytesIO(write_sheet(form, [project], TEMPLATES)))
    book.worksheets[0].add_image(stamp(), "B2")
    buffer = io.BytesIO()
    book.save(buffer)
    (found,), document = back(buffer.getvalue())
    assert as_record(found, form) == project and not document.problems
    assert [left.where for left in document.leftovers] == ["工作表“民兵事业费” B2 的图片"]


def test_the_sheet_is_as_a_clerk_needs_it() -> None:
    form = FORMS["dongguan-project-2026"]
    raw = write_sheet(form, [minbing()], TEMPLATES)
    assert raw == write_sheet(form, [minbing()], TEMPLATES)
    assert is_form_sheet(raw)
    book, places = openpyxl.load_workbook(io.BytesIO(raw)), mapped(raw)
    sheet = book[places["minbing-shiyefei", "name"][0]]
    assert sheet.protection.sheet and not sheet.protection.password and not sheet.protection.insertRows
    assert book[MAP_SHEET].sheet_state == "veryHidden"
    _, money = places["minbing-shiyefei", "funds.total"]
    _, level = places["minbing-shiyefei", "indicators.0.level1"]
    assert not sheet[money].protection.locked and sheet[money].number_format == "@"
    assert sheet["A2"].protection.locked
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert "单位：元" in rules[money].prompt and "请填数字" in rules[money].error
    assert rules[level].type == "list"
    assert (
        any(str(area).startswith(level + ":") for area in sheet.merged_cells.ranges)
        or sheet[level].value == "产出指标"
    )
    assert sheet.page_setup.orientation == form.declared.page.orientation


def test_text_that_looks_like_a_formula_stays_text() -> None:
    project = minbing().model_copy(update={"name": '=HYPERLINK("http://x")'})
    raw = write_sheet(FORMS["dongguan-project-2026"], [project], TEMPLATES)
    book = openpyxl.load_workbook(io.BytesIO(raw))
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    (found,), _ = back(raw)
    assert as_record(found, FORMS["dongguan-project-2026"]) == project


def test_a_character_at_the_far_end_of_a_sheet_is_told_soon() -> None:
    """What one key too many does: every cell before it would be looked at."""
    book = openpyxl.load_workbook(io.BytesIO(write_sheet(FORMS[OF_PROJECTS[0]], None, TEMPLATES)))
    book.worksheets[0]["XFD1048576"] = "x"
    buffer = io.BytesIO()
    book.save(buffer)
    _, document = back(buffer.getvalue())
    assert [left.where.split()[-1] for left in document.leftovers] == ["XFD1048576"]


def test_a_sheet_that_another_version_prepared_is_read_by_its_form(tmp_path: Path) -> None:
    """Its map says nothing here, and what a clerk has filled in is read all the same."""
    loaded, _ = load_example(FORMS["dongguan-project-2024"], FORMS)
    assert loaded is not None
    project = loaded.department.disclosures[0].projects[0]
    book = openpyxl.load_workbook(
        io.BytesIO(write_sheet(FORMS["dongguan-project-2024"], [project], TEMPLATES))
    )
    book[MAP_SHEET].title = "_gongkai"
    book.save(tmp_path / "old.xlsx")
    known = Known.of(FORMS, LAYOUTS)
    notebook, problems = take_in(tmp_path / "old.xlsx", "old.xlsx", known, [FORMS["dongguan-project-2024"]])
    assert not problems and not notebook.leftovers
    (draft,) = notebook.drafts
    assert draft.name == project.name
    assert len(draft.data["绩效指标"]) == len(project.indicators)


def test_a_sheet_of_ours_is_opened_as_carefully_as_others() -> None:
    raw, buffer = write_sheet(FORMS[OF_PROJECTS[0]], None, TEMPLATES), io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, source.read(name))
        for number in range(8):
            target.writestr(f"xl/more{number}.bin", bytes(40 * 1024 * 1024))
    assert is_form_sheet(buffer.getvalue())
    records, document = back(buffer.getvalue())
    assert not records and [problem.rule for problem in document.problems] == ["import.too-large"]
