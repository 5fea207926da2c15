"""The whole build, in seven steps: load, check, plan, compare, render, print, publish."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from gongkai.assets import site_assets
from gongkai.forms import Form, load_forms
from gongkai.load import Loader
from gongkai.pdf import column_widths
from gongkai.plan import Plan, plan
from gongkai.problems import Problem, ordered
from gongkai.records import Locality
from gongkai.render import Renderer
from gongkai.summaries import DepartmentSummary, LocalitySummary
from gongkai.texts import load_texts
from gongkai.worker import Made, SiteContext, Worker
from gongkai.workspace import Workspace

log = logging.getLogger("gongkai")


@dataclass(frozen=True)
class Outcome:
    """What a run came to: the problems in order, whether the site was published, how many files it has."""

    problems: tuple[Problem, ...]
    published: bool = False
    files: int = 0

    @property
    def ok(self) -> bool:
        """Nothing stopped publication."""
        return not any(problem.blocks for problem in self.problems)


@dataclass(frozen=True)
class Prepared:
    """Steps 1 to 3 done: everything the rest is a function of."""

    forms: dict[str, Form]
    context: SiteContext | None
    asset_files: dict[str, bytes]
    problems: tuple[Problem, ...]


def check(workspace: Workspace) -> Outcome:
    """Steps 1 to 3: read and check everything, publish nothing."""
    return Outcome(tuple(ordered(prepare(workspace).problems)))


def build(workspace: Workspace) -> Outcome:
    """All seven steps. With an error nothing is published and the last good site stays."""
    prepared = prepare(workspace)
    if prepared.context is None or any(problem.blocks for problem in prepared.problems):
        return Outcome(tuple(ordered(prepared.problems)))
    problems = list(prepared.problems)
    from gongkai.publish import publishing

    with publishing(workspace.output) as staging:
        count = 0
        for made in _make(workspace, prepared, prepared.context):
            problems += made.problems
            for path, data in made.files.items():
                staging.write(path, data)
                count += 1
        if any(problem.blocks for problem in problems):
            return Outcome(tuple(ordered(problems)))
        log.info("publish: %d files", count)
        staging.commit()
    return Outcome(tuple(ordered(problems)), published=True, files=count)


def prepare(workspace: Workspace) -> Prepared:
    """Load, check and plan."""
    log.info("load: %s", workspace.content)
    forms, problems = load_forms(workspace.layouts)
    loader = Loader(workspace.root, forms)
    site = loader.site()
    localities = []
    worker = Worker(workspace, forms)
    for locality in loader.localities() if site else ():
        departments = []
        for folder in loader.department_folders(locality):
            summary, found = worker.summarise(locality, folder)
            problems += found
            if summary:
                departments.append(summary)
        localities.append(LocalitySummary(locality, tuple(departments)))
    texts, text_problems = load_texts(workspace.content / "pages")
    problems += [*loader.problems, *text_problems]
    if site is None:
        return Prepared(forms, None, {}, tuple(problems))
    planned, clashes = plan(localities, [(text.slug, text.title) for text in texts])
    log.info("plan: %d pages", len(planned.pages))
    widths = {str(width) for form in forms.values() for width in form.declared.columns}
    names, files = site_assets(workspace.layouts, forms, column_widths(widths))
    context = SiteContext(site, planned, texts, names)
    return Prepared(forms, context, files, (*problems, *clashes))


def _make(workspace: Workspace, prepared: Prepared, context: SiteContext) -> Iterator[Made]:
    """Render and print: assets, the pages made from summaries, then department by department."""
    worker = Worker(workspace, prepared.forms)
    yield Made(files=dict(prepared.asset_files))
    renderer = Renderer(worker.templates, context.site, context.plan, context.texts, context.assets)
    shared = Made()
    by_unit = sorted(context.plan.pages, key=lambda page: page.unit)
    for unit, pages in groupby(by_unit, key=lambda page: page.unit):
        if unit == ("", ""):
            for page in pages:
                worker.render(renderer, page, shared)
            yield shared
            continue
        locality, _ = _find(context.plan, *unit)
        folder = workspace.content / unit[0] / unit[1]
        yield worker.make(context, locality, folder, tuple(pages))


def _find(planned: Plan, locality: str, department: str) -> tuple[Locality, DepartmentSummary]:
    for one in planned.localities:
        for each in one.departments:
            if (one.slug, each.slug) == (locality, department):
                return one.locality, each
    raise LookupError(f"{locality}/{department}")
