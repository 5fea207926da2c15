"""Form folders → Form: what a locality's official table declares about itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from gongkai.amounts import AmountStyle
from gongkai.problems import Problem, Severity
from gongkai.reading.declaration import Declaration, OwnField, Subject
from gongkai.reading.files import problem
from gongkai.reading.source import Document, Path_, read_yaml, suggestion, validated
from gongkai.reading.vocabulary import SUBJECTS, Term, terms


@dataclass(frozen=True, eq=False)
class Form:
    """An official table format: its folder's name, what it declares, and the folder's place in the project."""

    id: str
    folder: Path
    declared: Declaration
    base: str = ""
    """The form it is made from; its template and style are the base's where the folder has none of its own."""

    own_template: bool = True

    @property
    def classes(self) -> str:
        """The classes of its ``<table>`` beside ``form``: its own name, and its base's, whose style it has."""
        return f"{self.id} {self.base}".rstrip()

    @property
    def subject(self) -> Subject:
        """Of what the form is."""
        return self.declared.subject

    @cached_property
    def evaluates(self) -> bool:
        """Whether it shows what was reached: then it is the form of a 自评."""
        reached = ("evaluation", "indicators.actual", "indicators.score")
        return any(path.startswith(reached) for path in self.declared.fields)

    @property
    def use(self) -> str:
        """What it is named for in 表式: a field of ``FormNames``."""
        of_evaluation = {"project": "evaluation", "department": "department_evaluation"}
        return of_evaluation.get(self.subject, self.subject) if self.evaluates else self.subject

    @property
    def template(self) -> str:
        """The template's name for the loader rooted at layouts/."""
        return f"forms/{self.id if self.own_template else self.base}/form.html"

    # A page asks for the same labels and kinds a hundred times; forms live as long as the process.
    @lru_cache(maxsize=8192)  # noqa: B019
    def amount_style(self, path: str) -> AmountStyle:
        """How the amount at a declared path is printed; the longest matching prefix in amounts_of wins."""
        parts = path.split(".")
        prefixes = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
        special = (self.declared.amounts_of.get(prefix) for prefix in prefixes)
        return next((one for one in special if one), self.declared.amounts).style()

    @lru_cache(maxsize=8192)  # noqa: B019
    def label(self, path: str, year: int | None = None) -> str:
        """The printed label of a declared path, ``{year}`` filled in. Raises KeyError when not declared.

        A field that the table shows without a label of its own has the vocabulary's.
        """
        text = self.declared.fields[path] or self.term(path).label
        return text.replace("{year}", str(year)) if year else re.sub(r"\{year\}年?度?", "年度", text)

    def kind(self, path: str) -> str:
        """The kind of a declared path; what is a field of the disclosure itself (增减原因 and the like) is text."""
        found = _term(self, path)
        return found.kind if found else "text"

    def own_field(self, identifier: str) -> OwnField | None:
        """The own field with this id."""
        return next((own for own in self.declared.own if own.id == identifier), None)

    def own_on(self, holder: str) -> tuple[OwnField, ...]:
        """The own fields on the record (those of its unit stand there too), its indicators, or the disclosure."""
        holders = {holder, "unit"} if holder == "record" else {holder}
        return tuple(own for own in self.declared.own if own.on in holders)

    def own_terms(self) -> Iterator[Term]:
        """Its own fields of records and indicators, the columns of rows after their list."""
        for own in (one for one in self.declared.own if one.on != "disclosure"):
            path = _path_of(own)
            yield from map(self.term, (path, *(f"{path}.{column.id}" for column in own.columns)))

    @cached_property
    def named_lists(self) -> dict[str, OwnField]:
        """The own lists whose items stand in a column for each name (``repeat``), by the path of their first column."""
        column = (self.declared.repeat or "").rpartition(".")[2]
        lists = (own for own in self.declared.own if own.columns and own.columns[0].id == column)
        return {f"{_path_of(own)}.{column}": own for own in lists}

    def term(self, path: str) -> Term:
        """Kind and keys of a declared path, own fields included. Raises KeyError when there is none."""
        if found := _term(self, path):
            return found
        raise KeyError(path)

    @cached_property
    def shown_keys(self) -> frozenset[tuple[str, ...]]:
        """The YAML keys of the fields that its table shows, row numbers left out."""
        totals = (self.term(path) for path in self.declared.totals)
        return frozenset(term.keys for term in (*self.shown_terms(), *totals))

    def printed_keys(self) -> Iterator[str]:
        """The first key of each declared field, in the order of the form."""
        return (self.term(path).keys[0] for path in self.declared.fields)

    def shown_terms(self) -> Iterator[Term]:
        """The declared fields that hold a value themselves, groups and lists left out."""
        found = (self.term(path) for path in self.declared.fields)
        return (term for term in found if term.kind not in ("list", "mapping"))


