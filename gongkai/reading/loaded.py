"""A department as it was read: its records, the documents that places are looked up in, the forms in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from gongkai.reading.forms import Form
from gongkai.reading.notices import waiting, without_later
from gongkai.reading.records import Department, Disclosure, FormNames, Locality, Notice, Project
from gongkai.reading.source import Document


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


@dataclass(frozen=True)
class LoadedDepartment:
    """One department with all its years: the record, and for places the documents by record file.

    ``files`` maps (disclosure slug, project slug or "") to the file name in ``documents``. ``incomplete`` are
    the disclosures with a file that could not be used: rules about the whole must not judge them.
    """

    locality: Locality
    department: Department
    documents: Mapping[str, Document] = field(default_factory=dict)
    files: Mapping[tuple[str, str], str] = field(default_factory=dict)
    forms: Mapping[str, FormSet] = field(default_factory=dict)
    incomplete: frozenset[str] = frozenset()

    @property
    def withdrawn(self) -> Iterator[tuple[str, str]]:
        """The keys in ``files`` of what is published no longer but for its name."""
        for disclosure in self.department.disclosures:
            keys = ((disclosure.slug, project.slug) for project in disclosure.withdrawn)
            yield from (key for key in keys if key in self.files)
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
        folders = {Path(self.document(slug).file).parent for slug in later}
        left = tuple(
            without_later(one, today) for one in self.department.disclosures if one.slug not in later
        )
        return replace(
            self,
            department=self.department.model_copy(update={"disclosures": left}),
            documents={file: one for file, one in self.documents.items() if Path(file).parent not in folders},
            files={key: file for key, file in self.files.items() if key[0] not in later},
        )

    def document(self, disclosure: str, project: str = "") -> Document:
        """The file a disclosure (or one of its projects) was read from."""
        return self.documents[self.files[disclosure, project]]


def without_withdrawn(disclosure: Disclosure) -> Disclosure:
    """What stays published: of a project that was withdrawn its name, of a whole disclosure its title and date."""
    whole = disclosure.withdrawal
    if whole is None:
        gone = tuple(project for project in disclosure.projects if project.withdrawal and project.disclosed)
        left = tuple(project for project in disclosure.projects if project not in gone)
        return disclosure.model_copy(update={"projects": left, "withdrawn": gone}) if gone else disclosure
    projects = (project for project in disclosure.projects if project.disclosed)
    gone = (
        *(project.model_copy(update={"withdrawal": project.withdrawal or whole}) for project in projects),
        # Of a text and a notice, too, the address and the title stay.
        *(
            Project.model_construct(slug=slug, name=name, withdrawal=whole)
            for slug, name in (
                *((one.slug, one.title) for one in disclosure.articles),
                *((one.slug, one.title or one.kind) for one in disclosure.notices),
            )
        ),
    )
    keys = ("slug", "year", "title", "published", "withdrawal", "former", "accepted")
    kept = {key: getattr(disclosure, key) for key in keys}
    return Disclosure.model_construct(**kept, withdrawn=gone)
