"""What follows from the plan alone: what is wrong with it, where withheld projects are named, pages from summaries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from gongkai.building.artifacts import Artifact, Content, File, Input
from gongkai.building.departments import Departments
from gongkai.building.leaks import Withheld, leaks, mentions, still_named, withheld_now
from gongkai.building.load import Loaded
from gongkai.building.look import Look
from gongkai.building.tasks import Common, Unit, name_of
from gongkai.building.worker import Worker
from gongkai.checks.portal import check_convention, list_pages
from gongkai.keys import key_of
from gongkai.pages.render import Renderer
from gongkai.pages.texts import Text, check_layouts
from gongkai.planning.plan import Page, Plan
from gongkai.privacy.markup import plain
from gongkai.problems import Problem
from gongkai.publishing.manifest import Manifest
from gongkai.publishing.scan import scan_problems
from gongkai.tables.templates import TemplateProblem
from gongkai.tables.words import navigation_problems


@dataclass(frozen=True)
class Planned:
    """What follows from the records alone: the plan, and the key of all summaries it is made from."""

    plan: Plan
    common: Common
    assets: Mapping[str, bytes]
    worker: Worker
    summaries: Input
    records: Mapping[Unit, str]
    """What tells whether any file of a department has changed."""
    withheld: frozenset[Withheld]
    """The projects that may be named nowhere."""
    held: Mapping[Unit, str]
    """The files that stay of departments with errors as they were last published, as the manifest lists them."""

    texts: tuple[Text, ...]
    """The site's own pages, whole."""

    @property
    def places(self) -> Input:
        """The localities' own records, in order."""
        localities = (one.locality for one in self.plan.localities)
        return Input("localities", key_of(*(f"{one.slug} {one.model_dump_json()}" for one in localities)))

    def checks(self) -> Iterator[Artifact]:
        """Artifacts without files: what is wrong with the plan, and with the lists of a page convention."""
        inputs = (*self.common.for_pages, self.summaries)
        yield Artifact("plan", inputs, self._check_plan)
        yield Artifact("convention", inputs, self._check_convention)

    def privacy(self) -> Iterator[Artifact]:
        """The same for what no department's own rules see: what layouts say, where withheld projects are named."""
        layouts = self.worker.workspace.layouts
        yield Artifact(
            "layouts", self.common.inputs("program", "forms", "layouts/site"), lambda: check_layouts(layouts)
        )
        yield from self._mentions()

    def _mentions(self) -> Iterator[Artifact]:
        """Where withheld projects are named outside their department: one look at each department's folder."""
        held = self.withheld
        names = Input("withheld", key_of(repr(sorted(map(repr, held)))))
        content = self.worker.workspace.content
        shared = [content / "site.yaml", content / "pages", *sorted(content.glob("*/locality.yaml"))]
        own = self.common.inputs("program", "settings", "texts")
        inputs = (*own, self.places, names)
        yield Artifact("mentions", inputs, partial(self._mentioned, held, shared))
        for unit, key in self.records.items() if held else ():
            inputs = (*self.common.inputs("program"), names, Input(f"content/{name_of(unit)}", key))
            make = partial(self._mentioned, held, [content.joinpath(*unit)])
            yield Artifact(f"mentions/{name_of(unit)}", inputs, make)
        for unit, files in self.held.items() if held else ():
            inputs = (*self.common.inputs("program"), names, Input("files", key_of(files)))
            yield Artifact(f"mentions/held/{name_of(unit)}", inputs, partial(self._still_named, unit, files))

    def _mentioned(self, held: Iterable[Withheld], folders: Iterable[Path]) -> Iterable[Problem]:
        return mentions(self.worker.workspace.root, held, folders)

    def _still_named(self, unit: Unit, files: str) -> Iterable[Problem]:
        objects = self.worker.objects
        places = {file.path: objects.path(file.sha256) for file in Manifest({"": files})}
        return still_named(self.withheld, f"content/{name_of(unit)}", places)

    def last_look(self, address: str, data: bytes) -> Iterable[Problem]:
        """What a finished file tells of persons that the rules of records have not seen."""
        return scan_problems(address, data, self.worker.workspace.root, lambda: self._judged)

    @cached_property
    def _judged(self) -> str:
        """Said by the records, whose own rules have seen it: large, and asked for with many files."""
        return plain(repr(self.plan.localities))

    def _check_plan(self) -> Iterator[Problem]:
        paths = [page.path for page in self.plan.pages]
        yield from self.plan.collisions()
        yield from leaks(self.plan.localities, paths)
        yield from navigation_problems(self.worker.templates.words, set(paths))

    def _check_convention(self) -> Iterator[Problem]:
        pages = list_pages(self.common.site, self.plan)
        if pages:
            made = {one.address: one.data for one in self.rendered(pages, {}) if isinstance(one, Content)}
            html = {address: data for address, data in made.items() if isinstance(data, bytes)}
            yield from check_convention(self.common.site, self.plan, html, self.assets)

    def rendered(self, pages: Iterable[Page], facts: Mapping[str, File]) -> Iterator[Content | Problem]:
        """Pages made from summaries; what fails is a problem of its page."""
        common = self.common
        renderer = Renderer(self.worker.templates, common.site, self.plan, self.texts, common.assets)
        for page in pages:
            try:
                yield Content(page.path, renderer.page(page, None, facts).encode())
            except TemplateProblem as error:
                yield error.problem


def planned(loaded: Loaded, common: Common, departments: Departments, seen: Look, worker: Worker) -> Planned:
    """What follows from all records as they were ``seen``."""
    tree = tuple(departments.tree(loaded.localities))
    plan = Plan(tree, [(text.slug, text.title) for text in loaded.texts])
    texts = (part for one in departments.found.values() if one.text for part in (name_of(one.unit), one.text))
    summaries = Input("summaries", key_of(repr(loaded.localities), *texts))
    records = {unit: seen.signature(name_of(unit)) for unit in loaded.folders}
    held = {unit: departments.found[unit].files for unit in departments.held if unit in departments.found}
    folders = [worker.workspace.content.joinpath(*unit) for unit in departments.held]
    named = (*departments.found.values(), *departments.held.values())
    withheld = withheld_now(((one.unit[0], one.summary) for one in named if one.summary), folders)
    return Planned(plan, common, loaded.assets, worker, summaries, records, withheld, held, loaded.texts)
