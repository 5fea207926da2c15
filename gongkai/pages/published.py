"""What the pages of one department show that are made from its records: disclosures, projects, texts, comparisons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markupsafe import Markup

from gongkai.exports.described import dataset
from gongkai.exports.listing import disclosure_listing
from gongkai.pages import compared, glance, overview
from gongkai.pages.copied import superseded_listing
from gongkai.pages.fragments import fragment_listing
from gongkai.parts import File
from gongkai.planning import portal
from gongkai.planning.compare import repeated_projects
from gongkai.planning.entries import Entry
from gongkai.planning.plan import EVALUATION, Page, Plan, file_address
from gongkai.reading.acts import SiteSettings
from gongkai.reading.evaluation import EVALUATED, in_notice, notice_of
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import Disclosure
from gongkai.tables.sheets import disclosure_sheets, evaluation_sheet, notice_sheets, project_sheet


def shown(
    site: SiteSettings, plan: Plan, page: Page, loaded: LoadedDepartment, files: Mapping[str, File]
) -> dict[str, Any]:
    """What the page's template is filled with; ``files`` are those it may state facts of."""
    department = plan.department(page.locality, page.department)
    context = {"locality": plan.locality(page.locality), "department": department}
    if page.kind in ("compare-years", "compare-project"):
        found = compared.department_context(page.kind, page.path.split("/")[-2], loaded)
        return {**context, "repeated": repeated_projects(department), **found}
    year = _Year(site, page, loaded, files, plan.entry(page))
    return {**context, **year.common(), **getattr(year, page.kind)()}


@dataclass(frozen=True)
class _Year:
    """A page of one disclosure: a method for each kind."""

    site: SiteSettings
    page: Page
    loaded: LoadedDepartment
    files: Mapping[str, File]
    entry: Entry

    @cached_property
    def record(self) -> Disclosure:
        return next(one for one in self.loaded.department.disclosures if one.slug == self.page.year)

    @property
    def name(self) -> str:
        """``…局2026年``."""
        return f"{self.loaded.department.name}{self.entry.disclosure.year_text}"

    def pdf(self, *slugs: str, ending: str = ".pdf") -> File | None:
        return self.files.get(file_address(*self.entry.slugs, *slugs, ending=ending))

    def common(self) -> dict[str, Any]:
        return {
            "disclosure": self.record,
            "summary": self.entry.disclosure,
            "pdf": self.pdf(),
            "project_pdf": self.pdf,
        }

    def data(self, *project: str) -> dict[str, Any]:
        """The data files of the disclosure or project, and what dataset search engines are told of them."""
        slugs = (*self.entry.slugs, *project)
        listed = disclosure_listing(slugs, self.files)
        day, place = self.record.published, self.entry.locality.name
        described = dataset(
            self.site,
            self.page,
            f"{self.loaded.department.name}：{self.page.title}",
            listed,
            self.entry.disclosure.updated,
            self.loaded.department.name,
            temporalCoverage=str(self.record.year or ""),
            spatialCoverage={"@type": "Place", "name": place},
            datePublished=day.isoformat() if day else None,
        )
        return {
            "data_files": listed,
            "fragments": fragment_listing(slugs, self.files),
            "superseded": superseded_listing(self.entry.slugs, self.record, self.files),
            "dataset": described,
        }

    def withdrawn(self) -> dict[str, Any]:
        gone = next(one for one in self.record.withdrawn if one.slug == self.page.project)
        return {"project": gone, "description": f"{self.name}：{self.page.title}（已撤回）"}

    def article(self) -> dict[str, Any]:
        article = next(one for one in self.record.articles if one.slug == self.page.article)
        return {
            "article": article,
            "html": Markup(article.html),
            "pdf": self.pdf(article.slug),
            "description": f"{self.name}：{article.title}",
        }

    def notice(self) -> dict[str, Any]:
        """Its tables and texts, and of 自评 what every project came to."""
        notice = next(one for one in self.record.notices if one.slug == self.page.article)
        named = [one.slug for one in in_notice(self.record, notice)]
        by_slug = {one.slug: one for one in self.entry.disclosure.projects}
        evaluated, target = notice.kind == EVALUATED, self.record.department_target
        return {
            "notice": notice,
            "evaluated": evaluated,
            "sheets": notice_sheets(self.loaded, self.record, notice),
            "pdf": self.pdf(notice.slug),
            "data_files": disclosure_listing((*self.entry.slugs, notice.slug), self.files),
            "projects": [by_slug[slug] for slug in named],
            "texts_of": [one for one in self.entry.disclosure.articles if one.slug in notice.texts],
            "result": glance.result_of(target) if evaluated and target and not notice.projects else None,
            "description": f"{self.page.title}：{len(named)} 个项目",
        }

    def disclosure(self) -> dict[str, Any]:
        projects = self.record.shown
        target = self.record.department_target
        indicators = [indicator for project in projects for indicator in project.indicators]
        return {
            **self.data(),
            "facts": portal.publication_facts(self.site, self.entry, self.record),
            "sheets": disclosure_sheets(self.loaded, self.record),
            "kinds": overview.by_kind(self.entry.disclosure.projects),
            "levels": overview.by_level(indicators or (target.indicators if target else ())),
            "goals": glance.goal_groups(target) if target else (),
            "sources": glance.sources(target.funds) if target else (),
            "description": f"{self.page.title}：公开项目 {len(projects)} 个",
        }

    def project(self) -> dict[str, Any]:
        slug = self.page.project
        project = next(one for one in self.record.projects if one.slug == slug)
        ordered = (None, *self.entry.disclosure.projects, None)
        here = next(at for at, one in enumerate(ordered) if one and one.slug == slug)
        lasting = portal.lasting_address(self.site, self.page.path)
        return {
            **self.data(slug),
            "project": project,
            "sheet": project_sheet(self.loaded, self.record, project),
            "evaluation_sheet": evaluation_sheet(self.loaded, self.record, project),
            "result": glance.result_of(project),
            "notice": notice_of(self.record, project),
            "pdf": self.pdf(slug),
            "evaluation_pdf": self.pdf(slug, ending=EVALUATION),
            "previous": ordered[here - 1],
            "next": ordered[here + 1],
            "project_facts": glance.facts(project),
            "period": glance.period_text(project.period),
            "sources": glance.sources(project.funds),
            "goals": glance.goal_groups(project),
            "history": self.entry.department.projects.get(slug, [])[::-1],
            "repeated": repeated_projects(self.entry.department),
            "description": f"{self.name}预算项目“{project.name}”的绩效目标",
            "qr": portal.qr_code(lasting) if lasting else None,
        }
