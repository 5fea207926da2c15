"""Pages → HTML: gathers what each kind of page shows and fills its template."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from markupsafe import Markup

from gongkai import __version__
from gongkai.exports.addresses import FEED
from gongkai.exports.dataset import dataset
from gongkai.exports.listing import Facts, data_listing, disclosure_listing
from gongkai.exports.tables import TABLES
from gongkai.pages import answers, glance, overview
from gongkai.pages.fragments import fragment_listing
from gongkai.pages.reached import notice_context, result_of
from gongkai.pages.superseded import superseded_listing, superseded_names
from gongkai.planning import finding, portal
from gongkai.planning.compare import repeated_projects
from gongkai.planning.plan import (
    EVALUATION,
    Crumb,
    Page,
    Plan,
    address,
    disclosure_title,
    notice_title,
    pdf_address,
    to_root,
    yearbook_address,
)
from gongkai.planning.summaries import DepartmentSummary, DisclosureSummary, LocalitySummary
from gongkai.reading.evaluation import notice_of
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import Disclosure, Project
from gongkai.reading.settings import SiteSettings
from gongkai.tables.sheets import disclosure_sheets, evaluation_sheet, project_sheet
from gongkai.tables.templates import Templates
from gongkai.tables.words import Link

LATEST = 10
"""How many disclosures the home page lists as the newest."""


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
    feed: bool = False
    """Whether there is a feed to link to."""
    _frames: dict[tuple[str, str, str], Markup] = field(default_factory=dict, repr=False, compare=False)
    """Header and footer by template, way to the root and current page: the same for nearly all pages."""

    def page(
        self, page: Page, loaded: LoadedDepartment | None = None, pdfs: Mapping[str, Facts] | None = None
    ) -> str:
        """One page as HTML; ``loaded`` is needed for disclosures and projects. Raises TemplateProblem."""
        context = self._common(page)
        context |= self._specific(page, loaded, pdfs or {})
        context["meta"] = self._meta(page, context)
        return self.templates.render(f"site/{page.kind}.html", context)

    # -- what every page shows ----------------------------------------------------------------

    def _common(self, page: Page) -> dict[str, Any]:
        root = self._root(page)

        def url(target: str) -> str:
            return root + target

        def asset(name: str) -> str:
            return root + self.assets[name]

        context = {
            "site": self.site,
            "page": page,
            "root": root,
            "crumbs": self._crumbs(page),
            "url": url,
            "asset": asset,
            "assets": self.assets,
            "texts": self.texts,
            "version": __version__,
            "address": address,
            "disclosure_title": disclosure_title,
            "lasting": portal.lasting_address(self.site, page.path),
            "facts": (),
            "dataset": "",
            "feed": FEED if self.feed else "",
        }
        context["header"] = self._frame("site/header.html", root, page, context)
        context["footer"] = self._frame("site/footer.html", root, page, context)
        return context

    def _root(self, page: Page) -> str:
        """A server answers with 404.html at any depth, so its links start at the site's root, once that is known."""
        if page.kind == "missing":
            return portal.root_path(self.site) or ""
        return to_root(page.path)

    def _frame(self, template: str, root: str, page: Page, context: Mapping[str, Any]) -> Markup:
        links = self._navigation
        current = page.path if any(link.target == page.path for link in links) else ""
        key = (template, root, current)
        if key not in self._frames:
            html = self.templates.render(template, {**context, "navigation": links, "current": current})
            self._frames[key] = Markup(html)
        return self._frames[key]

    @cached_property
    def _navigation(self) -> tuple[Link, ...]:
        own = self.templates.words.navigation
        if own is not None:
            return own
        named = {
            "首页": "index.html", "项目": "projects/index.html", "检索": "search/index.html",
            "索引": "index/index.html",
            "比较": "compare/index.html", "数据": "data/index.html",
        }  # fmt: skip
        links = [(self.templates.words.words[word], target) for word, target in named.items()]
        links += [(text.title, address(text.slug)) for text in self.texts]
        return tuple(Link.model_construct(label=label, target=target) for label, target in links)

    def _crumbs(self, page: Page) -> list[Crumb]:
        if page.kind == "home":
            return []
        crumbs = [Crumb(self.templates.words.words["首页"], "index.html")]
        if page.locality:
            crumbs.append(Crumb(self.plan.locality(page.locality).name, address(page.locality)))
        if page.department:
            name = self.plan.department(page.locality, page.department).name
            crumbs.append(Crumb(name, address(page.locality, page.department)))
        if page.year:
            keys = (page.locality, page.department, page.year)
            crumbs.append(Crumb(self._summary(page).year_text, address(*keys)))
        if page.kind not in ("locality", "department", "disclosure"):
            crumbs.append(Crumb(page.title, page.path))
        return crumbs

    def _meta(self, page: Page, context: Mapping[str, Any]) -> list[tuple[str, str]]:
        summary = context.get("summary")
        column = self.plan.department(page.locality, page.department).name if page.department else page.title
        if page.kind == "home":
            column = self.site.title
        stated = context["disclosure"].facts if "disclosure" in context else {}
        own = portal.page_meta(page, context["lasting"], column, context["description"], summary, stated)
        return portal.site_meta(self.site) + own

    # -- what each kind shows -----------------------------------------------------------------

    def _specific(
        self, page: Page, loaded: LoadedDepartment | None, pdfs: Mapping[str, Facts]
    ) -> dict[str, Any]:
        if page.kind in ("home", "missing"):
            return self._home()
        if page.kind in answers.PAGES:
            return {"description": f"{self.site.title}：{page.title}"} | answers.PAGES[page.kind](
                self.plan, page.locality
            )
        if page.kind in ("search", "compare", "index-az"):
            return self._finding(page)
        if page.kind == "glossary":
            return {"description": f"{self.site.title}：绩效目标、指标、资金的名词解释"}
        if page.kind in ("data", "dictionary"):
            return self._open_data(page, pdfs)
        if page.kind == "text":
            text = next(text for text in self.texts if address(text.slug) == page.path)
            return {"text": text, "description": f"{self.site.title}：{text.title}"}
        locality = self.plan.locality(page.locality)
        if page.kind == "locality":
            return self._locality(locality, pdfs)
        department = self.plan.department(page.locality, page.department)
        if page.kind == "department":
            return self._department(locality, department)
        assert loaded is not None
        context: dict[str, Any] = {"locality": locality, "department": department, "loaded": loaded}
        if page.kind in ("compare-years", "compare-project"):
            context["repeated"] = repeated_projects(department)
            return context | finding.department_context(page.kind, page.path.split("/")[-2], loaded)
        return context | self._full(page, department, loaded, pdfs)

    def _finding(self, page: Page) -> dict[str, Any]:
        if page.kind == "index-az":
            index = self.plan.index[tuple(page.path.split("/")[:-1])]
            return {"index": index, "description": f"{self.site.title}：{page.title}"}
        return finding.shared_context(page.kind, self.plan.localities, self.site.title)

    def _open_data(self, page: Page, files: Mapping[str, Facts]) -> dict[str, Any]:
        if page.kind == "dictionary":
            return {"tables": TABLES, "description": f"{self.site.title}：数据文件的表和列"}
        listing = data_listing(self.plan, files)
        description = f"{self.site.title}：全部公开数据下载"
        return {
            "listing": listing,
            "description": description,
            "dataset": dataset(
                self.site, page, description, listing.whole, modified=str(self.plan.updated or "")
            ),
        }

    def _home(self) -> dict[str, Any]:
        entries = overview.entries(self.plan.localities)
        return {
            **answers.home(self.plan, entries),
            "branches": overview.tree(self.plan.localities),
            "totals": overview.totals(entries),
            "years": overview.by_year(entries),
            "cells": overview.cells(entries),
            "latest": overview.latest(entries, LATEST),
            "description": f"{self.site.title}：各地区、各部门、各年度公开的预算绩效目标",
        }

    def _locality(self, locality: LocalitySummary, pdfs: Mapping[str, Facts]) -> dict[str, Any]:
        entries = overview.entries([locality])
        return {
            "locality": locality,
            "superior": self._superior(locality),
            "inferiors": [one for one in self.plan.localities if one.locality.parent == locality.slug],
            "totals": overview.totals(entries),
            "years": overview.by_year(entries),
            "yearbook": lambda year: pdfs.get(yearbook_address(locality.slug, year)),
            "description": f"{locality.name}各部门公开的预算绩效目标",
        }

    def _superior(self, locality: LocalitySummary) -> LocalitySummary | None:
        parent = locality.locality.parent
        return next((one for one in self.plan.localities if one.slug == parent), None)

    def _department(self, locality: LocalitySummary, department: DepartmentSummary) -> dict[str, Any]:
        one = LocalitySummary(locality.locality, (department,))
        columns, rows = overview.over_years(department)
        return {
            "locality": locality,
            "department": department,
            "years": overview.by_year(overview.entries([one])),
            "columns": columns,
            "rows": rows,
            "comparisons": [
                (title.partition("：")[2], address(locality.slug, department.slug, *last))
                for kind, last, title in finding.department_slugs(department)
                if kind == "compare-years"
            ],
            "repeated": repeated_projects(department),
            "description": f"{department.name}历年公开的预算绩效目标",
        }

    def _full(
        self,
        page: Page,
        department: DepartmentSummary,
        loaded: LoadedDepartment,
        pdfs: Mapping[str, Facts],
    ) -> dict[str, Any]:
        disclosure = next(one for one in loaded.department.disclosures if one.slug == page.year)
        summary = self._summary(page)
        keys = (page.locality, page.department, page.year)
        context: dict[str, Any] = {
            "disclosure": disclosure,
            "summary": summary,
            "pdf": pdfs.get(pdf_address(*keys)),
            "project_pdf": lambda slug: pdfs.get(pdf_address(*keys, slug)),
            "evaluation_pdf": lambda slug: pdfs.get(pdf_address(*keys, slug, ending=EVALUATION)),
            "notices": [(one, notice_title(department, summary, one)) for one in summary.notices],
        }
        if page.kind == "withdrawn":
            gone = next(one for one in disclosure.withdrawn if one.slug == page.project)
            description = f"{department.name}{summary.year_text}：{page.title}（已撤回）"
            return context | {"project": gone, "description": description}
        if page.kind == "article":
            return context | self._article(page, disclosure, department, context["project_pdf"])
        if page.kind == "notice":
            return context | notice_context(page, disclosure, summary, loaded, pdfs)
        context |= self._data_of(page, department, disclosure, pdfs)
        if page.kind == "disclosure":
            return context | self._disclosure(page, disclosure, summary, loaded)
        return context | self._project(page, disclosure, summary, loaded, context["project_pdf"])

    def _data_of(
        self, page: Page, department: DepartmentSummary, disclosure: Disclosure, files: Mapping[str, Facts]
    ) -> dict[str, Any]:
        """The data files of a disclosure or project, and what dataset search engines are told of them."""
        slugs = (page.locality, page.department, page.year, page.project)
        listed = disclosure_listing(slugs if page.project else slugs[:3], files)
        described = dataset(
            self.site,
            page,
            f"{department.name}：{page.title}",
            listed,
            year=disclosure.year,
            place=self.plan.locality(page.locality).name,
            publisher=department.name,
            published=disclosure.published.isoformat() if disclosure.published else None,
            modified=day.isoformat() if (day := self._summary(page).updated) else None,
        )
        fragments = fragment_listing(slugs if page.project else slugs[:3], files)
        superseded = superseded_listing(slugs[:3], superseded_names(disclosure), files)
        return {"data_files": listed, "fragments": fragments, "superseded": superseded, "dataset": described}

    def _disclosure(
        self, page: Page, disclosure: Disclosure, summary: DisclosureSummary, loaded: LoadedDepartment
    ) -> dict[str, Any]:
        locality = self.plan.locality(page.locality)
        department = self.plan.department(page.locality, page.department)
        shown = disclosure.shown
        target = disclosure.department_target
        indicators = [indicator for project in shown for indicator in project.indicators]
        return {
            "facts": portal.publication_facts(self.site, locality, department, disclosure),
            "sheets": disclosure_sheets(loaded, disclosure),
            "kinds": overview.by_kind(summary.projects),
            "levels": overview.by_level(indicators or (target.indicators if target else ())),
            "goals": glance.goal_groups(target) if target else (),
            "sources": glance.sources(target.funds) if target else (),
            "description": f"{page.title}：公开项目 {len(shown)} 个",
        }

    def _article(
        self,
        page: Page,
        disclosure: Disclosure,
        department: DepartmentSummary,
        pdf: Callable[[str], Facts | None],
    ) -> dict[str, Any]:
        article = next(one for one in disclosure.articles if one.slug == page.article)
        return {
            "article": article,
            "html": Markup(article.html),
            "pdf": pdf(article.slug),
            "description": f"{department.name}{self._summary(page).year_text}：{article.title}",
        }

    def _project(
        self,
        page: Page,
        disclosure: Disclosure,
        summary: DisclosureSummary,
        loaded: LoadedDepartment,
        project_pdf: Callable[[str], Facts | None],
    ) -> dict[str, Any]:
        slugs = [one.slug for one in summary.projects]
        here = slugs.index(page.project)
        project = find_project(disclosure, page.project)
        department = self.plan.department(page.locality, page.department)
        return {
            "project": project,
            "sheet": project_sheet(loaded, disclosure, project),
            "evaluation_sheet": evaluation_sheet(loaded, disclosure, project),
            "result": result_of(project),
            "notice": notice_of(disclosure, project),
            "pdf": project_pdf(page.project),
            "previous": summary.projects[here - 1] if here else None,
            "next": summary.projects[here + 1] if here + 1 < len(slugs) else None,
            "project_facts": glance.facts(project),
            "period": glance.period_text(project.period),
            "sources": glance.sources(project.funds),
            "goals": glance.goal_groups(project),
            "history": overview.history(department, page.project),
            "repeated": repeated_projects(department),
            "description": f"{department.name}{summary.year_text}预算项目“{project.name}”的绩效目标",
            "qr": portal.qr_code(lasting)
            if (lasting := portal.lasting_address(self.site, page.path))
            else None,
        }

    def _summary(self, page: Page) -> DisclosureSummary:
        department = self.plan.department(page.locality, page.department)
        return next(one for one in department.disclosures if one.slug == page.year)


def find_project(disclosure: Disclosure, slug: str) -> Project:
    """The project with this file name."""
    return next(project for project in disclosure.projects if project.slug == slug)
