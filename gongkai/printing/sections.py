"""A disclosure's PDF, bound from its tables printed one by one; what was printed before is kept and not printed again.

What is kept lies in the cache under the address of its table, with the key of all it is made from: another key, or a
damaged file, is no kept section, and the table is printed again.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import md5
from pathlib import Path

from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf, Stream, String

from gongkai.kept import read_checked, write_checked
from gongkai.keys import key_of
from gongkai.printing.archive import SourceFile, source_files
from gongkai.printing.binder import Binder, Shift
from gongkai.printing.documents import Composition, PrintJob, Section
from gongkai.printing.htmlpdf import Area, Printed, Printer
from gongkai.problems import Problem

_FRONT = "_front"
"""The name under which cover, contents and margins are kept; no table is named so."""
_KINDS = {".yaml": "/application/octet-stream", ".json": "/application/json"}
_TOLERANCE = 0.01
"""How much text areas of pages may differ, in points, to count as the same."""


@dataclass(frozen=True, slots=True)
class _Pages:
    """Printed pages: a PDF, the text areas of its pages, and what was wrong with it."""

    data: bytes
    areas: tuple[Area, ...]
    problems: tuple[Problem, ...] = ()


class Shelf:
    """The kept sections of one disclosure: a folder, and the key of what shapes every PDF besides its records.

    ``keys`` has for each project the key of all that its own PDF is made from.
    """

    def __init__(self, folder: Path, base: str, keys: Mapping[str, str]) -> None:
        self.folder, self.base, self.keys = folder, base, keys

    def keep(self, project: str, printed: Printed) -> None:
        """Keep a project's own PDF. What is wrong with it is told with that PDF."""
        self._write(project, self.keys[project], _Pages(printed.data, printed.areas))

    def section(self, printer: Printer, section: Section) -> _Pages:
        """The pages of a table."""
        own = self.keys.get(section.name)
        if own is None:
            return self.document(printer, section.name, section.document())
        key = own if section.own else key_of("turned", own)
        return self._read(section.name, key) or self._print(printer, section, key)

    def document(self, printer: Printer, name: str, job: PrintJob) -> _Pages:
        """Pages that show more than one record: the same as long as their text is the same."""
        key = key_of(self.base, job.html)
        kept = self._read(name, key)
        if kept is None:
            printed, problems = printer.print(job)
            kept = _Pages(printed.data, printed.areas, tuple(problems))
            self._write(name, key, kept)
        return kept

    def drop_others(self, names: Collection[str]) -> None:
        """Remove what is kept of tables that are gone, and what a stopped build left half written."""
        with contextlib.suppress(OSError):
            for file in self.folder.iterdir():
                if file.name not in names:
                    file.unlink(missing_ok=True)

    def _print(self, printer: Printer, section: Section, key: str) -> _Pages:
        printed, problems = printer.print(section.document())
        pages = _Pages(printed.data, printed.areas, () if section.own else tuple(problems))
        self._write(section.name, key, pages)
        return pages

    def _read(self, name: str, key: str) -> _Pages | None:
        found: _Pages | None = read_checked(self.folder / name, key)
        return found

    def _write(self, name: str, key: str, pages: _Pages) -> None:
        if not pages.problems:  # what is wrong is to be told again, at the place where it stands then
            write_checked(self.folder / name, key, pages)


