"""The same table printed by WeasyPrint as it is: HTML and CSS in, its public API, nothing of gongkai's own printer.

WeasyPrint repeats no labels over pages: its own layout says which row begins a page, the table is cut there, labels and
heads written again, and it is laid out anew, until every page ends where a row ends.

``python tests/reference.py SITE`` compares every table of a project folder, as gongkai prints it without the
refinements of typography, with its reference.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from likeness import compare
from lxml import html
from lxml.html import HtmlElement, builder

from gongkai.planning.plan import file_address
from gongkai.printing.documents import PrintJob, PrintPart, PrintSheet
from gongkai.printing.fonts import find_fonts
from gongkai.printing.free import use_fonts
from gongkai.printing.printer import Printer
from gongkai.reading.declaration import ClassPrint, Declaration
from gongkai.reading.example import load_example
from gongkai.reading.forms import Form, load_forms
from gongkai.reading.load import Loader
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import Disclosure
from gongkai.tables.grid import Rendered
from gongkai.tables.sheets import Sheet, all_sheets, disclosure_sheets, project_sheet
from gongkai.tables.templates import Templates
from gongkai.workspace import Workspace

_BORDER = 0.6
_WIDTHS = {"portrait": (210 - 18 - 25) * 72 / 25.4, "landscape": (297 - 2 * 18) * 72 / 25.4}
"""Points between the margins of reference.css."""
_OPENING, _CLOSING = "（《〈“‘【〔「『", "）》〉”’】〕」』，。、；：！？"
_CSS = Path(__file__).with_suffix(".css")


class RowTornError(Exception):
    """A row, with the heads above it, is higher than a page: the reference keeps rows whole, so there is nothing to compare."""


@dataclass(frozen=True)
class Job:
    """One table to print alone: its form filled with one record, and what stands above its pages."""

    sheet: Sheet
    fragment: str
    head: str
    year: str

    @property
    def declared(self) -> Declaration:
        """The form."""
        return self.sheet.view.form.declared


class Reference:
    """Prints tables with plain WeasyPrint; one per process."""

    def __init__(self, workspace: Workspace) -> None:
        fonts, problems = find_fonts(workspace.font_cache)
        assert fonts is not None, problems
        use_fonts(fonts)
        from weasyprint import CSS
        from weasyprint.text.fonts import FontConfiguration

        self._fonts = FontConfiguration()
        self._page = CSS(filename=str(_CSS), font_config=self._fonts)

    def print(self, job: Job) -> bytes:
        """The table as a PDF. Raises RowTornError."""
        measured = self._render(job, [], measured=True)
        _pages_of_rows(measured)
        loose = _too_wide(measured, job)
        starts: list[int] = []
        while True:
            document = self._render(job, starts, loose)
            wrong = next(_unsettled(_pages_of_rows(document), starts, job), None)
            if wrong is None:
                return document.write_pdf()
            starts = [row for row in starts if row < wrong] + [wrong]

    def _render(
        self, job: Job, starts: list[int], loose: frozenset[int] = frozenset(), *, measured: bool = False
    ) -> Any:
        from weasyprint import CSS, HTML

        style = CSS(string=css_of(job.sheet.view.form, _inner(job)), font_config=self._fonts)
        text = document_of(job, starts, loose, measured=measured)
        return HTML(string=text).render(stylesheets=[self._page, style], font_config=self._fonts)


def css_of(*forms: Form | None) -> str:
    """Print styles as CSS."""
    return "\n".join(rule for form in forms if form for rule in _rules(form.id, form.declared))


def _rules(name: str, declared: Declaration) -> Iterator[str]:
    own = declared.print
    table = f"table.{name}"
    yield f"{table} th, {table} td {{ font-size: {own.size}pt; line-height: {own.leading}; padding: {own.down}pt {own.across}pt }}"
    for column in declared.columns:
        yield f'{table} col[data-width="{column}"] {{ width: {column}% }}'
    for class_, rule in own.classes.items():
        yield f"{table} th.{class_}, {table} td.{class_} {{ {_declarations(rule)} }}"
        if rule.indent is not None:
            yield f"{table} td.{class_} p {{ text-indent: {rule.indent}em }}"
    text = own.text
    yield f".{name}.form-document {{ font-size: {text.size}pt }}"
    blocks = ", ".join(f".{name}.form-document > {tag}" for tag in ("p:not(.form-title)", "h3", "h4"))
    yield f"{blocks} {{ margin: 0; text-indent: {text.indent}em; line-height: {text.leading} }}"
    yield f".{name}.form-document > p.form-title {{ margin-top: 0; line-height: {text.leading} }}"
    yield f".{name}.form-document > table {{ margin: {text.table_before}pt 0 {text.table_after}pt }}"


def _declarations(rule: ClassPrint) -> str:
    written = {
        "font-size": (rule.size, "pt"),
        "line-height": (rule.leading, ""),
        "text-align": (rule.align, ""),
    }
    for side in ("left", "right"):
        written[f"padding-{side}"] = (rule.across, "pt")
    for side in ("top", "bottom"):
        written[f"padding-{side}"] = (rule.down, "pt")
    return "; ".join(f"{name}: {value}{unit}" for name, (value, unit) in written.items() if value is not None)


# -- where pages begin ------------------------------------------------------------------------


def _pages_of_rows(document: Any) -> dict[int, int]:
    """On which page each row of the official tables stands, by the anchors of the pages. Raises RowTornError."""
    found: dict[int, int] = {}
    for number, page in enumerate(document.pages):
        for anchor in page.anchors:
            if anchor.startswith("row-"):
                row = int(anchor.removeprefix("row-"))
                if row in found:
                    raise RowTornError(f"row {row}")
                found[row] = number
    return dict(sorted(found.items()))


def _unsettled(rows: dict[int, int], starts: list[int], job: Job) -> Iterator[int]:
    """Rows that begin a page inside their table, and for which the table is not yet cut."""
    firsts = set(_first_rows(job))
    for row, page in rows.items():
        if row not in firsts and row not in starts and page > rows[row - 1]:
            yield row


def _first_rows(job: Job) -> Iterator[int]:
    """The first body row of each table, by its number in the document."""
    number = 0
    for table in _official(html.fragment_fromstring(job.fragment, create_parent="div")):
        rows = _body_rows(table)
        yield number
        number += len(rows)


# -- pieces kept together that are wider than their column ---------------------------------------


def _too_wide(document: Any, job: Job) -> frozenset[int]:
    """The pieces to let go: all of a cell in which one is too wide, by the anchors before and behind each.

    Raises RowTornError where heads are missing: the engine drops them above a row that fits no page with them.
    """
    pieces = _pieces(html.fragment_fromstring(job.fragment, create_parent="div"))
    ends = {name: place for page in document.pages for name, place in page.anchors.items()}
    if missing := [number for number in range(len(pieces)) if f"end-{number}" not in ends]:
        raise RowTornError(f"no head with “{pieces[missing[0]].text_content()}”")
    narrow = {
        _cell_of(piece)
        for number, piece in enumerate(pieces)
        if 0.75 * (ends[f"end-{number}"][0] - ends[f"piece-{number}"][0])
        > _room(piece, job) - _marks(piece, job)
    }
    return frozenset(number for number, piece in enumerate(pieces) if _cell_of(piece) in narrow)


def _pieces(root: HtmlElement) -> list[HtmlElement]:
    """What is kept together in the cells of official tables."""
    return [
        piece
        for table in _official(root)
        for piece in table.find_class("nobreak")
        if _cell_of(piece) is not None
    ]


def _cell_of(piece: HtmlElement) -> HtmlElement | None:
    return next((one for one in piece.iterancestors("td", "th")), None)


def _marks(piece: HtmlElement, job: Job) -> float:
    """The width of the marks that no line may end behind or begin with, and that so cling to a piece: （…）》, in points."""
    before = piece.getparent().text if piece.getprevious() is None else piece.getprevious().tail
    opening, closing = before or "", piece.tail or ""
    count = len(opening) - len(opening.rstrip(_OPENING)) + len(closing) - len(closing.lstrip(_CLOSING))
    return count * float(_declared(job).print.size)


def _room(piece: HtmlElement, job: Job) -> float:
    """How wide a piece may be in its cell, in points: it may reach into the room on its right, but not over the border.

    Endless in a small table inside a cell.
    """
    cell = _cell_of(piece)
    assert cell is not None
    if next(cell.iterancestors("td"), None) is not None:
        return float("inf")
    own = _declared(job)
    rows = list(next(cell.iterancestors("thead", "tbody")))
    spot = next(spot for spot in _spots(rows) if spot.cell is cell)
    share = sum(map(float, own.columns[spot.column : spot.column + int(cell.get("colspan", 1))]))
    rules = [own.print.classes[name] for name in cell.classes if name in own.print.classes]
    across = next((rule.across for rule in rules if rule.across is not None), own.print.across)
    return (_WIDTHS[job.declared.page.orientation] - _BORDER) * share / 100 - float(across) - _BORDER / 2


# -- the document, cut ------------------------------------------------------------------------


def document_of(
    job: Job, starts: list[int], loose: frozenset[int] = frozenset(), *, measured: bool = False
) -> str:
    """The HTML to print, its tables cut before the rows that begin pages.

    The pieces ``loose`` are not kept together; ``measured``: anchors stand before and behind every piece.
    """
    root = html.fragment_fromstring(job.fragment, create_parent="div")
    for number, piece in enumerate(_pieces(root)):
        if number in loose:
            piece.classes.discard("nobreak")
        if measured:
            piece.set("id", f"piece-{number}")
            piece.append(builder.SPAN({"id": f"end-{number}"}))
    number = 0
    for table in _official(root):
        rows = _body_rows(table)
        for offset, row in enumerate(rows):
            row.set("id", f"row-{number + offset}")
            if _is_head(row):
                row.classes.add("head")
        number += len(rows)
        body = _Body(rows[0].getparent(), _declared(job))
        for row in rows:
            if int(row.get("id").removeprefix("row-")) in starts:
                body.start_page(row)
    section = builder.SECTION(
        {"class": job.declared.page.orientation, "data-head": job.head, "data-year": job.year}
    )
    section.extend(list(root))
    if job.declared.signature:
        spans = [builder.SPAN(f"{line}：") for line in job.declared.signature]
        section.append(builder.P({"class": "signature"}, *spans))
    body_html = html.tostring(section, encoding="unicode")
    return f'<!DOCTYPE html><html lang="zh-CN"><body>{body_html}</body></html>'


def _official(root: HtmlElement) -> list[HtmlElement]:
    """The tables that are not inside another table's cell."""
    return [table for table in root.iter("table") if next(table.iterancestors("td"), None) is None]


