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
from gongkai.records import Count, Line, Number, Record, Rich, YesNo
from gongkai.source import Document, read_yaml
from gongkai.vocabulary import SUBJECTS, Term, terms

Subject = Literal["project", "department", "summary", "document"]
OwnType = Literal["text", "rich", "amount", "number", "count", "date", "choice", "rows"]


class Amounts(Record):
    """How amounts are printed; decimals blank: as many as the value needs."""

    unit: Literal["元", "万元", "亿元"] = Field("元", alias="unit", description="单位")
    decimals: Count | None = Field(None, alias="decimals", description="小数位数；不写则需要几位印几位")
    grouping: YesNo = Field(True, alias="grouping", description="是否印千位分隔符")
    show_unit: YesNo = Field(False, alias="show_unit", description="是否在数后印单位")
    zero: Line | None = Field(None, alias="zero", description="零怎么印；不写则和别的金额一样")

    def style(self) -> AmountStyle:
        """The same as the value type that formatting takes."""
        return AmountStyle(self.unit, self.decimals, self.grouping, self.show_unit, self.zero)


class Level2(Record):
    """A second-level indicator name of the system, with its code if the form prints one."""

    name: Line = Field(alias="name", description="名称")
    code: Line | None = Field(None, alias="code", description="代码，表上印代码时才写")


class Level1(Record):
    """A first-level indicator name and the second-level ones below it, in printed order."""

    name: Line = Field(alias="name", description="名称")
    code: Line | None = Field(None, alias="code", description="代码，表上印代码时才写")
    level2: tuple[Level2, ...] = Field((), alias="level2", description="下面的二级指标")


class IndicatorSystem(Record):
    """The indicator names a form knows; ``print_empty``: every second-level row is printed, even when blank."""

    levels: tuple[Level1, ...] = Field((), alias="levels", description="一级指标，按印出的先后")
    print_empty: YesNo = Field(
        False, alias="print_empty", description="没有指标的二级指标是否也印一个空行；是：按本体系的先后排列"
    )

    def code_of(self, name: str | None) -> str | None:
        """The code printed before a first- or second-level name; None where it has none."""
        names = [(level.name, level.code) for level in self.levels]
        names += [(level2.name, level2.code) for level in self.levels for level2 in level.level2]
        return dict(reversed(names)).get(name or "")


class OwnField(Record):
    """A field only this form has: ``id`` in templates (``own.<id>``), ``label`` as YAML key."""

    id: Line = Field(alias="id", description="在模板里的名字，英文：own.<id>")
    on: Literal["record", "indicators", "disclosure"] = Field(
        "record", alias="on", description="属于哪里：record 记录，indicators 每个指标，disclosure 这次公开"
    )
    label: Line = Field(alias="label", description="在记录里的键")
    type: OwnType = Field(
        "text",
        alias="type",
        description="text 一行文字，rich 长文字，amount 金额，number 数，count 整数，date 日期，choice 选项，rows 若干行",
    )
    choices: tuple[Line, ...] = Field((), alias="choices", description="choice 可选的值")
    columns: tuple[OwnField, ...] = Field((), alias="columns", description="rows 每一行的各项")
    description: Line | None = Field(None, alias="description", description="给填写人的说明")


class PageSetup(Record):
    """The printed page; ``pages`` is how many the example takes."""

    size: Literal["A4", "A3"] = Field("A4", alias="size", description="纸张")
    orientation: Literal["portrait", "landscape"] = Field(
        "portrait", alias="orientation", description="portrait 竖放，landscape 横放"
    )
    pages: Count = Field(1, alias="pages", description="样例印成几页")


