"""What tests of printing share: the project's records, a printer, and the texts and structure of a PDF."""

import dataclasses
import io
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pikepdf
import pypdfium2

from gongkai.printing.composed import Printed
from gongkai.printing.documents import (
    Documents,
    PrintJob,
    PrintPart,
    PrintSheet,
    yearbook_document,
)
from gongkai.printing.fonts import find_fonts
from gongkai.printing.printer import Printer
from gongkai.problems import Problem
from gongkai.reading.forms import load_forms
from gongkai.reading.load import Loader
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import Disclosure, Project
from gongkai.tables.templates import Templates
from gongkai.workspace import Workspace

ROOT = Path(__file__).parent.parent
WORKSPACE = Workspace.at(ROOT)


@cache
def forms():
    found, problems = load_forms(WORKSPACE.layouts)
    assert not [problem for problem in problems if problem.blocks], problems
    return found


@cache
def templates() -> Templates:
    return Templates(WORKSPACE.layouts)


@cache
def printer() -> Printer:
    return fresh_printer()


def fresh_printer() -> Printer:
    """One that has printed nothing yet."""
    fonts, problems = find_fonts(WORKSPACE.font_cache)
    assert fonts is not None, problems
    fonts.prepare()
    return Printer(forms(), fonts)


@cache
def department(locality: str, root: Path = ROOT) -> LoadedDepartment:
    loader = Loader(root, forms())
    place = next(one for one in loader.localities() if one.slug == locality)
    loaded = loader.department(place, loader.department_folders(place)[0])
    assert loaded is not None
    return loaded


def disclosure(loaded: LoadedDepartment, slug: str) -> Disclosure:
    return next(one for one in loaded.department.disclosures if one.slug == slug)


@cache
def whole(locality: str, slug: str) -> PrintJob:
    """The document of a disclosure: all its tables."""
    return all_tables(department(locality), disclosure(department(locality), slug))


def all_tables(loaded: LoadedDepartment, one: Disclosure) -> PrintJob:
    job = Documents(templates(), loaded, one).whole()
    assert job is not None
    return job


def single(locality: str, slug: str, project: Project | None = None) -> PrintJob:
    """The document of a project: the given one, or the disclosure's first."""
    loaded = department(locality)
    one = disclosure(loaded, slug)
    job = Documents(templates(), loaded, one).project(project or one.projects[0])
    assert job is not None
    return job


def first_project(locality: str, slug: str) -> Project:
    return disclosure(department(locality), slug).projects[0]


def many_projects(locality: str, slug: str, count: int) -> PrintJob:
    """A disclosure with its projects repeated until there are ``count``."""
    loaded = department(locality)
    one = disclosure(loaded, slug)
    real = one.projects
    projects = tuple(
        real[n % len(real)].model_copy(update={"slug": f"p{n}", "name": f"{real[n % len(real)].name}〔{n}〕"})
        for n in range(count)
    )
    documents = {(slug, f"p{n}"): loaded.document(slug, real[n % len(real)].slug) for n in range(count)}
    longer = one.model_copy(update={"projects": projects})
    changed = dataclasses.replace(
        loaded,
        documents={**loaded.documents, **documents},
        department=loaded.department.model_copy(update={"disclosures": (longer,)}),
    )
    return all_tables(changed, longer)


def yearbook(name: str, year: int | None, *disclosures: tuple[str, str]) -> PrintJob:
    """A yearbook of disclosures, each given by its locality and its folder."""
    parts = [
        Documents(templates(), department(locality), disclosure(department(locality), slug)).yearbook_part()
        for locality, slug in disclosures
    ]
    return yearbook_document("a/汇编.pdf", name, year, [part for part in parts if part is not None])


def changed(job: PrintJob, change: Callable[[PrintSheet], PrintSheet]) -> PrintJob:
    """A document with its first table changed."""
    first, *others = job.parts[0].sheets
    part = dataclasses.replace(job.parts[0], sheets=(change(first), *others))
    return dataclasses.replace(job, parts=(part, *job.parts[1:]))


_printed: dict[tuple[str, tuple[PrintPart, ...]], tuple[Printed, list[Problem]]] = {}


def printed(job: PrintJob) -> tuple[Printed, list[Problem]]:
    """A PDF, and what is wrong with it."""
    key = job.path, job.parts
    if key not in _printed:
        _printed[key] = printer().print(job)
    return _printed[key]


def pages(data: bytes) -> list[str]:
    """The text of each page as PDFium extracts it, without white space."""
    return ["".join(page.get_textpage().get_text_bounded().split()) for page in pypdfium2.PdfDocument(data)]


@cache
def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


def structure(data: bytes) -> pikepdf.Object:
    return opened(data).Root.StructTreeRoot


def elements(root: pikepdf.Object, role: str) -> list[pikepdf.Object]:
    """All structure elements of a role below an element, in reading order."""
    found = []
    for kid in kids(root):
        if isinstance(kid, pikepdf.Dictionary) and kid.get("/S") is not None:
            if f"/{role}" == kid.S:
                found.append(kid)
            found += elements(kid, role)
    return found


def kids(element: pikepdf.Object) -> list:
    content = element.get("/K", [])
    return list(content) if isinstance(content, pikepdf.Array) else [content]