def _body_rows(table: HtmlElement) -> list[HtmlElement]:
    return [row for body in table.iterchildren("tbody") for row in body.iterchildren("tr")]


def _is_head(row: HtmlElement) -> bool:
    return all(cell.tag == "th" for cell in row) and any(
        cell.get("scope") in ("col", "colgroup") for cell in row
    )


@dataclass(frozen=True)
class _Spot:
    """A cell in the body: its first row and column, and how many rows it covers."""

    cell: HtmlElement
    top: int
    column: int
    rows: int


def _spots(rows: Iterable[HtmlElement]) -> list[_Spot]:
    """Every cell of some rows with its place in the grid."""
    taken: set[tuple[int, int]] = set()
    spots = []
    for top, row in enumerate(rows):
        column = 0
        for cell in row:
            while (top, column) in taken:
                column += 1
            height, width = int(cell.get("rowspan", 1)), int(cell.get("colspan", 1))
            taken.update((top + r, column + c) for r in range(height) for c in range(width))
            spots.append(_Spot(cell, top, column, height))
            column += width
    return spots


class _Body:
    """The body of one table while it is cut."""

    def __init__(self, body: HtmlElement, declared: Declaration) -> None:
        self.body = body
        self.mark = declared.continued if declared.repeat_labels else None

    def start_page(self, row: HtmlElement) -> None:
        """Cells that go on over the row end above it and begin again; the heads that hold for it stand above it."""
        place, spots = list(self.body).index(row), _spots(self.body)
        open_spots = [spot for spot in spots if spot.top < place < spot.top + spot.rows]
        heads = self._heads(row, place, open_spots)
        cells = {spot.column: spot.cell for spot in spots if spot.top == place}
        labels = {}
        for spot in open_spots:
            spot.cell.set("rowspan", str(place - spot.top))
            labels[spot.column] = self._again(spot.cell, spot.top + spot.rows - place)
        columns = {id(spot.cell): spot.column for spot in spots}
        _fill(row, cells | labels)
        for head in reversed(heads):
            self._repeat(head, row, labels, columns)
            row = row.getprevious()
        row.classes.add("starts")

    def _heads(self, row: HtmlElement, place: int, open_spots: list[_Spot]) -> list[HtmlElement]:
        """The nearest heads above a row that stand beside the same label in the first column."""
        if _is_head(row):
            return []
        top = min((spot.top for spot in open_spots if spot.column == 0), default=place)
        heads: list[HtmlElement] = []
        for other in reversed(self.body[top:place]):
            if _is_head(other):
                heads.insert(0, other)
            elif heads:
                break
        return heads

    def _repeat(
        self, head: HtmlElement, row: HtmlElement, labels: dict[int, HtmlElement], columns: dict[int, int]
    ) -> None:
        """A head once more above a row; the labels beside it begin in it."""
        again = {}
        for cell in head:
            if cell.get("scope") in ("col", "colgroup") and id(cell) in columns:
                again[columns[id(cell)]] = self._again(cell, 1, marked=len(head) <= 2)
        covered = {
            column + number for column, cell in again.items() for number in range(int(cell.get("colspan", 1)))
        }
        for column, label in labels.items():
            if column not in covered:
                label.set("rowspan", str(int(label.get("rowspan", 1)) + 1))
                again[column] = label
        copy = builder.TR({"class": "head"})
        _fill(copy, again)
        row.addprevious(copy)

    def _again(self, cell: HtmlElement, rows: int, *, marked: bool = True) -> HtmlElement:
        """A cell once more: a label with its mark, a value left blank."""
        copy = deepcopy(cell)
        copy.tail = None
        copy.set("rowspan", str(rows))
        if cell.tag == "td" or (self.mark is None and marked):
            copy.text = None
            copy[:] = []
        elif marked and copy.text_content().strip() and not copy.find_class("continued"):
            copy.append(builder.SPAN({"class": "continued"}, self.mark or ""))
        return copy


