"""A file with an official table → a form's folder, tested at once, with all that a person must look at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gongkai.authoring.contract import check_form, print_example
from gongkai.building.store import Objects
from gongkai.building.worker import Worker
from gongkai.commands.choice import form_named, new_folder
from gongkai.drafting.example import example_of, filled_records
from gongkai.drafting.folder import declaration_of, official_of
from gongkai.drafting.naming import Names
from gongkai.drafting.original import Original, find_original
from gongkai.drafting.template import Layout, template_of
from gongkai.exchange.contained import Contained, Stopped
from gongkai.exchange.labels import Labels, one_line
from gongkai.exchange.lists import Listing, find_lists, is_placeholder, is_total
from gongkai.exchange.proposals import slug_of
from gongkai.exchange.recognise import stated, subject_of
from gongkai.exchange.tables import RawCell, RawDocument
from gongkai.exchange.understand import understand
from gongkai.exchange.understood import Understood
from gongkai.printing.fonts import find_fonts
from gongkai.problems import CommandError, Problem
from gongkai.reading.declaration import Declaration
from gongkai.reading.example import load_example
from gongkai.reading.forms import Form, load_forms
from gongkai.reading.nodes import Data
from gongkai.reading.source import parse_yaml
from gongkai.reading.write_yaml import schema_line, write_data
from gongkai.tables.grid import GridError
from gongkai.tables.templates import TemplateProblem
from gongkai.workspace import Workspace


@dataclass(frozen=True)
class Drafted:
    """What was made: the folder, how the table was understood, and what the test of the form says."""

    folder: Path
    layout: Layout
    problems: tuple[Problem, ...]
    others: int
    """Other tables of the file, left aside."""
    record: Path | None = None
    """Where the record of a filled table was written, if it was asked for."""


def draft(workspace: Workspace, file: Path, name: str, like: str | None = None, into: str = "") -> Drafted:
    """Write ``layouts/forms/<name>/``, and a filled table's project below ``into`` (地区/部门/年度). Raises CommandError where the table cannot be read or the form exists."""
    forms, _ = load_forms(workspace.layouts)
    folder = new_folder(workspace, name, forms)
    model = form_named(forms, like) if like else None
    labels = Labels(forms)
    document = _read(file)
    table, others = find_original(document, labels)
    layout = understood(table, labels, model)
    if not layout.names.taken:
        raise CommandError(
            f"“{file.name}”里的表没有认出任何一栏。", "请检查是不是拿错了文件，或照手册“新增表式”自己写。"
        )
    source = f"据《{file.stem}》起草"
    drawn = _write(folder, layout, source, model)
    workspace = Workspace.at(workspace.root, workspace.output)  # its own layouts folder may be new
    records = filled_records(document, layout, drawn, workspace.layouts) if layout.filled else []
    (folder / "example.yaml").write_text(example_of(records, layout, drawn), encoding="utf-8", newline="\n")
    forms, problems = load_forms(workspace.layouts)
    if name in forms:
        worker = Worker(workspace, forms, Objects(workspace.cache))
        pages = _pages(forms[name], forms, worker)
        if pages > 1:
            _write(folder, layout, source, model, pages)
            forms, problems = load_forms(workspace.layouts)
    problems = [one for one in problems if f"/{name}/" in one.place.file]
    if name in forms and not any(problem.blocks for problem in problems):
        problems += check_form(forms[name], forms, worker)
    record = _record(workspace, records[0], forms[name], into) if into and records and name in forms else None
    return Drafted(folder, layout, tuple(problems), others, record)


def _record(workspace: Workspace, data: dict[str, Data], form: Form, into: str) -> Path:
    """Write the project of a filled table beside those that are there. Raises CommandError."""
    folder = workspace.content.joinpath(*into.strip("/").split("/"))
    if form.subject != "project" or not folder.is_dir() or len(into.strip("/").split("/")) != 3:
        raise CommandError(
            f"记录没有写到“{into}”；表式已经写好。",
            "--into 写成已有的 地区/部门/年度；部门整体表请从样例里照抄到 disclosure.yaml。",
        )
    if "项目名称" not in data:
        raise CommandError("表上没有读到项目名称，没有写记录；表式已经写好。", "请看样例 example.yaml。")
    file = folder / f"{slug_of(str(data['项目名称']), {one.stem for one in folder.glob('*.yaml')})}.yaml"
    file.write_text(write_data(data, {}, [schema_line("project")]), encoding="utf-8", newline="\n")
    return file


