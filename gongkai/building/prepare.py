"""Steps 1 to 3: departments that changed are read and checked, the others taken from the last build; pages planned."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from gongkai.building import worker
from gongkai.building.crew import Crew
from gongkai.building.executors import run_all
from gongkai.building.findings import Findings
from gongkai.building.gather import Parts
from gongkai.building.jobs import SiteContext, Surveyed, UnitJob
from gongkai.building.leaks import leaks, mentions, withheld_of
from gongkai.building.stamp import Look
from gongkai.building.state import State, Store, Unit, UnitFiles
from gongkai.checks.personal import check_settings
from gongkai.checks.portal import check_convention, list_pages
from gongkai.exports.addresses import has_feed
from gongkai.keys import fingerprint, folder_key, key_of
from gongkai.pages.assets import column_widths, site_assets
from gongkai.pages.layout_texts import check_layouts
from gongkai.pages.texts import load_texts
from gongkai.planning.plan import Plan
from gongkai.planning.summaries import LocalitySummary
from gongkai.printing.fonts import find_fonts
from gongkai.problems import Problem
from gongkai.reading.forms import Form, load_forms
from gongkai.reading.load import Loader
from gongkai.reading.records import Locality, SiteSettings
from gongkai.tables.words import Words, load_words, navigation_problems
from gongkai.workspace import Workspace

log = logging.getLogger("gongkai")
Progress = Callable[[str, int, int], None]
"""Told of each step: its Chinese name, how much is done, and of how much."""


@dataclass
class Prepared:
    """Steps 1 to 3 done: everything the rest is a function of."""

    forms: dict[str, Form]
    jobs: dict[Unit, UnitJob]
    old: State
    new: State
    context: SiteContext | None = None
    assets: dict[str, bytes] = field(default_factory=dict)
    shell: str = ""
    print_base: str = ""
    """Key of what shapes every PDF besides its records and form."""
    places_key: str = ""
    """Key of the localities' own records."""
    problems: list[Problem] = field(default_factory=list)
    """Those of no department."""

    @property
    def blocked(self) -> bool:
        """Something stops publication."""
        return (
            self.context is None
            or any(problem.blocks for problem in self.problems)
            or any(state.blocked for state in self.new.units.values())
        )

    def findings(self, more: Iterable[Problem] = ()) -> Findings:
        """All problems, and ``more``."""
        packs = (pack for state in self.new.units.values() for pack in state.findings)
        return Findings(packs, (*self.problems, *more))


