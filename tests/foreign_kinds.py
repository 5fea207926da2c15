"""Fourteen kinds of files that other programs make of the official tables, and how much of each is read right.

``python tests/foreign_kinds.py`` measures them all; ``test_import_kinds.py`` holds a part of them.
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import openpyxl
from foreign_files import FORMS, LAYOUTS, TEMPLATES, html_file, published, stamp, tables, word_file, workbook
from playwright.sync_api import Page, sync_playwright

from gongkai.exchange.binding import bound_cells, keys_for
from gongkai.exchange.drafts import Notebook
from gongkai.exchange.intake import take_in
from gongkai.exchange.layout import Known
from gongkai.exchange.proposals import same_text
from gongkai.reading.example import load_example
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import Disclosure
from gongkai.reading.source import leaves
from gongkai.reading.write_yaml import record_data
from gongkai.tables.grid import Cell, Grid
from gongkai.tables.sheets import disclosure_sheets

Grids = list[tuple[list[str], Grid]]
SEEDS = [
    ("dongguan", "shi-zhi-gongwei", "2023"),
    ("dongguan", "shi-zhi-gongwei", "2026"),
    ("huadu", "qu-zhi-gongwei", "undated"),
    ("dongkeng", "dangjian-fuwu-zhongxin", "2024"),
    ("langxi", "xian-zhi-gongwei", "2023"),
]
RADICALS = {"高": "⾼", "工": "⼯", "门": "⻔", "子": "⼦", "长": "⻓", "目": "⽬", "文": "⽂", "金": "⾦", "一": "⼀", "二": "⼆", "生": "⽣", "用": "⽤", "比": "⽐", "大": "⼤", "方": "⽅", "人": "⼈", "心": "⼼"}  # fmt: skip
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


@dataclass(frozen=True)
class Source:
    """A disclosure to be written in many ways, and what its tables print: record name → field → text."""

    name: str
    loaded: LoadedDepartment
    disclosure: Disclosure

    @property
    def in_force(self) -> list[Any]:
        forms = self.loaded.forms[self.disclosure.slug]
        return [form for form in (forms.project, forms.summary, forms.document, forms.department) if form]

    def grids(self, most: int = 3) -> Grids:
        return tables(self.loaded, self.disclosure)[:most]

    def wanted(self, most: int = 3) -> dict[str, dict[tuple[Any, ...], str]]:
        """What the first tables print, by record."""
        found: dict[str, dict[tuple[Any, ...], str]] = {}
        forms = self.loaded.forms[self.disclosure.slug]
        for sheet in disclosure_sheets(self.loaded, self.disclosure):
            inner = sheet.view.projects if forms.document and sheet.view.projects else ()
            for number, grid in enumerate(TEMPLATES.form_table(sheet.view).grids):
                if not most:
                    return found
                most -= 1
                self._of_grid(grid, inner[number] if inner else sheet.view, forms, found)
        return found

    def _of_grid(self, grid: Grid, view: Any, forms: Any, found: dict[str, Any]) -> None:
        projects = {project.slug: project for project in self.disclosure.projects}
        for bound in bound_cells(grid, view):
            for slug, path in bound.targets:
                project = projects.get(slug)
                record = project or self.disclosure.department_target
                form = forms.for_projects if project else forms.department
                data = dict(leaves(record_data(record, form)))
                keys = keys_for(form, path)
                mine = found.setdefault(record.name, {})
                mine |= {key: text for key, text in data.items() if key[: len(keys)] == keys}


def sources() -> Iterator[Source]:
    """The published disclosures and the example of every form."""
    for seed in SEEDS:
        yield Source("-".join(seed), *published(*seed))
    for name, form in sorted(FORMS.items()):
        loaded, _ = load_example(form, FORMS)
        if loaded and form.subject != "document" and tables(loaded, loaded.department.disclosures[0]):
            yield Source(name, loaded, loaded.department.disclosures[0])


# -- noise ----------------------------------------------------------------------------------------


def changed(grids: Grids, change: Callable[[Cell], Cell]) -> Grids:
    return [
        (before, replace(grid, cells=tuple(change(cell) for cell in grid.cells))) for before, grid in grids
    ]


def radicals(cell: Cell) -> Cell:
    """Characters as Chromium's PDFs give them back."""
    return cell._replace(text="".join(RADICALS.get(character, character) for character in cell.text))


