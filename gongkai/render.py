"""Pages → HTML: gathers what each kind of page shows and fills its template."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from gongkai import __version__
from gongkai.load import LoadedDepartment
from gongkai.plan import Crumb, Page, Plan, address, disclosure_title, pdf_address, relative
from gongkai.records import Disclosure, Project, SiteSettings
from gongkai.sheets import disclosure_sheets, project_sheet
from gongkai.summaries import DepartmentSummary, DisclosureSummary, LocalitySummary
from gongkai.templates import Templates


@dataclass(frozen=True, slots=True)
class PdfFacts:
    """What a page says of a PDF it links to."""

    path: str
    size: int
    pages: int


@dataclass(frozen=True)
class Text:
    """A Markdown page of the site: slug, title, its HTML."""

    slug: str
    title: str
    html: Markup


@dataclass(frozen=True)
class Renderer:
    """Fills page templates for one site."""

    templates: Templates
    site: SiteSettings
    plan: Plan
    texts: tuple[Text, ...]
    assets: Mapping[str, str]
    """Asset name → its path in the site."""

    def page(
        self, page: Page, loaded: LoadedDepartment | None = None, pdfs: Mapping[str, PdfFacts] | None = None
    ) -> str:
        """One page as HTML; ``loaded`` is needed for disclosures and projects. Raises TemplateProblem."""
        context = {**self._common(page), **self._specific(page, loaded, pdfs or {})}
        return self.templates.render(f"site/{page.kind}.html", context)

    def _common(self, page: Page) -> dict[str, Any]:
        def url(target: str) -> str:
            return relative(page.path, target)

        return {
            "site": self.site,
            "page": page,
            "crumbs": self._crumbs(page),
            "url": url,
            "asset": lambda name: url(self.assets[name]),
            "texts": self.texts,
            "version": __version__,
            "address": address,
            "disclosure_title": disclosure_title,
        }

    def _specific(
        self, page: Page, loaded: LoadedDepartment | None, pdfs: Mapping[str, PdfFacts]
    ) -> dict[str, Any]:
        if page.kind in ("home", "missing"):
            return {"localities": self.plan.localities}
        if page.kind == "text":
            return {"text": next(text for text in self.texts if address(text.slug) == page.path)}
        locality = self._locality(page)
        if page.kind == "locality":
            return {"locality": locality}
        department = self._department(page)
        if page.kind == "department":
            return {"locality": locality, "department": department}
        assert loaded is not None
        context: dict[str, Any] = {"locality": locality, "department": department, "loaded": loaded}
        return context | self._full(page, department, loaded, pdfs)

    def _full(
        self,
        page: Page,
        department: DepartmentSummary,
        loaded: LoadedDepartment,
        pdfs: Mapping[str, PdfFacts],
    ) -> dict[str, Any]:
        disclosure = next(one for one in loaded.department.disclosures if one.slug == page.year)
        summary = next(one for one in department.disclosures if one.slug == page.year)
        keys = (page.locality, page.department, page.year)
        context: dict[str, Any] = {
            "disclosure": disclosure,
            "summary": summary,
            "pdf": pdfs.get(pdf_address(*keys)),
            "project_pdf": lambda slug: pdfs.get(pdf_address(*keys, slug)),
        }
        if page.kind == "disclosure":
            return context | {"sheets": disclosure_sheets(loaded, disclosure)}
        return context | self._project(page, disclosure, summary, loaded, context["project_pdf"])

    def _project(
        self,
        page: Page,
        disclosure: Disclosure,
        summary: DisclosureSummary,
        loaded: LoadedDepartment,
        project_pdf: Callable[[str], PdfFacts | None],
    ) -> dict[str, Any]:
        slugs = [one.slug for one in summary.projects]
        here = slugs.index(page.project)
        project = find_project(disclosure, page.project)
        return {
            "project": project,
            "sheet": project_sheet(loaded, disclosure, project),
            "pdf": project_pdf(page.project),
            "previous": summary.projects[here - 1] if here else None,
            "next": summary.projects[here + 1] if here + 1 < len(slugs) else None,
        }

    def _locality(self, page: Page) -> LocalitySummary:
        return next(one for one in self.plan.localities if one.slug == page.locality)

    def _department(self, page: Page) -> DepartmentSummary:
        return next(one for one in self._locality(page).departments if one.slug == page.department)

    def _crumbs(self, page: Page) -> list[Crumb]:
        crumbs = [Crumb("首页", "index.html")]
        if page.locality:
            crumbs.append(Crumb(self._locality(page).name, address(page.locality)))
        if page.department:
            crumbs.append(Crumb(self._department(page).name, address(page.locality, page.department)))
        if page.year:
            year = next(one for one in self._department(page).disclosures if one.slug == page.year)
            crumbs.append(Crumb(year.year_text, address(page.locality, page.department, page.year)))
        if page.kind in ("text", "missing", "project"):
            crumbs.append(Crumb(page.title, page.path))
        return crumbs[:-1] if page.kind == "home" else crumbs


def find_project(disclosure: Disclosure, slug: str) -> Project:
    """The project with this file name."""
    return next(project for project in disclosure.projects if project.slug == slug)
