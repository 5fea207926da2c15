"""Form folders → Form: what a locality's official table declares about itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from gongkai.amounts import AmountStyle
from gongkai.explain import explain
from gongkai.problems import Place, Problem, Severity
from gongkai.records import Count, Line, Number, Record, YesNo
from gongkai.source import Document, read_yaml
from gongkai.vocabulary import SUBJECTS, Term, terms

Subject = Literal["project", "department", "summary", "document"]
OwnType = Literal["text", "rich", "amount", "number", "count", "date", "choice", "rows"]


class Amounts(Record):
    """How amounts are printed; decimals blank: as many as the value needs."""

    unit: Literal["元", "万元", "亿元"] = Field("元", alias="unit")
    decimals: Count | None = Field(None, alias="decimals")
    grouping: YesNo = Field(True, alias="grouping")
    show_unit: YesNo = Field(False, alias="show_unit")

    def style(self) -> AmountStyle:
        """The same as the value type that formatting takes."""
        return AmountStyle(self.unit, self.decimals, self.grouping, self.show_unit)


class Level2(Record):
    """A second-level indicator name of the system, with its code if the form prints one."""

    name: Line = Field(alias="name")
    code: Line | None = Field(None, alias="code")


class Level1(Record):
    """A first-level indicator name and the second-level ones below it, in printed order."""

    name: Line = Field(alias="name")
    code: Line | None = Field(None, alias="code")
    level2: tuple[Level2, ...] = Field((), alias="level2")


class IndicatorSystem(Record):
    """The indicator names a form knows; ``print_empty``: every second-level row is printed, even when blank."""

    levels: tuple[Level1, ...] = Field((), alias="levels")
    print_empty: YesNo = Field(False, alias="print_empty")

    def code_of(self, name: str | None) -> str | None:
        """The code printed before a first- or second-level name; None where it has none."""
        names = [(level.name, level.code) for level in self.levels]
        names += [(level2.name, level2.code) for level in self.levels for level2 in level.level2]
        return dict(reversed(names)).get(name or "")


class OwnField(Record):
    """A field only this form has: ``id`` in templates (``own.<id>``), ``label`` as YAML key and in print."""

    id: Line = Field(alias="id")
    on: Literal["record", "indicators", "disclosure"] = Field("record", alias="on")
    label: Line = Field(alias="label")
    type: OwnType = Field("text", alias="type")
    choices: tuple[Line, ...] = Field((), alias="choices")
    columns: tuple[OwnField, ...] = Field((), alias="columns")
    description: Line | None = Field(None, alias="description")


class PageSetup(Record):
    """The printed page; ``pages`` is how many the example takes."""

    size: Literal["A4", "A3"] = Field("A4", alias="size")
    orientation: Literal["portrait", "landscape"] = Field("portrait", alias="orientation")
    pages: Count = Field(1, alias="pages")


class Declaration(Record):
    """form.yaml, as written."""

    title: Line = Field(alias="title")
    name: Line = Field(alias="name")
    subject: Subject = Field(alias="subject")
    users: Line | None = Field(None, alias="users")
    since: Line | None = Field(None, alias="since")
    source: Line | None = Field(None, alias="source")
    amounts: Amounts = Field(default_factory=Amounts, alias="amounts")
    amounts_of: Mapping[str, Amounts] = Field(default_factory=dict, alias="amounts_of")
    indicators: IndicatorSystem = Field(default_factory=IndicatorSystem, alias="indicators")
    fields: Mapping[str, Line] = Field(alias="fields")
    required: tuple[Line, ...] = Field((), alias="required")
    own: tuple[OwnField, ...] = Field((), alias="own")
    columns: tuple[Number, ...] = Field((), alias="columns", description="列宽，按百分比")
    page: PageSetup = Field(default_factory=PageSetup, alias="page")
    repeat_labels: YesNo = Field(True, alias="repeat_labels")
    continued: Line = Field("（续）", alias="continued")


@dataclass(frozen=True)
class Form:
    """An official table format: its folder's name, what it declares, and the folder's place in the project."""

    id: str
    folder: Path
    declared: Declaration

    @property
    def subject(self) -> Subject:
        """Of what the form is."""
        return self.declared.subject

    @property
    def template(self) -> str:
        """The template's name for the loader rooted at layouts/."""
        return f"forms/{self.id}/form.html"

    def amount_style(self, path: str) -> AmountStyle:
        """How the amount at a declared path is printed; the longest matching prefix in amounts_of wins."""
        parts = path.split(".")
        for end in range(len(parts), 0, -1):
            special = self.declared.amounts_of.get(".".join(parts[:end]))
            if special:
                return special.style()
        return self.declared.amounts.style()

    def label(self, path: str, year: int | None = None) -> str:
        """The printed label of a declared path, ``{year}`` filled in. Raises KeyError when not declared."""
        text = self.declared.fields[path]
        if "{year}" not in text:
            return text
        return text.replace("{year}", str(year)) if year else re.sub(r"\{year\}年?度?", "年度", text)

    def own_field(self, identifier: str) -> OwnField | None:
        """The own field with this id."""
        return next((own for own in self.declared.own if own.id == identifier), None)

    def own_on(self, holder: str) -> tuple[OwnField, ...]:
        """The own fields on the record, on its indicators, or on the disclosure."""
        return tuple(own for own in self.declared.own if own.on == holder)

    def term(self, path: str) -> Term:
        """Kind and keys of a declared path, own fields included. Raises KeyError when there is none."""
        holder, _, identifier = path.rpartition("own.")
        if identifier and (not holder or holder.endswith(".")):
            name, _, column = identifier.partition(".")
            own = self.own_field(name)
            if own is None:
                raise KeyError(path)
            if column:
                own = next(inner for inner in own.columns if inner.id == column)
            kind = "list" if own.type == "rows" else own.type
            keys = ("绩效指标", own.label) if own.on == "indicators" else (own.label,)
            return Term(
                path, keys, kind, own.on == "indicators" or bool(column), False, own.description or ""
            )
        return terms(SUBJECTS[self.subject])[path]


