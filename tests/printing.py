"""What tests of printing share: the project's records, a printer, and the texts and structure of a PDF."""

import dataclasses
import io
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2

from gongkai.keys import key_of
from gongkai.printing.documents import PrintJob, disclosure_document, disclosure_parts, project_document
from gongkai.printing.fonts import find_fonts
from gongkai.printing.htmlpdf import Printed, Printer, column_widths
from gongkai.printing.sections import Shelf, bind_disclosure
from gongkai.problems import Problem
from gongkai.reading.forms import load_forms
from gongkai.reading.load import LoadedDepartment, Loader
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
    fonts, problems = find_fonts(WORKSPACE.cache)
    assert fonts is not None, problems
    widths = {str(width) for form in forms().values() for width in form.declared.columns}
    return Printer(WORKSPACE.layouts, column_widths(widths), fonts)


@cache
def department(locality: str) -> LoadedDepartment:
    loader = Loader(ROOT, forms())
    place = next(one for one in loader.localities() if one.slug == locality)
    loaded = loader.department(place, loader.department_folders(place)[0])
    assert loaded is not None
    return loaded


def disclosure(loaded: LoadedDepartment, slug: str) -> Disclosure:
    return next(one for one in loaded.department.disclosures if one.slug == slug)


@dataclasses.dataclass(frozen=True, eq=False)
class Whole:
    """The PDF of a disclosure, to be bound from sections in a folder, or printed at once."""

    loaded: LoadedDepartment
    disclosure: Disclosure

    def document(self) -> PrintJob:
        job = disclosure_document(templates(), self.loaded, self.disclosure)
        assert job is not None
        return job

    def bound(self, folder: Path) -> tuple[Printed, list[Problem]] | None:
        parts = disclosure_parts(templates(), self.loaded, self.disclosure)
        keys = {one.slug: key_of(one.slug, repr(one)) for one in self.disclosure.projects if one.disclosed}
        return bind_disclosure(printer(), Shelf(folder, "", keys), parts) if parts else None


@cache
def whole(locality: str, slug: str) -> Whole:
    loaded = department(locality)
    return Whole(loaded, disclosure(loaded, slug))


def single(locality: str, slug: str, project: Project | None = None) -> PrintJob:
    """The document of a project: the given one, or the disclosure's first."""
    loaded = department(locality)
    one = disclosure(loaded, slug)
    job = project_document(templates(), loaded, one, project or one.projects[0])
    assert job is not None
    return job


def first_project(locality: str, slug: str) -> Project:
    return disclosure(department(locality), slug).projects[0]


def many_projects(locality: str, slug: str, count: int) -> Whole:
    """A disclosure with its projects repeated until there are ``count``."""
    loaded = department(locality)
    one = disclosure(loaded, slug)
    real = one.projects
    projects = tuple(
        real[n % len(real)].model_copy(update={"slug": f"p{n}", "name": f"{real[n % len(real)].name}〔{n}〕"})
        for n in range(count)
    )
    files = {(slug, f"p{n}"): loaded.files[slug, real[n % len(real)].slug] for n in range(count)}
    longer = one.model_copy(update={"projects": projects})
    changed = dataclasses.replace(
        loaded,
        files={**loaded.files, **files},
        department=loaded.department.model_copy(update={"disclosures": (longer,)}),
    )
    return Whole(changed, longer)


_printed: dict[Any, tuple[Printed, list[Problem]]] = {}


def printed(job: PrintJob | Whole) -> tuple[Printed, list[Problem]]:
    """A PDF as a build makes it: a disclosure bound where it can be."""
    key = job.html if isinstance(job, PrintJob) else job
    if key not in _printed:
        if isinstance(job, Whole):
            with tempfile.TemporaryDirectory() as folder:
                _printed[key] = job.bound(Path(folder)) or printer().print(job.document())
        else:
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