def wide(cell: Cell) -> Cell:
    """Labels in full width, with brackets of the other kind."""
    if cell.role == "value" or cell.path:
        return cell
    table = {ord(c): chr(ord(c) + 0xFEE0) for c in "()0123456789/:"} | {
        ord("（"): "(",
        ord("）"): ")",
        ord("："): ":",
    }
    return cell._replace(text=cell.text.translate(table))


def numbers(data: bytes) -> bytes:
    """Amounts, percents and years as numbers with formats, as people type them; a stamp on each sheet."""
    book, buffer = openpyxl.load_workbook(io.BytesIO(data)), io.BytesIO()
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                text = str(cell.value or "").strip()
                if re.fullmatch(r"\d{1,3}(,\d{3})*\.\d\d|\d+\.\d\d", text):
                    cell.value, cell.number_format = (
                        float(text.replace(",", "")),
                        "#,##0.00" if "," in text else "0.00",
                    )
                elif re.fullmatch(r"\d{1,2}%|100%", text):
                    cell.value, cell.number_format = int(text[:-1]) / 100, "0%"
                elif re.fullmatch(r"(19|20)\d\d", text):
                    cell.value = int(text)
        sheet.add_image(stamp(), "B3")
    book.save(buffer)
    return buffer.getvalue()


def filled_down(grids: Grids, seed: int) -> bytes:
    """No merged cells at all; the levels stand in every row."""
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for number, (_, grid) in enumerate(grids, 1):
        sheet = book.create_sheet(f"表{number}")
        top = grid.caption.count("\n") + 2
        for line, text in enumerate(grid.caption.split("\n"), 1):
            sheet.cell(line, 1, text)
        for cell in grid.cells:
            down = range(cell.rows) if ".level" in cell.path or cell.role != "value" else (0,)
            for row in down:
                if cell.text:
                    target = sheet.cell(top + cell.row + row, 1 + cell.column)
                    target.value, target.data_type = cell.text, "s"
    book.save(buffer)
    return buffer.getvalue()


def side_by_side(grids: Grids, seed: int) -> bytes:
    """Two tables beside each other on one sheet."""
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    left = 1
    for _, grid in grids[:2]:
        for cell in grid.cells:
            target = sheet.cell(3 + cell.row, left + cell.column)
            if cell.text:
                target.value, target.data_type = cell.text, "s"
            if cell.rows > 1 or cell.columns > 1:
                sheet.merge_cells(start_row=target.row, start_column=target.column, end_row=target.row + cell.rows - 1, end_column=target.column + cell.columns - 1)  # fmt: skip
        left += grid.width + 1
    book.save(buffer)
    return buffer.getvalue()


def extra_column(grids: Grids, seed: int) -> bytes:
    """A column 备注 that no form has, behind the third-level name."""
    more = []
    for before, grid in grids:
        head = next((cell for cell in grid.cells if cell.text == "三级指标"), None)
        if head is None:
            more.append((before, grid))
            continue
        at, cells = head.column + head.columns, []
        for cell in grid.cells:
            if cell.column >= at:
                cell = cell._replace(column=cell.column + 1)
            elif cell.column + cell.columns > at or (
                cell.column + cell.columns == at and cell.row < head.row
            ):
                cell = cell._replace(columns=cell.columns + 1)
            cells.append(cell)
        rows = [cell.row for cell in grid.cells if cell.path.endswith(".level3")]
        cells.append(Cell(head.row, at, 1, 1, head.role, "备注", "备注"))
        cells += [Cell(row, at, 1, 1, "value", "见附件", "见附件") for row in rows[:2]]
        more.append(
            (
                before,
                replace(
                    grid,
                    widths=(*grid.widths, 5.0),
                    cells=tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))),
                ),
            )
        )
    return workbook(more, seed)