def _path_of(own: OwnField) -> str:
    return f"{'indicators.' if own.on == 'indicators' else ''}own.{own.id}"


@lru_cache(maxsize=8192)
def _term(form: Form, path: str) -> Term | None:
    """A field of the vocabulary, a group of fields, which has a label of its own, or an own field; None: no such path."""
    known = terms(SUBJECTS[form.subject])
    holder, marker, identifier = f".{path}".rpartition(".own.")
    if not marker:
        inner = next((term.keys for name, term in known.items() if name.startswith(f"{path}.")), None)
        group = Term(path, inner[: path.count(".") + 1], "mapping", False, False) if inner else None
        return known.get(path, group)
    name, _, column = identifier.partition(".")
    own = form.own_field(name)
    # An own field of indicators stands in their lists: ``indicators.`` → 绩效指标; any other on the record itself.
    if own is None or (own.on == "indicators") != bool(holder) or holder[1:] not in ("", *known):
        return None
    keys = (*(known[holder[1:]].keys if holder else ()), own.label)
    if column:
        own = next((inner for inner in own.columns if inner.id == column), None)
        if own is None:
            return None
        keys += (own.label,)
    kind = "list" if own.type == "rows" else own.type
    return Term(path, keys, kind, bool(holder or column), False, own.description or "")


def load_forms(layouts: Sequence[Path]) -> tuple[dict[str, Form], list[Problem]]:
    """Every form folder under the layout folders' ``forms/`` by its id, and what is wrong with declarations.

    A folder of an earlier layout folder hides one of the same name in a later one.
    """
    problems: list[Problem] = []
    entries: dict[str, Path] = {}
    for folder in (one for layout in layouts for one in sorted(layout.glob("forms/*/"))):
        if folder.name[0] not in "._":
            entries.setdefault(folder.name, folder)
    documents: dict[str, Document | None] = {}
    for name, entry in entries.items():
        documents[name], found = read_yaml(entry / "form.yaml", f"layouts/forms/{name}/form.yaml")
        problems += found
    forms: dict[str, Form] = {}
    for entry in entries.values():
        form, found = _load_form(entry, documents)
        problems += found
        if form is not None:
            forms[form.id] = form
    return forms, problems


def _load_form(entry: Path, documents: Mapping[str, Document | None]) -> tuple[Form | None, list[Problem]]:
    name, document = f"layouts/forms/{entry.name}", documents[entry.name]
    if document is None:
        return None, []
    base = str(document.fields.get("base") or "")
    needed = ("example.yaml",) if base else ("form.html", "form.css", "example.yaml")
    hint = "四个文件缺一不可（有 base 的，form.html 和 form.css 可以不写），见手册“新增表式”。"
    problems = [
        problem(f"{name}/{part}", 0, 0, "form.incomplete", f"表式“{entry.name}”缺少 {part}", hint)
        for part in needed
        if not (entry / part).is_file()
    ]
    if base and (fault := _base_fault(entry.name, base, documents)):
        problems.append(Problem(document.place(("base",)), "form.base", Severity.ERROR, *fault))
    if problems:
        return None, problems
    parent = documents.get(base) if base else None
    data: Any = _over(parent.data, document.data) if parent else document.data
    declared = validated(Declaration, document, problems, data)
    if declared is None:
        return None, problems
    form = Form(entry.name, entry, declared, base, not base or (entry / "form.html").is_file())
    for where, rule, what, hint in _faults(form):
        place = document.place(where, key=len(where) > 1)
        problems.append(Problem(place, rule, Severity.ERROR, f"表式“{form.id}”{what}", hint))
    return _usable(form), [*problems, *_unused_print_rules(entry, name)]


def _base_fault(name: str, base: str, documents: Mapping[str, Document | None]) -> tuple[str, str] | None:
    """A base is another form that can be used, and has none itself; message and hint where it is not."""
    known = sorted(set(documents) - {name})
    parent = documents.get(base) if base != name else None
    if parent is None:
        hint = suggestion(base, known) or f"可以写：{'、'.join(known)}。"
        return f"base 里的表式“{base}”不存在", hint
    if of := parent.fields.get("base"):
        return f"表式“{base}”自己也有 base，不能再作 base", f"请直接写“base: {of}”。"
    return None


def _over(base: Any, own: Any) -> Any:
    """A declaration over its base's: mappings key by key, ``-`` leaves a key out, anything else takes its place."""
    if not isinstance(base, dict) or not isinstance(own, dict):
        return own
    merged = {key: _over(base.get(key), value) for key, value in own.items() if value != "-"}
    return {key: merged.get(key, value) for key, value in base.items() if own.get(key) != "-"} | merged


