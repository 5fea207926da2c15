"""HTML documents → PDF bytes with WeasyPrint; fonts and parsed style sheets are kept, one set per process.

A document is laid out and its tables are cut where pages end inside them: page by page, or, where that can't be done, all
of it again until nothing moves. It is written once, tagged, as PDF/A-3a and PDF/UA-1 with its records attached. See docs/印制.md for what is promised and checked.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import html as lxml_html

from gongkai.printing.archive import attachments, identify, settle_attachments, source_files
from gongkai.printing.cutting import apply_breaks
from gongkai.printing.documents import PrintJob
from gongkai.printing.fontconfig import use_fonts
from gongkai.printing.fonts import Fonts, missing_glyph_hint
from gongkai.printing.pagebreaks import Breaks, heads_astray, number_rows, outside, read_breaks
from gongkai.printing.sharedlibs import load_engine
from gongkai.problems import Place, Problem, Severity

if TYPE_CHECKING:
    from weasyprint import CSS

PASSES = 4
"""How often a document is laid out at most; in the last pass pages begin where the third said."""

LONG = 20
"""From so many pages on, what a pass leaves behind is freed before the next."""

Area = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Printed:
    """A finished PDF. ``passes`` is how often it was laid out; ``areas`` its pages' text areas.

    An area is left, top, width and height in points, from the upper left corner of the page.
    """

    path: str
    data: bytes
    pages: int
    passes: int = 1
    areas: tuple[Area, ...] = ()


class Printer:
    """Prints documents; keep one per process. WeasyPrint is imported only here: it costs half a second."""

    def __init__(self, layouts: tuple[Path, ...], widths: str, fonts: Fonts) -> None:
        use_fonts(fonts)
        load_engine()
        from weasyprint.text.fonts import FontConfiguration

        from gongkai.printing.engine import install

        install()
        self._layouts = layouts
        self._fonts, self._configuration = fonts, FontConfiguration()
        self._sheets: dict[str, CSS] = {}
        self._widths = widths

    def print(self, job: PrintJob) -> tuple[Printed, list[Problem]]:
        """One PDF, and what is wrong with it as problems of the record."""
        from gongkai.printing.engine.memory import swept

        problems = list(self._missing_glyphs(job))
        with _warnings() as warnings, swept():
            done = self._print(job, problems)
        problems += [_engine_problem(job, message) for message in dict.fromkeys(warnings.messages)]
        return done, problems

    def _print(self, job: PrintJob, problems: list[Problem]) -> Printed:
        document, passes = self._lay_out(job)
        problems += _overflows(job, document.pages)
        areas = tuple(_area(page._page_box) for page in document.pages)
        return Printed(job.path, self._write(job, document), len(document.pages), passes, areas)

    # -- layout -------------------------------------------------------------------------------

    def _lay_out(self, job: PrintJob) -> tuple[Any, int]:
        root = _numbered(job)
        styles = [self._style("print/page.css"), self._inline(self._widths)]
        styles += [self._style(f"forms/{form}/form.css") for form in job.forms]
        return self._lay_out_by_page(root, styles) or self._lay_out_again(_numbered(job), styles)

    def _lay_out_by_page(self, root: lxml_html.HtmlElement, styles: list[CSS]) -> tuple[Any, int] | None:
        """Laid out once, tables cut at the end of each page; None where that can't be done."""
        from gongkai.printing.engine.paging import Pages, Unsure

        pages = Pages(root)
        try:
            document = self._render(root, styles, pages)
        except Unsure:
            return None
        pages.close()
        return None if heads_astray(document.pages) else (document, 1)

    def _lay_out_again(self, root: lxml_html.HtmlElement, styles: list[CSS]) -> tuple[Any, int]:
        """Laid out as often as it takes until pages begin where they began before."""
        breaks = Breaks()
        for number in range(1, PASSES + 1):
            cut = apply_breaks(root, breaks, force=number == PASSES) if breaks.any else root
            document = self._render(cut, styles)
            found = read_breaks(document.pages, breaks)
            if found == breaks and not heads_astray(document.pages):
                break
            breaks = found
            if len(document.pages) > LONG:
                gc.collect()
        return document, number

    def _render(self, root: lxml_html.HtmlElement, styles: list[CSS], pages: Any = None) -> Any:
        from gongkai.printing.engine.tree import Tree, plain_tree

        return Tree(plain_tree(root), pages).render(
            stylesheets=styles,
            font_config=self._configuration,
            presentational_hints=False,
            pdf_variant="pdf/a-3a",
        )

    def _style(self, name: str) -> CSS:
        from weasyprint import CSS

        if name not in self._sheets:
            file = next(folder / name for folder in self._layouts if (folder / name).is_file())
            self._sheets[name] = CSS(filename=str(file), font_config=self._configuration)
        return self._sheets[name]

    def _inline(self, text: str) -> CSS:
        from weasyprint import CSS

        if "" not in self._sheets:
            self._sheets[""] = CSS(string=text, font_config=self._configuration)
        return self._sheets[""]

    # -- the file -----------------------------------------------------------------------------

    def _write(self, job: PrintJob, document: Any) -> bytes:
        identify(document.metadata)
        name = Path(job.path).stem
        records = {source.file: source.data for source in job.sources}
        files = source_files(name, records) if records else ()
        data: bytes = document.write_pdf(
            pdf_variant="pdf/a-3a",
            attachments=attachments(files, job.published),
            finisher=lambda _, pdf: _finish(pdf, dated=job.published is not None),
        )
        return data

    # -- checks -------------------------------------------------------------------------------

    def _missing_glyphs(self, job: PrintJob) -> Iterator[Problem]:
        """Characters no font has: they would come out as empty boxes."""
        shown = {ord(char) for char in set(job.html) if ord(char) > 0x7E and not char.isspace()}
        for char in map(chr, sorted(shown - self._fonts.covered)):
            message = f"没有字体能印出“{char}”（U+{ord(char):04X}）"
            place = _place_of(char, job)
            yield Problem(place, "print.glyph", Severity.ERROR, message, missing_glyph_hint(char))