def _fill(row: HtmlElement, cells: dict[int, HtmlElement]) -> None:
    row[:] = [cell for _, cell in sorted(cells.items())]


# -- which tables -----------------------------------------------------------------------------


def _inner(job: Job) -> Form | None:
    """The form of the tables inside a document."""
    return job.sheet.view.projects[0].form if job.sheet.view.form.subject == "document" else None


def _declared(job: Job) -> Declaration:
    """The form of the table: the document's inner one, or the job's own."""
    return (_inner(job) or job.sheet.view.form).declared


class Tables:
    """The tables of a project folder that have a PDF each: those of projects, and of disclosures of one table."""

    def __init__(self, workspace: Workspace) -> None:
        self._forms, problems = load_forms(workspace.layouts)
        assert not [one for one in problems if one.blocks], problems
        self._loader = Loader(workspace.root, self._forms)
        self._templates = Templates(workspace.layouts)

    def jobs(self) -> Iterator[tuple[str, Job]]:
        """Each with the address of its PDF."""
        for loaded in self._departments:
            for disclosure in loaded.department.disclosures:
                place = loaded.locality.slug, loaded.department.slug, disclosure.slug
                sheets = disclosure_sheets(loaded, disclosure)
                if len(sheets) == 1:
                    yield file_address(*place), self._job(loaded, disclosure, sheets[0])
                for project in disclosure.projects:
                    sheet = project_sheet(loaded, disclosure, project)
                    if sheet is not None and project.disclosed:
                        yield file_address(*place, project.slug), self._job(loaded, disclosure, sheet)

    def examples(self) -> Iterator[Job]:
        """The first table of the example of every form; of a document its part about one project.

        In whole documents a long row near the end of a page goes on over it, and the reference keeps rows whole.
        """
        for form in self._forms.values():
            loaded, problems = load_example(form, self._forms)
            assert loaded is not None, problems
            disclosure = loaded.department.disclosures[-1]
            sheet = next(one for one in all_sheets(loaded, disclosure) if one.view.form.id == form.id)
            if form.subject == "document":
                part = project_sheet(loaded, disclosure, disclosure.projects[0])
                assert part is not None
                sheet = part
            yield self._job(loaded, disclosure, sheet)

    def _job(self, loaded: LoadedDepartment, disclosure: Disclosure, sheet: Sheet) -> Job:
        year = f"{disclosure.year}年" if disclosure.year else "年度未注明"
        return Job(sheet, str(self._templates.form_table(sheet.view)), loaded.department.name, year)

    @cached_property
    def _departments(self) -> list[LoadedDepartment]:
        found = []
        for locality in self._loader.localities():
            for folder in self._loader.department_folders(locality):
                if (loaded := self._loader.department(locality, folder)) is not None:
                    found.append(loaded)
        return found