def _pages(form: Form, forms: Mapping[str, Form], worker: Worker) -> int:
    """How many pages the form's example takes; 0 where it cannot be printed."""
    loaded, _ = load_example(form, forms)
    if loaded is None or find_fonts(worker.workspace.cache)[0] is None:
        return 0
    try:
        return print_example(loaded, worker)[0].pages
    except (TemplateProblem, GridError):
        return 0


def _read(file: Path) -> RawDocument:
    with Contained("gongkai.exchange.intake:read_file") as read_file:
        try:
            document: RawDocument = read_file(file, file.name)
        except Stopped as stopped:
            raise CommandError(stopped.message, stopped.hint) from stopped
    stopping = next((problem for problem in document.problems if problem.blocks), None)
    if stopping is not None and not document.blocks:
        raise CommandError(f"{stopping.message}。", stopping.hint)
    return document


def understood(table: Original, labels: Labels, like: Form | None = None) -> Layout:
    """The table with what each cell is; what a person must look at is among the doubts of its names."""
    lists = find_lists(table, labels)
    if lists and (lists[-1].first >= table.size[0] or is_total(table, lists[-1], table.size[0] - 1)):
        table = table.with_blank_row()
        lists = find_lists(table, labels)
    filled = any(_says_something(cell, one, labels) for one in lists for cell in table.cells if one.covers(cell.row))  # fmt: skip
    names = Names(subject_of(table, lists, labels, (table.title,)), labels, like, stated(table, labels))
    if not table.title:
        names.doubts["title"] = "表上没有找到标题"
    if table.unit is None:
        names.doubts["amounts"] = "表上没有写金额的单位，按万元"
    layout = understand(Understood(table, lists, names, filled))
    for placed in layout.cells.values():
        if layout.listing(placed.cell.row) is not None:
            continue
        if filled and placed.role == "head" and not labels.meanings(placed.text):
            names.doubts[placed.cell.ref] = f"“{placed.text}”当作表上印的名称，不是填写的内容"
        above = _head_over(layout, placed.cell) if placed.role == "blank" and not placed.cell.text else None
        if above is not None:
            names.doubts[above.ref] = f"“{one_line(above.text)}”下面的格子没有认出是哪一项，空着"
    return layout


def _says_something(cell: RawCell, listing: Listing, labels: Labels) -> bool:
    head = next((one for one in listing.heads if one.column == cell.column), None)
    if head is not None and labels.means(one_line(head.text), "indicators.actual"):
        return re.search(r"\w", cell.text) is not None
    last = listing.heads[-1]
    return bool(cell.text) and cell.column >= last.column and not is_placeholder(one_line(cell.text)) and not re.search(r"\d+分", cell.text)  # fmt: skip


def _head_over(layout: Layout, cell: RawCell) -> RawCell | None:
    """The nearest label above a cell, right of its row's label and over labelled columns."""
    above = (layout.table.at[row, cell.column] for row in range(cell.row - 1, -1, -1))
    head = next((one for one in above if one.text), None)
    left = (layout.cells[layout.table.at[cell.row, column].place] for column in range(cell.column))
    is_labelled = any(one.role in ("label", "head") for one in left)
    return head if head and head.columns > cell.columns and is_labelled else None


def _write(folder: Path, layout: Layout, source: str, like: Form | None, pages: int = 1) -> Form:
    """Write the form's own files; its example needs the form to be there."""
    declared = declaration_of(layout, folder.name, source, like, pages)
    document, _ = parse_yaml(declared.encode(), "form.yaml")
    assert document is not None, "what was just written is YAML"
    form = Form(folder.name, folder, Declaration.model_validate(document.data))
    texts = {
        "form.yaml": declared,
        "form.html": template_of(layout, folder.name),
        "form.css": "/* What is special to this form; widths are declared in form.yaml. */\n",
        "official.html": official_of(layout),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for part, text in texts.items():
        (folder / part).write_text(text, encoding="utf-8", newline="\n")
    return form
