"""What one process does: reads, checks, prints and renders departments; its state is built once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from gongkai.check import check_department
from gongkai.documents import PrintJob, disclosure_document, project_document
from gongkai.forms import Form
from gongkai.load import LoadedDepartment, Loader
from gongkai.pdf import Printed, Printer, column_widths
from gongkai.plan import Page, Plan
from gongkai.problems import Problem
from gongkai.records import Locality, SiteSettings
from gongkai.render import PdfFacts, Renderer, Text
from gongkai.summaries import DepartmentSummary, summarise
from gongkai.templates import TemplateProblem, Templates
from gongkai.workspace import Workspace


@dataclass(frozen=True)
class SiteContext:
    """What every page of a site shares; small and picklable."""

    site: SiteSettings
    plan: Plan
    texts: tuple[Text, ...]
    assets: Mapping[str, str]


@dataclass
class Made:
    """What came of one department: files of the site by path, facts of its PDFs, problems."""

    files: dict[str, bytes] = field(default_factory=dict)
    pdfs: dict[str, PdfFacts] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


class Worker:
    """Keeps templates, forms and the printer for one process."""

    def __init__(self, workspace: Workspace, forms: Mapping[str, Form]) -> None:
        self.workspace, self.forms = workspace, forms

    @cached_property
    def templates(self) -> Templates:
        """The template environment."""
        return Templates(self.workspace.layouts)

    @cached_property
    def printer(self) -> Printer:
        """The printer; made when the first PDF is printed."""
        widths = {str(width) for form in self.forms.values() for width in form.declared.columns}
        return Printer(self.workspace.layouts, column_widths(widths))

    def read(self, locality: Locality, folder: Path) -> tuple[LoadedDepartment | None, list[Problem]]:
        """Steps 1 and 2 for one department."""
        loader = Loader(self.workspace.root, self.forms)
        loaded = loader.department(locality, folder)
        problems = loader.problems
        if loaded is not None:
            problems += check_department(loaded)
        return loaded, problems

    def summarise(self, locality: Locality, folder: Path) -> tuple[DepartmentSummary | None, list[Problem]]:
        """Steps 1 and 2, keeping only what the whole site needs to know."""
        loaded, problems = self.read(locality, folder)
        return (summarise(loaded.department) if loaded else None), problems

    def make(self, context: SiteContext, locality: Locality, folder: Path, pages: tuple[Page, ...]) -> Made:
        """Steps 5 and 6 for one department. PDFs come first, because pages state their size."""
        made = Made()
        loaded, _ = self.read(locality, folder)
        assert loaded is not None
        for printed, problems in self._print(loaded, made):
            made.files[printed.path] = printed.data
            made.pdfs[printed.path] = PdfFacts(printed.path, len(printed.data), printed.pages)
            made.problems += problems
        renderer = Renderer(self.templates, context.site, context.plan, context.texts, context.assets)
        for page in pages:
            self.render(renderer, page, made, loaded)
        return made

    def render(
        self, renderer: Renderer, page: Page, made: Made, loaded: LoadedDepartment | None = None
    ) -> None:
        """One page into ``made``; a template's mistake becomes a problem."""
        try:
            made.files[page.path] = renderer.page(page, loaded, made.pdfs).encode()
        except TemplateProblem as error:
            made.problems.append(error.problem)

    def _print(self, loaded: LoadedDepartment, made: Made) -> Iterator[tuple[Printed, list[Problem]]]:
        for disclosure in loaded.department.disclosures:
            try:
                jobs: list[PrintJob | None] = [disclosure_document(self.templates, loaded, disclosure)]
                shown = [project for project in disclosure.projects if project.disclosed]
                jobs += [project_document(self.templates, loaded, disclosure, project) for project in shown]
            except TemplateProblem as error:
                made.problems.append(error.problem)
                continue
            for job in jobs:
                if job is not None:
                    yield self.printer.print(job)
