"""The yearbook of a locality: the disclosures of all its departments in one year, bound into one PDF.

Finished PDFs are joined page by page and not laid out again (some 0.3 MB of memory and 10 ms a page, a twentieth of
laying them out): their page numbers are printed anew; structure trees, bookmarks and links are kept. The data attached
to each disclosure stays with the disclosure's own PDF.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, NameTree, OutlineItem, Pdf

from gongkai.documents import PrintJob
from gongkai.pdf import Printed, Printer
from gongkai.problems import Problem
from gongkai.templates import Templates

# As tags.py writes them: page numbers in margins, and those of a part's own contents, which would be wrong here.
_NUMBERS = re.compile(rb"/Artifact\s*<</Type /(?:Pagination/Subtype /Footer|Layout)>>\s*BDC.*?EMC", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Part:
    """One disclosure to bind: its department, its title, and where its PDF lies."""

    department: str
    title: str
    file: Path


@dataclass(frozen=True, slots=True)
class _Placed:
    """A part and its first page in the yearbook, counted from 1."""

    part: Part
    first: int


def bind_yearbook(
    printer: Printer, templates: Templates, path: str, locality: str, year: int | None, parts: Sequence[Part]
) -> tuple[Printed, list[Problem]]:
    """All parts in order in one PDF with cover, contents and bookmarks; ``path`` is its address in the site.

    Each part begins on an odd page, because its margins differ for odd and even ones. Raises TemplateProblem.
    """
    sheets = [_orientations(part.file) for part in parts]
    placed, pages = _place(parts, sheets, 2)
    front, problems = _front(printer, templates, path, locality, year, placed, [])
    placed, pages = _place(parts, sheets, front.pages)
    front, problems = _front(printer, templates, path, locality, year, placed, pages, front.pages)
    binder = _Binder(front.data, front.pages - len(pages))
    for one in placed:
        binder.add(one)
    return Printed(path, binder.finish(), binder.count), problems


def _orientations(file: Path) -> list[str]:
    with Pdf.open(file) as pdf:
        return ["landscape" if page.mediabox[2] > page.mediabox[3] else "portrait" for page in pdf.pages]


def _place(parts: Sequence[Part], sheets: Sequence[list[str]], front: int) -> tuple[list[_Placed], list[str]]:
    """Where each part begins behind ``front`` pages, and the orientation of every page behind them."""
    placed: list[_Placed] = []
    pages: list[str] = []
    for part, own in zip(parts, sheets, strict=True):
        if (front + len(pages)) % 2:
            pages.append("portrait")
        placed.append(_Placed(part, front + len(pages) + 1))
        pages += own
    return placed, pages


def _front(
    printer: Printer,
    templates: Templates,
    path: str,
    locality: str,
    year: int | None,
    placed: Sequence[_Placed],
    pages: Sequence[str],
    front: int = 0,
) -> tuple[Printed, list[Problem]]:
    """Cover and contents, and for every page behind them a blank one that has only its number."""
    title = (
        f"{locality}{year}年预算绩效目标公开汇编" if year else f"{locality}预算绩效目标公开汇编（年度未注明）"
    )
    context = {
        "title": title,
        "locality": locality,
        "year": year,
        "placed": placed,
        "pages": pages,
        "front": front,
    }
    return printer.print(
        PrintJob(path, templates.render("print/yearbook.html", context), (), "content/site.yaml")
    )


class _Binder:
    """The yearbook while parts are added to it."""

    def __init__(self, front: bytes, kept: int) -> None:
        self.pdf = Pdf.open(io.BytesIO(front))
        self.stamps = [self.pdf.pages[number] for number in range(kept, len(self.pdf.pages))]
        del self.pdf.pages[kept:]
        self.kept = kept
        self.tree = self.pdf.Root.StructTreeRoot
        self.next_key = int(self.tree.ParentTreeNextKey)
        self.items: list[OutlineItem] = []

    @property
    def count(self) -> int:
        """Pages so far."""
        return len(self.pdf.pages)

    def add(self, placed: _Placed) -> None:
        """One part, behind a blank page where it would begin on an even one."""
        if self.count + 1 < placed.first:
            self.pdf.pages.append(self.stamps[self.count - self.kept])
        with Pdf.open(placed.part.file) as part:
            first = self.count
            self.pdf.add_pages_from(part)
            pages = {page.objgen: number for number, page in enumerate(part.pages, first)}
            for number in pages.values():
                self._renumber(number)
            self._keep_structure(part, list(pages.values()))
            with part.open_outline() as outline:
                children = [_moved(item, pages) for item in outline.root]
        item = OutlineItem(placed.part.department, first)
        item.children.extend(children)
        self.items.append(item)

    def finish(self) -> bytes:
        """The finished file."""
        with self.pdf.open_outline() as outline:
            outline.root.extend(self.items)
        self._lead_contents()
        self.tree.ParentTreeNextKey = self.next_key
        self.pdf.remove_unreferenced_resources()
        out = io.BytesIO()
        self.pdf.save(
            out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate, linearize=False
        )
        return out.getvalue()

    def _lead_contents(self) -> None:
        """The contents lead to the pages the numbers were printed for, not to the blank ones they were printed on."""
        printed = {page.obj.objgen: number for number, page in enumerate(self.stamps, self.kept)}
        names = NameTree(self.pdf.Root.Names.Dests)
        for name, target in list(names.items()):
            place: Any = target.D if isinstance(target, Dictionary) else target
            number = printed.get(place[0].objgen)
            if number is not None:
                names[name] = Array([self.pdf.pages[number].obj, Name.Fit])

    def _renumber(self, number: int) -> None:
        """Take off a page's number in its part and put on the yearbook's."""
        page, stamp = self.pdf.pages[number], self.stamps[number - self.kept]
        # Pages of a part share their resources, so every number needs a name of its own.
        name = page.add_resource(stamp.as_form_xobject(), Name.XObject, Name(f"/Number{number}"))
        content = b"q\n" + _NUMBERS.sub(b"", page.Contents.read_bytes()) + b"\nQ"
        mark = b"\n/Artifact <</Type /Pagination /Subtype /Footer>> BDC q %s Do Q EMC" % str(name).encode()
        page.Contents = self.pdf.make_stream(content + mark)

    def _keep_structure(self, part: Pdf, pages: Sequence[int]) -> None:
        tree = part.Root.StructTreeRoot
        numbers = tree.ParentTree.Nums
        base = self.next_key
        document = self.pdf.copy_foreign(part.make_indirect(tree.K[0]))
        top = self.tree.K[0]
        document.S, document.P = Name.Part, top
        top.K.append(document)
        for index in range(0, len(numbers), 2):
            self.tree.ParentTree.Nums.append(base + int(numbers[index]))
            self.tree.ParentTree.Nums.append(self.pdf.copy_foreign(part.make_indirect(numbers[index + 1])))
        for number in pages:
            page = self.pdf.pages[number]
            page.StructParents = base + int(page.StructParents)
            for annotation in page.get("/Annots", Array()):
                if "/StructParent" in annotation:
                    annotation.StructParent = base + int(annotation.StructParent)
        self.next_key = base + int(tree.ParentTreeNextKey)


def _moved(item: OutlineItem, pages: dict[Any, int]) -> OutlineItem:
    """A part's bookmark as one of the yearbook."""
    target = item.destination
    assert isinstance(target, Array)
    moved = OutlineItem(
        item.title, pages[target[0].objgen], "XYZ", left=float(target[2]), top=float(target[3])
    )
    moved.children.extend(_moved(child, pages) for child in item.children)
    return moved