def _unused_print_rules(entry: Path, name: str) -> Iterator[Problem]:
    """Print rules of a style sheet, which is for screens: what a form declares in ``print:`` is printed."""
    style = entry / "form.css"
    lines = style.read_text(encoding="utf-8").splitlines() if style.is_file() else []
    for number, line in enumerate(lines, 1):
        if (column := line.find("@media print")) >= 0:
            message = f"表式“{entry.name}”的 form.css 里有印制的样式，PDF 不用它"
            hint = "印制的字号、行距、对齐写在表式的 form.yaml 里，例如“print: {size: 9, classes: {text: {align: left}}}”，见手册“新增表式”。"
            yield problem(f"{name}/form.css", number, column + 1, "form.print", message, hint)


def _usable(form: Form) -> Form:
    """The form without paths that do not exist: they are told, and nobody else has to stumble over them."""
    declared = form.declared
    fields = {path: label for path, label in declared.fields.items() if _term(form, path)}
    update = {
        "fields": fields,
        "required": tuple(path for path in declared.required if path in fields),
        "totals": tuple(path for path in declared.totals if form.kind(path) == "amount"),
    }
    return replace(form, declared=declared.model_copy(update=update))


def _faults(form: Form) -> Iterator[tuple[Path_, str, str, str]]:
    """What is wrong with a declaration, as (where, rule, message, hint): paths that are none, in places not for them."""
    declared = form.declared
    unknown: list[tuple[str, str | int, str]] = []
    for section in ("fields", "amounts_of", "blanks"):
        unknown += [(section, path, path) for path in getattr(declared, section) if _term(form, path) is None]
    required, totals = enumerate(declared.required), enumerate(declared.totals)
    unknown += [("required", at, one) for at, one in required if one not in declared.fields]
    unknown += [("totals", at, one) for at, one in totals if form.kind(one) != "amount"]
    for where in unknown:
        hint = "字段的写法见手册“字段表”；本表式自有的字段写作 own.<id>，并在 own: 里说明。"
        yield where[:2], "form.field", f"里的字段“{where[-1]}”不存在", hint
    usable = {f"own.{own.id}" for own in form.own_on("disclosure")}
    if form.subject in ("project", "department"):
        usable = {path for path in declared.fields if not path.startswith(("indicators.", "tasks."))} - usable
    for path in form.declared.in_title:
        if path not in usable or path not in declared.fields:
            hint = "标题里的 {字段} 要写进 fields；汇总表和公开文本的标题里只能写 {year} 和 on: disclosure 的字段。"
            yield ("title",), "form.field", f"的标题里写了“{path}”，这里不能用", hint
    repeat = declared.repeat
    if (repeat is None) == ("*" in declared.columns):
        hint = "columns 里正好有一个 '*'，repeat 写名称的字段；两样要么都有，要么都没有。"
        place = ("repeat" if repeat else "columns",)
        yield place, "form.repeat", "的 repeat 和 columns 里的 '*' 不相配", hint
    elif repeat and repeat not in form.named_lists:
        hint = "例如 indicators.own.counties.county：type: rows 的自有字段里的第一列。"
        yield ("repeat",), "form.repeat", f"的 repeat 写的“{repeat}”不是 rows 字段里的第一列", hint
    for index, own in enumerate(declared.own):
        for fault in _own_faults(form, own, declared.own[:index]):
            hint = "请改正 own: 里这一项，见手册“新增表式”。"
            yield ("own", index), "form.own", f"的自有字段“{own.id}”{fault}", hint


def _own_faults(form: Form, own: OwnField, before: Sequence[OwnField]) -> Iterator[str]:
    """An own field has an id once, what its type needs, and a place in ``fields`` (else nobody would see it)."""
    base = _path_of(own)
    paths = [base, *(f"{base}.{column.id}" for column in own.columns)]
    unseen = "、".join(path for path in paths if path not in form.declared.fields)
    on_record = form.subject in ("project", "department")
    faults = {
        "写了两次": own.id in {other.id for other in before},
        "是 choice，却没有 choices": own.type == "choice" and not own.choices,
        "是 rows，却没有 columns": own.type == "rows" and not own.columns,
        "的列里又有 rows，印不出来": any(one.type == "rows" for one in own.columns),
        "属于这次公开，只有汇总表和公开文本能有": own.on == "disclosure" and on_record,
        "属于用款单位，只有项目才有": own.on == "unit" and form.subject == "department",
        "有 columns，type 却不是 rows": own.type != "rows" and bool(own.columns),
        f"没有写进 fields：{unseen}": bool(unseen),
    }
    return (fault for fault, is_there in faults.items() if is_there)
