"""Summaries → every page and file of the site with its address; two on one address is a problem."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import product
from typing import Literal

from gongkai.planning.alphabet import IndexPage, index_pages
from gongkai.planning.compare import repeated_projects, year_pairs
from gongkai.planning.entries import Entry, entries
from gongkai.planning.summaries import DepartmentSummary, DisclosureSummary, LocalitySummary
from gongkai.problems import Place, Problem, Severity

Kind = (
    Literal["home", "missing", "text", "data", "dictionary", "glossary", "search", "index-az", "corrections"]
    | Literal["locality", "department", "disclosure", "project", "article", "withdrawn", "notice"]
    | Literal["projects", "projects-locality", "charts-locality"]
    | Literal["compare", "compare-locality", "compare-years", "compare-project"]
)
EVALUATION = "-evaluation.pdf"


@dataclass(frozen=True, slots=True)
class Page:
    """One page: ``path`` is its file in the site; the keys say which record it shows (slugs, "" for none)."""

    path: str
    kind: Kind
    title: str
    locality: str = ""
    department: str = ""
    year: str = ""
    project: str = ""
    article: str = ""

    @property
    def record(self) -> Place:
        """The file to mend what is wrong on the page: the record or text it is made from, else the page itself."""
        if self.kind == "text":
            return Place(f"content/pages/{self.path.removesuffix('/index.html')}.md", 1, 1)
        slugs = [slug for slug in (self.locality, self.department, self.year) if slug]
        name = ("", "locality.yaml", "department.yaml", "disclosure.yaml")[len(slugs)]
        if self.kind == "article":
            name = f"{self.article}.md"
        elif self.project:
            name = f"{self.project}.yaml"
        return Place("/".join(("content", *slugs, name)), 1, 1) if name else Place(f"output/{self.path}")


@dataclass(frozen=True, slots=True)
class Redirect:
    """A page's former address: who comes there is led to the page. ``source`` is the page whose record says so."""

    path: str
    page: Page
    source: Page


class Plan:
    """The tree of summaries, and every page and redirect that follows from it, each worked out when it is asked for.

    ``texts`` are (slug, title) of the Markdown pages.
    """

    def __init__(self, localities: Sequence[LocalitySummary], texts: Iterable[tuple[str, str]] = ()) -> None:
        self.localities, self._texts = tuple(localities), tuple(texts)

    def locality(self, slug: str) -> LocalitySummary:
        """The locality of this name. Raises KeyError."""
        return self._localities[slug]

    def department(self, locality: str, slug: str) -> DepartmentSummary:
        """The department of this name. Raises KeyError."""
        return self._departments[locality, slug]

    def entry(self, page: Page) -> Entry:
        """The disclosure that a page belongs to. Raises KeyError."""
        return self._entries[page.locality, page.department, page.year]

    @cached_property
    def updated(self) -> date | None:
        """The newest date in the records: of a disclosure, its corrections or withdrawals."""
        days = (one.disclosure.updated for one in self._entries.values())
        return max(filter(None, days), default=None)

    @property
    def pages(self) -> tuple[Page, ...]:
        """All pages, in the site's order; not kept, as of a large site they take much memory."""
        found = [*self._own_pages()]
        for locality in self.localities:
            found += _locality(locality)
            for department in locality.departments:
                found += _department(locality, department)
        return tuple(found)

    def pages_of(self, locality: str, department: str) -> tuple[Page, ...]:
        """The pages made with one department's records at hand."""
        return tuple(_department(self.locality(locality), self.department(locality, department)))

    @property
    def shared_pages(self) -> Iterator[Page]:
        """The pages made from summaries alone."""
        yield from self._own_pages()
        for locality in self.localities:
            yield from _locality(locality)

    @cached_property
    def redirects(self) -> tuple[Redirect, ...]:
        """All former addresses; without looking at a page where no record has one."""
        renamed = [(one.slug, names) for one in self.localities for names in _renamed(one)]
        by_path = {page.path: page for page in self.pages} if renamed else {}
        return tuple(found for slug, names in renamed for found in _former_addresses(slug, names, by_path))

    def record_of(self, path: str) -> Place:
        """The file to mend what is wrong at an address."""
        return next((page.record for page in self.pages if page.path == path), Place(f"output/{path}"))

    def collisions(self) -> list[Problem]:
        """Two pages on one address."""
        problems: list[Problem] = []
        taken: dict[str, Page] = {}
        for page in self.pages:
            other = taken.setdefault(page.path.lower(), page)
            if other is not page:
                message = f"“{page.title}”与“{other.title}”的网址都是 /{page.path}"
                hint = "请把其中一个的文件或文件夹改名。"
                problems.append(Problem(page.record, "plan.address", Severity.ERROR, message, hint))
        for redirect in self.redirects:
            holder = taken.get(redirect.path.lower())
            taken.setdefault(redirect.path.lower(), redirect.page)
            if holder is not None:
                message = f"“{redirect.page.title}”的曾用网址 /{redirect.path} 已经用于“{holder.title}”"
                hint = "请从“曾用文件名”里删去这个名称：一个网址只能通向一处。"
                problems.append(Problem(redirect.source.record, "plan.former", Severity.ERROR, message, hint))
        return problems

    @cached_property
    def index(self) -> dict[tuple[str, ...], IndexPage]:
        """The pages of the index by the slugs of their address."""
        return {page.slugs: page for page in index_pages(self.localities)}

    @cached_property
    def _localities(self) -> dict[str, LocalitySummary]:
        return {one.slug: one for one in self.localities}

    @cached_property
    def _entries(self) -> dict[tuple[str, str, str], Entry]:
        return {one.slugs: one for one in entries(self.localities)}

    @cached_property
    def _departments(self) -> dict[tuple[str, str], DepartmentSummary]:
        return {(one.slug, each.slug): each for one in self.localities for each in one.departments}

    def _own_pages(self) -> Iterator[Page]:
        yield Page("index.html", "home", "首页")
        yield Page("404.html", "missing", "找不到页面")
        yield data_page()
        yield Page("data/dictionary.html", "dictionary", "数据字典")
        yield Page("glossary/index.html", "glossary", "名词解释")
        yield Page("search/index.html", "search", "检索")
        for page in self.index.values():
            yield Page(address(*page.slugs), "index-az", page.title)
        yield Page("projects/index.html", "projects", "项目")
        yield Page("compare/index.html", "compare", "比较")
        yield Page("corrections/index.html", "corrections", "更正和撤回")
        for slug, title in self._texts:
            yield Page(f"{slug}/index.html", "text", title)