def bind_disclosure(
    printer: Printer, shelf: Shelf, parts: Composition
) -> tuple[Printed, list[Problem]] | None:
    """One PDF of all tables, with cover, contents, page numbers and bookmarks as if it were printed at once.

    None where the pages can't be bound: the style of the pages has other text areas on odd pages than on even ones.
    What is wrong with a table that has a PDF of its own is told with that. Raises TemplateProblem.
    """
    sections = [shelf.section(printer, section) for section in parts.sections]
    areas = [area for pages in sections for area in pages.areas]
    front = shelf.document(printer, _FRONT, parts.front([len(pages.areas) for pages in sections]))
    shelf.drop_others([_FRONT, *(section.name for section in parts.sections)])
    kept = len(front.areas) - len(areas)
    shifts = _shifts(areas, front.areas[kept:]) if areas and kept >= 0 else None
    if shifts is None:
        return None
    binder = Binder(front.data, kept, one=True)
    outline = _Outline(binder.outline, parts.title)
    for section, pages in zip(parts.sections, sections, strict=True):
        with Pdf.open(io.BytesIO(pages.data)) as part:
            first = binder.count - kept
            outline.add(section.form, binder.add(part, shifts[first : first + len(pages.areas)]))
    records = {source.file: source.data for source in parts.sources}
    _attach(binder.pdf, source_files(Path(parts.path).stem, records), parts.published)
    # Every character of the front stands in a table too, where it is told with its place.
    problems = [one for one in front.problems if one.rule != "print.glyph"]
    problems += [one for pages in sections for one in pages.problems]
    return Printed(parts.path, binder.finish(), binder.count), problems


def _shifts(areas: Sequence[Area], wanted: Sequence[Area]) -> list[Shift] | None:
    """How far each page is to be moved: text areas lie otherwise on odd pages than on even ones."""
    shifts = []
    for (left, top, *size), (to_left, to_top, *to_size) in zip(areas, wanted, strict=True):
        if any(abs(one - other) > _TOLERANCE for one, other in zip(size, to_size, strict=True)):
            return None
        move = (to_left - left, top - to_top)
        shifts.append(move if max(map(abs, move)) > _TOLERANCE else (0.0, 0.0))
    return shifts


class _Outline:
    """The bookmarks of a disclosure while those of its tables are added: disclosure → form → project.

    ``levels`` are the lists that bookmarks of each level are put in: the roots, the children of the last root …
    """

    def __init__(self, roots: list[OutlineItem], title: str) -> None:
        self.levels = [roots, *([roots[-1].children] if roots else [])]
        self.title, self.form = title, ""

    def add(self, form: str, roots: Sequence[OutlineItem]) -> None:
        """The bookmarks of a table printed by itself, whose first two name the whole and the form: these stand once."""
        (_, whole), (_, head), *rest = list(_flat(roots, 0))
        if len(self.levels) == 1:
            whole.title = self.title
            self._put(0, whole)
        if form != self.form:
            self._put(1, head)
        self.form = form
        del self.levels[3:]
        for depth, item in rest:
            self._put(depth, item)

    def _put(self, depth: int, item: OutlineItem) -> None:
        place = min(depth, len(self.levels) - 1)
        item.children.clear()
        self.levels[place].append(item)
        self.levels[place + 1 :] = [item.children]


def _flat(items: Sequence[OutlineItem], depth: int) -> Iterator[tuple[int, OutlineItem]]:
    for item in items:
        yield depth, item
        yield from _flat(item.children, depth + 1)


def _attach(pdf: Pdf, files: Sequence[SourceFile], day: date | None) -> None:
    """Attach data as the source of a file (ISO 19005-3, 6.8), as ``archive.attachments`` does while printing."""
    names = Array()
    for file in sorted(files, key=lambda one: one.name):
        data = file.text.encode()
        facts = Dictionary(Size=len(data), CheckSum=String(md5(data, usedforsecurity=False).digest()))
        if day is not None:
            facts.CreationDate = facts.ModDate = String(f"D:{day:%Y%m%d}000000Z")
        kind = Name(_KINDS[Path(file.name).suffix])
        stream = Stream(pdf, data, Type=Name.EmbeddedFile, Subtype=kind, Params=facts)
        spec = Dictionary(
            Type=Name.Filespec, F=file.name, UF=file.name, Desc=file.description,
            EF=Dictionary(F=stream), AFRelationship=Name.Source,
        )  # fmt: skip
        names.extend([String(file.name), pdf.make_indirect(spec)])
    if "/Names" not in pdf.Root:
        pdf.Root.Names = Dictionary()
    pdf.Root.Names.EmbeddedFiles = pdf.make_indirect(Dictionary(Names=names))
    pdf.Root.AF = Array(list(names)[1::2])