def _numbered(job: PrintJob) -> lxml_html.HtmlElement:
    root = lxml_html.document_fromstring(job.html)
    number_rows(root)
    return root


def _finish(pdf: Any, *, dated: bool) -> None:
    from gongkai.printing.engine.writing import settle

    settle_attachments(pdf, dated=dated)
    settle(pdf)


def column_widths(widths: set[str]) -> str:
    """CSS for ``<col data-width>``: the declared widths, so that no page needs inline styles."""
    rules = (f'col[data-width="{width}"]{{width:{width}%}}' for width in sorted(widths))
    return "".join(rules)


def _place_of(text: str, job: PrintJob) -> Place:
    """Where a text stands in the records of a document; the first record when it is in none."""
    for source in job.sources:
        for number, line in enumerate(source.text.splitlines(), 1):
            if text in line:
                return Place(source.file, number, line.index(text) + 1)
    return Place(job.record, 1, 1)


def _area(box: Any) -> Area:
    """A page's text area; the engine counts in CSS pixels of 3/4 point."""
    return (0.75 * box.content_box_x(), 0.75 * box.content_box_y(), 0.75 * box.width, 0.75 * box.height)


def _overflows(job: PrintJob, pages: list[Any]) -> Iterator[Problem]:
    """Text that runs out of the page's text area at its right, or below it: it would be cut off or cover something."""
    for number, page in enumerate(pages, 1):
        area = page._page_box
        right = area.position_x + area.margin_left + area.width + 1
        bottom = area.position_y + area.margin_top + area.height + 1
        for root in area.children:
            if root.element_tag != "html":
                continue
            for box in outside(root, right, bottom):
                yield _overflow(job, number, box.text.strip())
                break


def _overflow(job: PrintJob, page: int, text: str) -> Problem:
    message = f"印制 {job.path} 时，第 {page} 页的“{text[:20]}”超出了版心"
    hint = f"请检查记录里这段文字，或表式 {'、'.join(job.forms)} 的列宽。"
    return Problem(_place_of(text[:10], job), "print.overflow", Severity.WARNING, message, hint)


class _warnings(logging.Handler):
    """Collects what WeasyPrint logs while a document is printed."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def __enter__(self) -> _warnings:
        logging.getLogger("weasyprint").addHandler(self)
        logging.getLogger("weasyprint").propagate = False
        return self

    def __exit__(self, *args: object) -> None:
        logging.getLogger("weasyprint").removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message."""
        self.messages.append(record.getMessage())


def _engine_problem(job: PrintJob, message: str) -> Problem:
    hint = f"印制引擎的提示；请检查表式 {'、'.join(job.forms)} 的样式，或记录里的特殊字符。"
    return Problem(
        Place(job.record, 1, 1), "print.engine", Severity.WARNING, f"印制 {job.path} 时：{message}", hint
    )