def relabelled(grids: Grids, seed: int) -> bytes:
    """Wordings of other places."""
    words = {"主管部门": "业务主管部门", "年度资金总额": "当年年度预算", "其他资金": "其它资金", "年度总体目标": "年度主要目标和成果", "实施周期总目标": "项目总体目标", "项目名称": "项目名称（全称）", "三级指标": "三级指标（具体）"}  # fmt: skip
    pattern = re.compile("|".join(words))

    def change(cell: Cell) -> Cell:
        label = cell.role != "value" or not cell.path
        return cell._replace(text=pattern.sub(lambda found: words[found[0]], cell.text)) if label else cell

    return workbook(changed(grids, change), seed)


def two_row_heads(grids: Grids, seed: int) -> bytes:
    """Word's way: heads of the indicators in two rows, the lower blank."""
    more = []
    for before, grid in grids:
        head = next((cell.row for cell in grid.cells if cell.text == "三级指标"), None)
        if head is None:
            more.append((before, grid))
            continue
        cells = [
            cell._replace(rows=cell.rows + 1) if cell.row <= head < cell.row + cell.rows
            else cell._replace(row=cell.row + 1) if cell.row > head else cell
            for cell in grid.cells
        ]  # fmt: skip
        more.append((before, replace(grid, cells=tuple(cells), height=grid.height + 1)))
    return workbook(more, seed)


def page_html(grids: Grids) -> str:
    parts = ["<meta charset=utf-8><style>body{font-family:'Noto Serif CJK SC',serif;font-size:10.5pt}table{border-collapse:collapse;width:100%;margin-bottom:2em}td{border:1px solid #000;padding:2px 4px;white-space:pre-wrap}</style>"]  # fmt: skip
    for before, grid in grids:
        parts += [f"<p>{escape(line)}</p>" for line in (*before, *grid.caption.split("\n"))]
        widths = "".join(f"<col style='width:{width}%'>" for width in grid.widths)
        parts.append(f"<table><colgroup>{widths}</colgroup>")
        for row in range(grid.height):
            cells = "".join(f"<td rowspan={cell.rows} colspan={cell.columns}>{escape(cell.text)}</td>" for cell in grid.row(row))  # fmt: skip
            parts.append(f"<tr>{cells}</tr>")
        parts.append("</table>")
    return "".join(parts)


class Printer:
    """PDFs by Chromium, in one browser."""

    def __init__(self) -> None:
        self.page: Page | None = None

    def __call__(self, grids: Grids, seed: int) -> bytes:
        if self.page is None:
            self.player = sync_playwright().start()
            self.page = self.player.chromium.launch(
                executable_path="/usr/bin/chromium", args=CHROMIUM
            ).new_page()
        self.page.set_content(page_html(grids))
        return self.page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "15mm"))

    def end(self) -> None:
        if self.page is not None:
            assert self.page.context.browser
            self.page.context.browser.close()
            self.player.stop()
            self.page = None


def weasy_pdf(grids: Grids, seed: int) -> bytes:
    from weasyprint import HTML

    return bytes(HTML(string=page_html(grids)).write_pdf())


