"""What is to be printed → PDF bytes and what is wrong with it; fonts, styles and laid out sheets are kept in a process.

Steps: the form's HTML is read into grids, set, laid out on pages one after another (``lay_out``), put together
(``composing``) and written (``pdf``) as PDF/A-3a and PDF/UA-1 with its records attached.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from gongkai.printing.attached import source_files
from gongkai.printing.blocks import Block, read_blocks
from gongkai.printing.composed import Composed, Printed
from gongkai.printing.composing import Composer, Cover, Entry, Paper, Running
from gongkai.printing.documents import KEYWORDS, PrintJob, PrintPart, PrintSheet
from gongkai.printing.faces import FontSet, missing_glyph
from gongkai.printing.filling import baseline, line_height, runs_of
from gongkai.printing.flow import Flow, Text
from gongkai.printing.fonts import Fonts
from gongkai.printing.pdf import write
from gongkai.printing.setting import SetLine, Setter, SetText
from gongkai.printing.style import (
    LONG_TEXT_TABLE,
    SIGNATURE,
    SIGNATURE_AFTER,
    SIGNATURE_BEFORE,
    CellStyle,
    FormStyle,
    TextStyle,
)
from gongkai.printing.table import Table
from gongkai.problems import Place, Problem, Severity
from gongkai.reading.forms import Form
from gongkai.tables.grid import Grid, Prose, Rendered


class Printer:
    """Prints documents; keep one per process. ``fonts`` must be prepared.

    ``plain``: without the refinements of typography, to be compared with other engines.
    """

    def __init__(self, forms: Mapping[str, Form], fonts: Fonts, *, plain: bool = False) -> None:
        self._fonts = fonts
        self._printable: set[str] = set()
        self._styles = {name: FormStyle(form.declared) for name, form in forms.items()}
        self.setter = Setter(FontSet(fonts), plain=plain)
        # A project's sheet stands in its own document, in its disclosure's and in the yearbook.
        self._flow = lru_cache(maxsize=256)(
            lambda sheet, paper: lay_out(self.setter, self._styles, sheet.form, sheet.html, *paper.area)
        )

    def print(self, job: PrintJob) -> tuple[Printed, list[Problem]]:
        """One PDF, and what is wrong with it as problems of the record."""
        document = self.compose(job)
        problems = [*self._missing_glyphs(job), *self._overflows(job)]
        return Printed(write(document, self.setter.fonts), len(document.pages)), problems

    def compose(self, job: PrintJob) -> Composed:
        """The finished layout of a document."""
        composer = Composer(self.setter, draft=job.draft)
        if job.front:
            composer.begin("", Running(job.author, job.year))
            entries = tuple(Entry(part.title, str(place)) for place, part in enumerate(job.parts))
            _open(composer, job.front, entries, 0)
        for place, part in enumerate(job.parts):
            self._add(composer, part, str(place), inner=job.front is not None)
        return Composed(
            f"草稿：{job.title}" if job.draft else job.title,
            job.author,
            job.description,
            (*KEYWORDS, job.author),
            job.published,
            tuple(composer.pages()),
            tuple(composer.elements),
            tuple(composer.bookmarks),
            source_files(Path(job.path).stem, {one.file: one.data for one in job.sources}),
        )

    # -- parts --------------------------------------------------------------------------------

    def _add(self, composer: Composer, part: PrintPart, name: str, *, inner: bool) -> None:
        """``inner``: one of several, which begins on an odd page, as a book's chapters do."""
        composer.begin(name, Running(part.department, part.year), on_odd_page=inner)
        deeper = int(inner)
        if inner:
            composer.mark(1, part.department)
        if part.many:
            _open(composer, part.cover, tuple(part.entries()), deeper)
        for (sheet, paper, flow), marks in zip(self._sheets(part, inner=inner), part.marks(), strict=True):
            for level, title in marks:
                composer.mark(level + deeper, title)
            for level, title, page, y in flow.marks:
                composer.mark(level + deeper, title, page, y)
            composer.sheet(sheet.key, paper, flow)

    def _sheets(self, part: PrintPart, *, inner: bool) -> Iterator[tuple[PrintSheet, Paper, Flow]]:
        """Each sheet laid out on its paper: landscape pages among portrait ones are turned."""
        pages = [self._styles[sheet.form].declared.page for sheet in part.sheets]
        mixed = inner or len({page.orientation for page in pages}) > 1 or part.many
        for sheet, page in zip(part.sheets, pages, strict=True):
            turned = mixed and page.orientation == "landscape"
            paper = Paper.of(page.size, "turned" if turned else page.orientation)
            yield sheet, paper, self._flow(sheet, paper)

    # -- checks -------------------------------------------------------------------------------

    def _missing_glyphs(self, job: PrintJob) -> Iterator[Problem]:
        """Characters no font has: they would come out as empty boxes."""
        texts = [job.title, job.author, *(sheet.html for part in job.parts for sheet in part.sheets)]
        for char in sorted(set().union(*texts) - self._printable):
            if char.isspace() or char < "\x7f" or char in self._fonts.covered:
                self._printable.add(char)
                continue
            yield missing_glyph(char, _place_of(char, job))

    def _overflows(self, job: PrintJob) -> Iterator[Problem]:
        """Texts wider or higher than the room there is for them: they would cover something or be cut off."""
        for part in job.parts:
            for sheet, _, flow in self._sheets(part, inner=job.front is not None):
                for text in flow.overflows:
                    message = f"印制 {job.path} 时，“{text[:20]}”超出了单元格或版心"
                    hint = f"请检查记录里这段文字，或表式 {sheet.form} 的列宽。"
                    place = _place_of(text[:10], job)
                    yield Problem(place, "print.overflow", Severity.WARNING, message, hint)