class Preparer:
    """Does steps 1 to 3 over a workspace. ``seen``: which folders are known to be as the last build left them."""

    def __init__(
        self, workspace: Workspace, crew: Crew, store: Store, code: str, seen: Look, progress: Progress | None
    ) -> None:
        self.workspace, self.crew, self.store, self.code = workspace, crew, store, code
        self.seen, self.progress = seen, progress
        self.jobs: dict[Unit, UnitJob] = {}
        self.parts = Parts(workspace.cache / "parts", code, self.survey)

    def survey(self, unit: Unit) -> Surveyed:
        """Read a department here and now, whatever is known of it."""
        self.crew.here()
        return worker.survey(self.jobs[unit])

    def prepare(self, published: str | None = None) -> Prepared:
        """Load, check and plan. ``published``: identity of the site whose state is wanted; None: any."""
        log.info("load: %s", self.workspace.content)
        forms, problems = load_forms(self.workspace.layouts)
        self.crew.forms = forms
        self.crew.fonts, missing = find_fonts(self.workspace.font_cache)
        loader = Loader(self.workspace.root, forms)
        site = loader.site()
        localities = loader.localities() if site else []
        made = Prepared(forms, self.jobs, self.store.load(published), State())
        shared = self._layout_key("shared")
        made.print_base = key_of(
            shared, self._layout_key("print"), self.crew.fonts.key if self.crew.fonts else ""
        )
        self._jobs(loader, localities, key_of(self.code, made.print_base), made.old)
        self._survey_changed(made)
        texts, text_problems = load_texts(self.workspace.content / "pages")
        made.problems = [*problems, *missing, *loader.problems, *text_problems]
        words, word_problems = load_words(self.workspace.layouts)
        made.problems += [*word_problems, *check_settings(loader.settings)]
        if site is not None:
            planned = Plan(self._tree(localities, made), [(text.slug, text.title) for text in texts])
            names, made.assets = site_assets(self.workspace.layouts, forms, _widths(forms))
            made.context = SiteContext(site, planned, texts, names, has_feed(planned))
            made.shell = self._shell(site, texts, names, shared)
            made.places_key = key_of(*(one.slug + one.model_dump_json() for one in localities))
            self._check_plan(made, planned, words)
            made.problems += self._mentions(made)
            made.problems += self._convention(made.context, made.assets)
            planned.release()
        return made

    def _jobs(self, loader: Loader, localities: Iterable[Locality], common: str, old: State) -> None:
        # A file changed just now could change again within the resolution of its time: read it next time too.
        settled = time.time_ns() - 2_000_000_000
        for locality in localities:
            names = {
                name
                for entry in locality.forms
                for name in (entry.department, entry.project, entry.summary, entry.document)
            }
            form_keys = [
                folder_key(form.folder) for name, form in sorted(self.crew.forms.items()) if name in names
            ]
            base = key_of(common, locality.model_dump_json(), locality.slug, *form_keys)
            for folder in loader.department_folders(locality):
                unit = (locality.slug, folder.name)
                last = old.units.get(unit)
                if last and last.trusted and str(folder) in self.seen.same:
                    signature, newest = last.signature, 0
                else:
                    signature, newest = fingerprint([folder])
                self.jobs[unit] = UnitJob(unit, locality, folder, signature, base, newest < settled)

    def _survey_changed(self, made: Prepared) -> None:
        """Read and check the departments that changed, and note the parts they give to collectors."""
        changed = []
        units = dict.fromkeys(self.jobs)
        for unit, job in self.jobs.items():
            old = made.old.units.get(unit)
            if old and old.trusted and (old.signature, old.base) == (job.signature, job.base):
                made.new.units[unit] = old.unmade()
            else:
                changed.append(job)
        log.info("check: %d departments, %d changed", len(self.jobs), len(changed))
        tasks = ((worker.survey, (job,)) for job in changed)
        executor = self.crew.on(len(changed) // 8)
        for number, surveyed in enumerate(run_all(executor, tasks, self.crew.in_flight), 1):
            self._take(made, surveyed)
            if self.progress:
                self.progress("读取、校验", number, len(changed))
        made.new.units = {unit: made.new.units[unit] for unit in units}

    def _take(self, made: Prepared, surveyed: Surveyed) -> None:
        state, old = surveyed.state, made.old.units.get(surveyed.unit)
        state.summary_key = key_of(repr(state.summary))
        if old and (old.base, old.content, old.keys_key) == (state.base, state.content, state.keys_key):
            state.files, state.count = old.files, old.count  # read again, and nothing is new
        else:
            self.store.keep(surveyed.unit, state, UnitFiles(surveyed.keys))
        self.parts.keep(surveyed)
        made.new.units[surveyed.unit] = state

    def _check_plan(self, made: Prepared, planned: Plan, words: Words) -> None:
        """What is wrong with the plan and layouts; made from just the same as the published they are not looked through."""
        new, old = made.new, made.old
        new.plan_key = key_of(
            made.places_key, *(f"{unit} {state.summary_key}" for unit, state in new.units.items())
        )
        new.checked_key = key_of(made.shell, made.print_base, new.plan_key)
        if old.checked_key == new.checked_key:
            new.plan_problems = old.plan_problems
        else:
            paths = [page.path for page in planned.pages]
            log.info("plan: %d pages", len(paths))
            found = [*planned.collisions(), *leaks(planned.localities, paths)]
            found += check_layouts(self.workspace.layouts)
            new.plan_problems = (*found, *navigation_problems(words, set(paths)))
        made.problems += new.plan_problems

    def _mentions(self, made: Prepared) -> list[Problem]:
        """Where withheld projects are named outside their department; what is as it was published names none."""
        held, known = (
            withheld_of((unit[0], state.summary) for unit, state in units.items() if state.summary)
            for units in (made.new.units, made.old.units)
        )
        content = self.workspace.content
        changed = [
            job.folder
            for unit, job in self.jobs.items()
            if held != known or unit not in made.old.units or made.old.units[unit].signature != job.signature
        ]
        shared = [content / "site.yaml", content / "pages", *sorted(content.glob("*/locality.yaml"))]
        return mentions(self.workspace.root, held, [*shared, *changed])

    def _convention(self, context: SiteContext, assets: Mapping[str, bytes]) -> list[Problem]:
        """What the page convention of the site's choice finds in its lists."""
        pages = list_pages(context.site, context.plan)
        if not pages:
            return []
        self.crew.here()
        made = worker.render_shared(context, pages, {})
        return check_convention(context.site, context.plan, made.files, assets)

    def _tree(self, localities: Iterable[Locality], made: Prepared) -> list[LocalitySummary]:
        units = made.new.units
        return [
            LocalitySummary(
                one, tuple(s.summary for (name, _), s in units.items() if name == one.slug and s.summary)
            )
            for one in localities
        ]

    def _shell(
        self, site: SiteSettings, texts: Iterable[object], names: Mapping[str, str], shared: str
    ) -> str:
        """Key of everything that every page shows or is made with."""
        settings = (site.model_dump_json(), repr(tuple(texts)), repr(sorted(names.items())))
        return key_of(self.code, *settings, self._layout_key("site"), shared)

    def _layout_key(self, name: str) -> str:
        return key_of(*(folder_key(folder / name) for folder in self.workspace.layouts))


def _widths(forms: Mapping[str, Form]) -> str:
    return column_widths({str(width) for form in forms.values() for width in form.declared.columns})
