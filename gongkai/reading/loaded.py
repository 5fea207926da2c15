"""A department as it was read: its records, the documents that places are looked up in, the forms in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from gongkai.reading.acts import Notice
from gongkai.reading.evaluation import waiting, without_later
from gongkai.reading.in_force import FormSet
from gongkai.reading.records import Department, Disclosure, Locality, Project
from gongkai.reading.source import Document


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
        gone = tuple(project for project in disclosure.shown if project.withdrawal)
        left = tuple(project for project in disclosure.projects if project not in gone)
        return disclosure.model_copy(update={"projects": left, "withdrawn": gone}) if gone else disclosure
    projects = disclosure.shown
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