def load_forms(layouts: Sequence[Path]) -> tuple[dict[str, Form], list[Problem]]:
    """Every form folder under the layout folders' ``forms/`` by its id, and what is wrong with declarations.

    A folder of an earlier layout folder hides one of the same name in a later one.
    """
    forms: dict[str, Form] = {}
    problems: list[Problem] = []
    seen: set[str] = set()
    for folder in (layout / "forms" for layout in layouts):
        for entry in sorted(folder.iterdir()) if folder.is_dir() else ():
            if not entry.is_dir() or entry.name.startswith((".", "_")) or entry.name in seen:
                continue
            seen.add(entry.name)
            form, found = _load_form(entry)
            problems += found
            if form is not None:
                forms[form.id] = form
    return forms, problems


def _load_form(entry: Path) -> tuple[Form | None, list[Problem]]:
    name = f"layouts/forms/{entry.name}"
    document, problems = read_yaml(entry / "form.yaml", f"{name}/form.yaml")
    for part in ("form.html", "form.css", "example.yaml"):
        if not (entry / part).is_file():
            place = Place(f"{name}/{part}")
            problems.append(
                Problem(
                    place,
                    "form.incomplete",
                    Severity.ERROR,
                    f"表式“{entry.name}”缺少 {part}",
                    "四个文件缺一不可，见手册“新增表式”。",
                )
            )
    if document is None or any(problem.blocks for problem in problems):
        return None, problems
    try:
        declared = Declaration.model_validate(document.data)
    except ValidationError as error:
        return None, problems + explain(error, document, Declaration)
    form = Form(entry.name, entry, declared)
    return form, problems + _check_paths(form, document)


def _check_paths(form: Form, document: Document) -> list[Problem]:
    """Declared paths must exist in the vocabulary or among the form's own fields."""
    problems = []
    declared = form.declared
    named = [("fields", path) for path in declared.fields] + [
        ("amounts_of", path) for path in declared.amounts_of
    ]
    for section, path in named:
        if not _known(form, path):
            place = document.place((section, path), key=True)
            problems.append(_unknown_path(form, place, path))
    for index, path in enumerate(declared.required):
        if path not in declared.fields:
            problems.append(_unknown_path(form, document.place(("required", index)), path))
    return problems


def _known(form: Form, path: str) -> bool:
    known = terms(SUBJECTS[form.subject])
    try:
        return form.term(path) is not None
    except (KeyError, StopIteration):
        return any(term.startswith(path + ".") for term in known)


def _unknown_path(form: Form, place: Place, path: str) -> Problem:
    hint = "字段的写法见手册“字段表”；本表式自有的字段写作 own.<id>，并在 own: 里说明。"
    return Problem(place, "form.field", Severity.ERROR, f"表式“{form.id}”里的字段“{path}”不存在", hint)
