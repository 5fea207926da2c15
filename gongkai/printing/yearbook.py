"""The yearbook of a locality: the disclosures of all its departments in one year, bound into one PDF.

The data attached to each disclosure stays with the disclosure's own PDF.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pikepdf import OutlineItem, Pdf

from gongkai.printing.binder import Binder
from gongkai.printing.documents import PrintJob
from gongkai.printing.htmlpdf import Printed, Printer
from gongkai.problems import Problem
from gongkai.tables.templates import Templates


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
    binder = Binder(front.data, front.pages - len(pages), one=False)
    for one in placed:
        if binder.count + 1 < one.first:
            binder.add_blank()
        item = OutlineItem(one.part.department, binder.count)
        with Pdf.open(one.part.file) as part:
            item.children.extend(binder.add(part))
        binder.outline.append(item)
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