def data_page() -> Page:
    """The page of data files: the one made from summaries that states facts of them."""
    return Page("data/index.html", "data", "数据下载")


def _locality(locality: LocalitySummary) -> Iterator[Page]:
    """The pages of a locality that are made from summaries."""
    slug, name = locality.slug, locality.name
    yield Page(address(slug), "locality", name, slug)
    if any(year.projects for year in locality.disclosures):
        yield Page(address(slug, "projects"), "projects-locality", f"{name}：各年度最大的项目", slug)
    if any(year.funds for year in locality.disclosures):
        yield Page(address(slug, "charts"), "charts-locality", f"{name}：图表", slug)
    if len(locality.departments) > 1:
        yield Page(address(slug, "compare"), "compare-locality", f"{name}：各部门比较", slug)


def _department(locality: LocalitySummary, department: DepartmentSummary) -> Iterator[Page]:
    slugs = (locality.slug, department.slug)
    yield Page(address(*slugs), "department", department.name, *slugs)
    for disclosure in department.disclosures:
        yield from _disclosure(*slugs, disclosure)
    for older, newer in year_pairs(department):
        title = f"{department.name}：{older.year_text}与{newer.year_text}比较"
        yield Page(address(*slugs, f"{older.slug}-{newer.slug}"), "compare-years", title, *slugs)
    for slug, name in repeated_projects(department).items():
        yield Page(address(*slugs, "history", slug), "compare-project", f"{name}：历年比较", *slugs)


def _disclosure(locality: str, department: str, disclosure: DisclosureSummary) -> Iterator[Page]:
    keys = (locality, department, disclosure.slug)
    yield Page(address(*keys), "disclosure", disclosure.title, *keys)
    for project in disclosure.projects:
        yield Page(address(*keys, project.slug), "project", project.name, *keys, project.slug)
    for article in disclosure.articles:
        yield Page(address(*keys, article.slug), "article", article.title, *keys, article=article.slug)
    for notice in disclosure.notices:
        yield Page(address(*keys, notice.slug), "notice", notice.title or "", *keys, article=notice.slug)
    for gone in disclosure.withdrawn:
        yield Page(address(*keys, gone.slug), "withdrawn", gone.name, *keys, gone.slug)


def _renamed(locality: LocalitySummary) -> Iterator[tuple[tuple[str, ...], ...]]:
    """The present and former names of each page's department, year and own folder, where any had another."""
    for department in locality.departments:
        names: list[tuple[tuple[str, ...], ...]] = [((department.slug, *department.former),)]
        for year in department.disclosures:
            above = (*names[0], (year.slug, *year.former))
            inner = [(one.slug, *one.former) for one in year.projects]
            inner += [(one.slug, *one.former) for one in year.withdrawn]
            inner += [*((one.slug,) for one in year.articles), *((one.slug,) for one in year.notices)]
            names += [above, *((*above, one) for one in inner)]
        yield from (one for one in names if any(len(each) > 1 for each in one))


def _former_addresses(
    locality: str, names: tuple[tuple[str, ...], ...], pages: Mapping[str, Page]
) -> Iterator[Redirect]:
    """``names`` are the present and former names of department, year and project."""
    now = tuple(each[0] for each in names)
    for slugs in product(*names):
        if changed := [at for at, slug in enumerate(slugs) if slug is not names[at][0]]:
            source = pages[address(locality, *now[: changed[0] + 1])]
            yield Redirect(address(locality, *slugs), pages[address(locality, *now)], source)


def address(*slugs: str) -> str:
    """The page file of a locality, department, year or project."""
    return "/".join((*slugs, "index.html"))


def file_address(*slugs: str, ending: str = ".pdf") -> str:
    """A file of a disclosure (three slugs), a project, a text or a notice (four), named so that it tells itself apart on a
    disk: ``…/dongguan-gongwei-2026.pdf``. Other endings: EVALUATION of what a project reached, ``.json``, ``.xlsx``,
    ``-<table>.csv``, and ``.html``, ``-<table>.html`` for tables to paste.
    """
    return "/".join((*slugs, f"{'-'.join(slugs)}{ending}"))


def yearbook_address(locality: str, year: str) -> str:
    """The PDF that binds all disclosures of a locality's year (the slug of the year's folders)."""
    return f"{locality}/{locality}-{year}-yearbook.pdf"


def to_root(path: str) -> str:
    """What a page at ``path`` puts before an address to link to it; works on a server and from a disk."""
    return "../" * path.count("/")
