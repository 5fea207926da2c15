"""What is to be printed → PDF bytes and what is wrong with it; fonts, styles and laid out sheets are kept in a process.

Steps: the form's HTML is read into grids, set, laid out on pages (``sheets``), put together (``composing``) and written
(``pdf``) as PDF/A-3a and PDF/UA-1 with its records attached.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from gongkai.printing.attached import source_files
from gongkai.printing.composed import Composed, Printed
from gongkai.printing.composing import Composer, Cover, Entry
from gongkai.printing.documents import KEYWORDS, PrintJob, PrintPart, PrintSheet
from gongkai.printing.faces import font_set
from gongkai.printing.flow import Flow
from gongkai.printing.fonts import Fonts, missing_glyph
from gongkai.printing.furniture import Paper, Running
from gongkai.printing.furniture import Sheet as PaperKind
from gongkai.printing.pdf import write
from gongkai.printing.setting import Setter
from gongkai.printing.sheets import lay_out
from gongkai.printing.style import FormStyle
from gongkai.problems import Place, Problem, Severity
from gongkai.reading.forms import Form


class Printer:
    """Prints documents; keep one per process. ``fonts`` must be prepared.

    ``plain``: without the refinements of typography, to be compared with other engines.
    """

    def __init__(self, forms: Mapping[str, Form], fonts: Fonts, *, plain: bool = False) -> None:
        self._fonts = fonts
        self._printable: set[str] = set()
        self._styles = {name: FormStyle(form.declared) for name, form in forms.items()}
        self.setter = Setter(font_set(fonts), plain=plain)
        # A project's sheet stands in its own document, in its disclosure's and in the yearbook.
        self._flow = lru_cache(maxsize=256)(self._lay_out)

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
        papers = self._papers(part, inner=inner)
        for sheet, marks, paper in zip(part.sheets, part.marks(), papers, strict=True):
            flow = self._flow(sheet, paper)
            for level, title in marks:
                composer.mark(level + deeper, title)
            for level, title, page, y in flow.marks:
                composer.mark(level + deeper, title, page, y)
            composer.sheet(sheet.key, paper, flow)

    def _lay_out(self, sheet: PrintSheet, paper: Paper) -> Flow:
        return lay_out(self.setter, self._styles, sheet.form, sheet.html, *paper.area)

    def _papers(self, part: PrintPart, *, inner: bool) -> list[Paper]:
        """The paper of each sheet: landscape pages among portrait ones are turned."""
        pages = [self._styles[sheet.form].declared.page for sheet in part.sheets]
        orientations = {page.orientation for page in pages}
        mixed = inner or len(orientations) > 1 or part.many
        kinds: list[PaperKind] = [
            "turned" if mixed and page.orientation == "landscape" else page.orientation for page in pages
        ]
        return [Paper.of(page.size, kind) for page, kind in zip(pages, kinds, strict=True)]

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
            papers = self._papers(part, inner=job.front is not None)
            for sheet, paper in zip(part.sheets, papers, strict=True):
                for text in self._flow(sheet, paper).overflows:
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
