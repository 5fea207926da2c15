"""A department as it was read: its records, the documents that places are looked up in, the forms in force for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from gongkai.problems import Place
from gongkai.reading.acts import FormNames, Notice
from gongkai.reading.evaluation import is_evaluated, waiting, without_later
from gongkai.reading.forms import Form
from gongkai.reading.records import Department, Disclosure, Locality, Project
from gongkai.reading.source import Document, Path_, suggestion, validated

_TARGETS = {"project", "summary", "document"}
FORM_KEYS = {name: info.alias or name for name, info in FormNames.model_fields.items()}
"""Under which key of 表式 a form is named."""


@dataclass(frozen=True)
class FormSet:
    """The forms in force for one disclosure, each None where there is none of its kind; ``own`` are those of projects
    that name their own, by slug.
    """

    department: Form | None = None
    project: Form | None = None
    summary: Form | None = None
    document: Form | None = None
    evaluation: Form | None = None
    department_evaluation: Form | None = None
    own: Mapping[str, FormSet] = field(default_factory=dict)

    @classmethod
    def of(cls, forms: Mapping[str, Form | None]) -> FormSet:
        """From the forms by what they show."""
        get = forms.get
        targets = (get("department"), get("project"), get("summary"), get("document"))
        return cls(*targets, get("evaluation"), get("department_evaluation"))

    def for_project(self, slug: str) -> FormSet:
        """What holds for one project."""
        return self.own.get(slug, self)

    @property
    def target(self) -> Form | None:
        """The form that a project's target is published in."""
        return self.project or self.summary or self.document

    @cached_property
    def for_projects(self) -> Form | None:
        """The form whose required fields hold for projects, with the own fields of all that show them."""
        return _with_own_of(self.target, self.summary, self.document, self.evaluation)

    @cached_property
    def for_department(self) -> Form | None:
        """The same for 部门整体绩效目标."""
        return _with_own_of(self.department or self.department_evaluation, self.department_evaluation)

    def tables_of(self, slug: str, *, evaluated: bool) -> tuple[Form, ...]:
        """The forms whose tables a project's record stands on; ``""``: a department's target."""
        forms = self.for_project(slug)
        of_project = (forms.document, forms.summary, forms.project, forms.evaluation if evaluated else None)
        of_department = (self.department, self.department_evaluation if evaluated else None)
        return tuple(form for form in (of_project if slug else of_department) if form)

    @cached_property
    def all(self) -> tuple[Form, ...]:
        """Every form of it, each once."""
        names = (getattr(self, name) for name in FormNames.model_fields)
        inner = (form for each in self.own.values() for form in each.all)
        return tuple({form.id: form for form in (*names, *inner) if form}.values())


def _with_own_of(form: Form | None, *others: Form | None) -> Form | None:
    """The form with the others' own fields among its own; the first of two with one label holds."""
    forms = [one for one in (form, *others) if one is not None]
    if not forms:
        return None
    own = {field.label: field for one in reversed(forms) for field in reversed(one.declared.own)}
    first = forms[0]
    if len(own) == len(first.declared.own):
        return first
    ordered = (*first.declared.own, *(one for one in own.values() if one not in first.declared.own))
    return replace(first, declared=first.declared.model_copy(update={"own": ordered}))