class Declaration(Record):
    """form.yaml, as written."""

    title: Line = Field(alias="title", description="印在表上方的表名")
    name: Line = Field(alias="name", description="这种表式的全称，用来与别的表式区分")
    subject: Subject = Field(
        alias="subject",
        description="一张表公开什么：project 一个项目，department 部门整体，summary 全部项目一张表，document 公开文本",
    )
    users: Line | None = Field(None, alias="users", description="哪里的部门使用")
    since: Line | None = Field(None, alias="since", description="从哪一年起使用；不清楚就不写")
    source: Line | None = Field(None, alias="source", description="表式的出处")
    amounts: Amounts = Field(default_factory=Amounts, alias="amounts", description="金额的印法")
    amounts_of: Mapping[str, Amounts] = Field(
        default_factory=dict, alias="amounts_of", description="个别字段另外的印法"
    )
    indicators: IndicatorSystem = Field(
        default_factory=IndicatorSystem, alias="indicators", description="指标体系"
    )
    fields: Mapping[str, Line | None] = Field(
        alias="fields", description="表上有的字段和印出的名称；名称留空：有内容，但没有自己的名称"
    )
    totals: tuple[Line, ...] = Field((), alias="totals", description="印出各项目合计数的金额字段")
    blanks: Mapping[str, Rich] = Field(
        default_factory=dict, alias="blanks", description="字段空白时，空格里照原表式印的文字"
    )
    required: tuple[Line, ...] = Field((), alias="required", description="必填的字段")
    own: tuple[OwnField, ...] = Field((), alias="own", description="只有本表式才有的字段")
    columns: tuple[Number, ...] = Field(
        (), alias="columns", description="各列的宽度，百分数，合计 100；公开文本没有自己的表格，不写"
    )
    page: PageSetup = Field(default_factory=PageSetup, alias="page", description="印制的纸张")
    repeat_labels: YesNo = Field(
        True, alias="repeat_labels", description="跨页的合并单元格，在下一页重印名称"
    )
    continued: Line = Field("（续）", alias="continued", description="重印的名称后面加的字样")


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
        """The printed label of a declared path, ``{year}`` filled in. Raises KeyError when not declared.

        A field that the table shows without a label of its own has the vocabulary's.
        """
        text = self.declared.fields[path] or self.term(path).label
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
        _, marker, identifier = f".{path}".rpartition(".own.")
        if marker:
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
    for section in ("fields", "amounts_of", "blanks"):
        for path in getattr(declared, section):
            if not _known(form, path):
                problems.append(_unknown_path(form, document.place((section, path), key=True), path))
    for index, path in enumerate(declared.required):
        if path not in declared.fields:
            problems.append(_unknown_path(form, document.place(("required", index)), path))
    for index, path in enumerate(declared.totals):
        if not _is_amount(form, path):
            problems.append(_unknown_path(form, document.place(("totals", index)), path))
    return problems + _check_own(form, document)


def _is_amount(form: Form, path: str) -> bool:
    try:
        return form.term(path).kind == "amount"
    except (KeyError, StopIteration):
        return False


def _check_own(form: Form, document: Document) -> list[Problem]:
    """Own fields: an id once, what its type needs, and a place in ``fields`` (else nobody would see it)."""
    problems = []
    fields = form.declared.own
    for index, own in enumerate(fields):
        place = document.place(("own", index))
        base = ("indicators." if own.on == "indicators" else "") + f"own.{own.id}"
        paths = [base, *(f"{base}.{column.id}" for column in own.columns)]
        unseen = "、".join(path for path in paths if path not in form.declared.fields)
        faults = {
            f"“{own.id}”写了两次": own.id in {other.id for other in fields[:index]},
            f"“{own.id}”是 choice，却没有 choices": own.type == "choice" and not own.choices,
            f"“{own.id}”是 rows，却没有 columns": own.type == "rows" and not own.columns,
            f"“{own.id}”没有写进 fields：{unseen}": bool(unseen),
        }
        hint = "请改正 own: 里这一项，见手册“新增表式”。"
        problems += [
            Problem(place, "form.own", Severity.ERROR, f"表式“{form.id}”的自有字段{fault}", hint)
            for fault, is_there in faults.items()
            if is_there
        ]
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