KNOWN = Known.of(FORMS, LAYOUTS)
CHROME = Printer()
Maker = Callable[[Grids, int], bytes]
KINDS: dict[str, tuple[str, Maker]] = {
    "合并单元格的 Excel": ("xlsx", workbook),
    "几张表在一个工作表": ("xlsx", partial(workbook, one_sheet=True)),
    "一半没有合并": ("xlsx", partial(workbook, unmerged=0.5)),
    "没有合并、逐行填写": ("xlsx", filled_down),
    "部首字": ("xlsx", lambda grids, seed: workbook(changed(grids, radicals), seed)),
    "全角半角": ("xlsx", lambda grids, seed: workbook(changed(grids, wide), seed)),
    "数字格式、图章": ("xlsx", lambda grids, seed: numbers(workbook(grids, seed))),
    "多一列": ("xlsx", extra_column),
    "别的叫法": ("xlsx", relabelled),
    "两行表头": ("xlsx", two_row_heads),
    "两张并排": ("xlsx", side_by_side),
    "Word": ("docx", word_file),
    "网页": ("html", html_file),
    "Chromium 的 PDF": ("pdf", CHROME),
    "WeasyPrint 的 PDF": ("pdf", weasy_pdf),
}


# -- measure ----------------------------------------------------------------------------------------


def measure(source: Source, book: Notebook, most: int = 3) -> tuple[Counter[str], list[str]]:
    """How many values are right, wrong, unread (in the report) and lost; and what is not right."""
    counts: Counter[str] = Counter()
    notes: list[str] = []
    wanted = source.wanted(most)
    found = {_bare(draft.name): dict(leaves(draft.data)) for draft in book.drafts}
    reported = "\n".join(_bare(left.text) for left in book.leftovers)
    for name, fields in wanted.items():
        got = found.get(_bare(name), {})
        for path, text in fields.items():
            if same_text(text, got.get(path)):
                kind = "right"
            elif path in got:
                kind = "wrong"
            else:
                kind = "unread" if _bare(text) in reported or (path[-1] in ("总额",) and got) else "lost"
            counts[kind] += 1
            if kind != "right":
                notes.append(f"{kind} {name[:10]} {path}: {text[:40]!r} / {str(got.get(path))[:40]!r}")
    whole = {_bare(project.name): project for project in source.disclosure.projects}
    forms = source.loaded.forms[source.disclosure.slug]
    for name, got in found.items():
        record = whole.get(name) or source.disclosure.department_target
        form = forms.for_projects if name in whole else forms.department
        known = dict(leaves(record_data(record, form))) if record else {}
        for path, text in got.items():
            if path not in wanted.get(record.name if record else "", {}) and not same_text(
                text, known.get(path)
            ):
                counts["wrong"] += 1
                notes.append(f"extra {name[:10]} {path}: {text[:40]!r}")
    return counts, notes


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def read_back(source: Source, kind: str, folder: Path, seed: int = 1) -> Notebook:
    suffix, make = KINDS[kind]
    file = folder / f"表.{suffix}"
    file.write_bytes(make(source.grids(), seed))
    return take_in(file, file.name, KNOWN, source.in_force)[0]


def main(wanted: Sequence[str]) -> None:
    kinds = [kind for kind in KINDS if not wanted or any(part in kind for part in wanted)]
    everything = list(sources())
    with tempfile.TemporaryDirectory() as name:
        for kind in kinds:
            total: Counter[str] = Counter()
            shown: list[str] = []
            start = time.perf_counter()
            for source in everything:
                if kind == "两张并排" and len(source.grids()) < 2:
                    continue
                book = read_back(source, kind, Path(name))
                counts, notes = measure(source, book, 2 if kind == "两张并排" else 3)
                total += counts
                shown += [f"    {source.name}: {note}" for note in notes[:4]]
            count = sum(total.values()) or 1
            figures = " ".join(
                f"{part} {total[part]} ({100 * total[part] / count:.1f} %)"
                for part in ("right", "wrong", "unread", "lost")
            )
            print(f"{kind}: {figures}, {time.perf_counter() - start:.1f} s", flush=True)
            if wanted:
                print("\n".join(shown[:40]))
    CHROME.end()


if __name__ == "__main__":
    main(sys.argv[1:])