def _open(composer: Composer, cover: Cover, entries: tuple[Entry, ...], deeper: int) -> None:
    """Cover and contents of a document, or of a part of one."""
    composer.mark(1 + deeper, "".join(cover.title))
    composer.cover(cover)
    composer.mark(2 + deeper, "目录")
    composer.contents(entries)


def _place_of(text: str, job: PrintJob) -> Place:
    """Where a text stands in the records of a document; the first record when it is in none."""
    for source in job.sources:
        for number, line in enumerate(source.text.splitlines(), 1):
            if text in line:
                return Place(source.file, number, line.index(text) + 1)
    return Place(job.record, 1, 1)


def lay_out(
    setter: Setter, forms: Mapping[str, FormStyle], form: str, html: Rendered, width: float, height: float
) -> Flow:
    """A form's HTML on pages with a text area of ``width`` × ``height`` points.

    ``forms`` has the styles of every form by its id; a table in a document may be another form's than the text.
    """
    flow = Flow(width, height)
    sheet = _Sheet(setter, forms, forms[form], flow)
    for piece in html.pieces:
        sheet.add(piece)
    sheet.sign()
    flow.finish()
    return flow


class _Sheet:
    """One form while it is laid out."""

    def __init__(self, setter: Setter, forms: Mapping[str, FormStyle], style: FormStyle, flow: Flow) -> None:
        self.setter, self.forms, self.style, self.flow = setter, forms, style, flow
        self.heading = 0

    def add(self, piece: Grid | Prose) -> None:
        """One table, heading or paragraph."""
        if isinstance(piece, Grid):
            self._table(piece)
        elif piece.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            # Levels below each other, whatever the template calls them (ISO 14289-1, 7.4.2).
            self.heading = min(int(piece.tag[1]), self.heading + 1)
            text = self._paragraph(piece, self.style.heading)
            level = max(int(piece.tag[1]), 3)
            self.flow.add_text(Text(text, f"H{self.heading}", keeps_next=True, mark=level))
        elif "form-title" in piece.classes:
            self.flow.add_text(Text(self._paragraph(piece, self.style.title), after=self.style.title.size))
        elif piece.tag == "p":
            self.flow.add_text(Text(self._paragraph(piece, self.style.paragraph)))
        else:
            self._long_text(piece)

    def _paragraph(self, piece: Prose, style: TextStyle) -> SetText:
        blocks = (block for block in read_blocks(piece.content) if isinstance(block, Block))
        spans = [span for block in blocks for span in block.spans]
        return self.setter.paragraph(spans, style, self.flow.width)

    def _long_text(self, piece: Prose) -> None:
        """A list or a small table that a record's long text brought along."""
        style = self.style.paragraph
        across, down = LONG_TEXT_TABLE
        text = self.setter.blocks(
            read_blocks(piece.whole), CellStyle(style, across, down, style.indent), self.flow.width
        )
        if text.lines:
            self.flow.add_text(Text(text, "P" if not text.elements else "Div", after=text.after))

    def sign(self) -> None:
        """The lines to be signed below the tables, two beside each other, as one text."""
        names, fonts, style = self.style.declared.signature, self.setter.fonts, SIGNATURE
        height, down = line_height(fonts, style) + SIGNATURE_AFTER, baseline(fonts, style)
        lines = tuple(
            SetLine(height, 0.0, tuple(
                (-1, tuple(runs_of(fonts, style.role, f"{name}：", style.size, x, down)))
                for name, x in zip(names[start : start + 2], (0.0, self.flow.width / 2), strict=False)
            ))
            for start in range(0, len(names), 2)
        )  # fmt: skip
        if lines:
            self.flow.add_text(Text(SetText(lines, height * len(lines)), before=SIGNATURE_BEFORE))

    def _table(self, grid: Grid) -> None:
        style = next((self.forms[name] for name in grid.classes.split() if name in self.forms), self.style)
        table = Table(self.setter, grid, style, self.flow.width)
        inside = self.style.declared.subject == "document"
        before, after = (self.style.table_before, self.style.table_after) if inside else (0.0, 0.0)
        self.flow.add_table(table, before, after)
        self.flow.overflows += dict.fromkeys(cell.source.text for cell in table.cells if cell.text.too_wide)