class Plain:
    """Prints the same tables by gongkai's printer, without the refinements of typography; one per process."""

    def __init__(self, workspace: Workspace) -> None:
        forms, _ = load_forms(workspace.layouts)
        fonts, problems = find_fonts(workspace.font_cache)
        assert fonts is not None, problems
        fonts.prepare()
        self._printer = Printer(forms, fonts, plain=True)

    def print(self, job: Job) -> bytes:
        """The table as a PDF."""
        form = job.sheet.view.form
        sheet = PrintSheet(
            job.sheet.key,
            job.sheet.title,
            form.id,
            job.declared.title,
            form.subject == "project",
            Rendered(job.fragment),
        )
        part = PrintPart(job.sheet.title, job.head, job.year, "", (sheet,))
        printed, problems = self._printer.print(
            PrintJob("reference.pdf", job.sheet.title, job.head, "", (part,), "")
        )
        assert not problems, problems
        return printed.data


def main(arguments: list[str] | None = None) -> int:
    """Compare; 1 where anything differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("site", type=Path, help="a project folder")
    parser.add_argument("--only", default="", help="only PDFs whose address has this in it")
    options = parser.parse_args(arguments)
    workspace = Workspace.at(options.site)
    reference, printer, counts = Reference(workspace), Plain(workspace), Counter[str]()
    for address, job in Tables(workspace).jobs():
        if options.only not in address:
            continue
        try:
            found = compare(reference.print(job), printer.print(job))
        except RowTornError as torn:
            counts["not compared"] += 1
            print(f"{address}: not compared, higher than a page: {torn}", flush=True)
            continue
        counts["different" if found else "the same"] += 1
        if found:
            print(f"{address} ({job.sheet.view.form.id})\n  " + "\n  ".join(map(str, found)), flush=True)
    print(", ".join(f"{count} {what}" for what, count in counts.items()) or "nothing to compare")
    return 1 if counts["different"] or not counts["the same"] else 0


if __name__ == "__main__":
    sys.exit(main())