class FormChoice:
    """Which forms hold for a year and for a project; names of forms that are none, and records without one, are told."""

    def __init__(self, forms: Mapping[str, Form], tell: Callable[[Place, str, str, str], None]) -> None:
        self.forms, self.tell = forms, tell

    def check_names(self, names: FormNames, document: Document, base: Path_) -> None:
        """Each form that is named must be there, and of what its key says."""
        for kind, name in names.named():
            form, place = self.forms.get(name), document.place((*base, FORM_KEYS[kind]))
            if form is None:
                self._tell_unknown_form(place, name, kind)
            elif form.use != kind:
                hint = f"它是{FORM_KEYS[form.use]}，请写在“{FORM_KEYS[form.use]}”下面。"
                self.tell(place, "load.form", f"表式“{name}”不是{FORM_KEYS[kind]}", hint)

    def of_year(self, locality: Locality, year: str | None, document: Document | None) -> FormSet:
        """The locality's forms of the year, and over them those that the disclosure names."""
        number = int(year) if year and year.isdigit() and len(year) == 4 else None
        covering = [entry for entry in locality.forms if entry.covers(number)]
        named = [kind for entry in covering for kind, _ in entry.named()]
        twice = {FORM_KEYS[kind] for kind in named if named.count(kind) > 1}
        found: dict[str, Form] = {}
        for entry in covering:
            found |= {kind: self.forms[name] for kind, name in entry.named() if name in self.forms}
        if document is None:
            return FormSet.of(found)
        raw = document.fields.get("表式")
        if isinstance(raw, dict) and (names := validated(FormNames, document, [], raw)):
            self.check_names(names, document, ("表式",))
            own = {kind: self.forms[name] for kind, name in names.named() if name in self.forms}
            if own.keys() & _TARGETS:  # they take the place of all that show the year's projects
                found = {kind: form for kind, form in found.items() if kind not in _TARGETS}
            found |= own
        elif not covering or twice:
            count = "没有" if not covering else f"“{'、'.join(sorted(twice))}”有两种"
            hint = f"请在 content/{locality.slug}/locality.yaml 的“表式”里改正起始年度和截止年度。"
            message = f"{locality.name} {year or '未注明年度'}：{count}适用的表式"
            self.tell(document.place(("年度",)), "load.forms-in-force", message, hint)
        return FormSet.of(found)

    def of_project(self, document: Document, forms: FormSet) -> FormSet | None:
        """The forms that a project names for itself, with the others'; None where it names none."""
        names = document.fields.get("表式")
        if not isinstance(names, list) or not names:
            return None
        for index, name in enumerate(names):
            place, form = document.place(("表式", index)), self.forms.get(str(name))
            if form is None:
                self._tell_unknown_form(place, str(name), "project", "evaluation")
            elif form.subject != "project":
                hint = "项目自己的表式只能是一个项目一张的表；别的写在 disclosure.yaml 或 locality.yaml 里。"
                self.tell(place, "load.form", f"表式“{name}”不是项目表", hint)
            elif form.evaluates:
                forms = replace(forms, evaluation=form)
            else:
                forms = replace(forms, project=form, summary=None, document=None)
        return forms

    def check_has_form(
        self, locality: Locality, disclosure: Disclosure, document: Document, forms: FormSet
    ) -> None:
        """A record that no form shows would be published without its table, and nobody would notice."""
        if not (forms.all or any(entry.covers(disclosure.year) for entry in locality.forms)):
            return  # which is told already
        shown = [(forms.for_project(one.slug), is_evaluated(one)) for one in disclosure.shown]
        target = disclosure.department_target
        reached = target is not None and is_evaluated(target)
        tables = target is None or forms.tables_of("", evaluated=reached)
        unshown = any(not (its.target or (done and its.evaluation)) for its, done in shown)
        unevaluated = any(done and not its.evaluation for its, done in shown)
        whole = bool(tables) and reached and forms.department_evaluation is None
        lacking = (
            (unshown, "项目", ("project", "summary", "document")),
            (unevaluated, "项目自评", ("evaluation",)),
            (not tables, "部门整体绩效目标", ("department",)),
            (whole, "部门整体自评", ("department_evaluation",)),
        )
        year = f"{disclosure.year}年" if disclosure.year else "年度未注明"
        for what, kinds in (told for lacks, *told in lacking if lacks):
            known = "；".join(f"{FORM_KEYS[str(kind)]}：{self._known(str(kind))}" for kind in kinds)
            message = f"{locality.name}没有{year}的{what}用的表式，不能印出表来"
            hint = f"请在 content/{locality.slug}/locality.yaml 的“表式”里写上一种。可以选的有 {known}。"
            self.tell(document.place(("年度",)), "load.no-form", message, hint)

    def _tell_unknown_form(self, place: Place, name: str, *kinds: str) -> None:
        hint = suggestion(name, self.forms) or f"layouts/forms/ 里这一类表式有：{self._known(*kinds)}。"
        self.tell(place, "load.form", f"没有表式“{name}”", hint)

    def _known(self, *kinds: str) -> str:
        return "、".join(name for name, form in self.forms.items() if form.use in kinds) or "无"


# -- what was read ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class LoadedDepartment:
    """One department with all its years: the record, and for places the documents it was read from.

    ``documents`` go by disclosure and project (``""`` for the disclosure, and both for the department), texts by their
    file's name. ``incomplete`` are the disclosures with a file that could not be used: rules about the whole must not
    judge them.
    """

    locality: Locality
    department: Department
    documents: Mapping[tuple[str, str], Document] = field(default_factory=dict)
    forms: Mapping[str, FormSet] = field(default_factory=dict)
    incomplete: frozenset[str] = frozenset()

    @property
    def withdrawn(self) -> Iterator[tuple[str, str]]:
        """The keys in ``documents`` of what is published no longer but for its name."""
        for disclosure in self.department.disclosures:
            keys = ((disclosure.slug, project.slug) for project in disclosure.withdrawn)
            yield from (key for key in keys if key in self.documents)
            if disclosure.withdrawal:
                yield disclosure.slug, ""

    @property
    def notices(self) -> Iterator[Notice]:
        """The notices of all years."""
        return (notice for one in self.department.disclosures for notice in one.notices)

    def due(self, today: date) -> LoadedDepartment:
        """Without what is published on a later day: disclosures as if their folders were not there, and notices."""
        later = {one.slug for one in self.department.disclosures if one.published and one.published > today}
        if not later and not any(map(waiting(today), self.notices)):
            return self
        kept = (one for one in self.department.disclosures if one.slug not in later)
        left = tuple(without_later(one, today) for one in kept)
        return replace(
            self,
            department=self.department.model_copy(update={"disclosures": left}),
            documents={key: one for key, one in self.documents.items() if key[0] not in later},
        )

    def document(self, disclosure: str, project: str = "") -> Document:
        """The file a disclosure (or one of its projects) was read from."""
        return self.documents[disclosure, project]


def without_withdrawn(disclosure: Disclosure) -> Disclosure:
    """What stays published: of a project that was withdrawn its name, of a whole disclosure its title and date."""
    whole = disclosure.withdrawal
    if whole is None:
        gone = tuple(project for project in disclosure.shown if project.withdrawal)
        left = tuple(project for project in disclosure.projects if project not in gone)
        return disclosure.model_copy(update={"projects": left, "withdrawn": gone}) if gone else disclosure
    # Of a text and a notice, too, the address and the title stay.
    named = [(one.slug, one.title) for one in disclosure.articles]
    named += [(one.slug, one.title or one.kind) for one in disclosure.notices]
    others = (Project.model_construct(slug=slug, name=name, withdrawal=whole) for slug, name in named)
    ended = (one.model_copy(update={"withdrawal": one.withdrawal or whole}) for one in disclosure.shown)
    keys = ("slug", "year", "title", "published", "withdrawal", "former", "accepted")
    kept = {key: getattr(disclosure, key) for key in keys}
    return Disclosure.model_construct(**kept, withdrawn=(*ended, *others))
