"""The open data's tables: which columns there are, derived from the vocabulary of records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gongkai.reading.acts import Notice
from gongkai.reading.kinds import Record
from gongkai.reading.records import (
    Department,
    DepartmentTarget,
    Disclosure,
    Indicator,
    KeyTask,
    Locality,
    Project,
)
from gongkai.reading.vocabulary import Term, terms

TARGET_PARTS = (
    ("comparator", "符号", "text", "从原文读出的符号：= ≥ ≤ > < ≈；没有写的为空"),
    ("number", "数值", "number", "从原文读出的数；读不出（定性）为空"),
    ("unit", "单位", "text", "从原文读出的单位"),
)
# Every project here is disclosed; why another is not, and what was accepted in checking, is not data.
_LEFT_OUT = {
    "disclosed", "signed.who", "signed.day", "signed.value", "withheld_reason", "former", "order", "sort_key", "facts", "projects", "texts", "withdrawal.day", "withdrawal.reason"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``name`` in JSON and SQLite, ``label`` in CSV. ``path`` is where the record has it ("" for none).

    ``kind``: text, rich, amount (元), number, integer, date, id. ``context``: repeats a fact of another table so that
    a CSV can be read alone; SQLite leaves it to its views. ``refers``: the table whose id it holds.
    """

    name: str
    label: str
    kind: str
    description: str = ""
    path: str = ""
    part: str = ""
    context: bool = False
    refers: str = ""


@dataclass(frozen=True)
class Table:
    """One table; its first column is the key, or the column it belongs to where ``keyed`` is False."""

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    keyed: bool = True
    scoped: bool = True
    """Also given per year and per locality."""

    @property
    def stored(self) -> tuple[Column, ...]:
        """The columns SQLite holds."""
        return tuple(column for column in self.columns if not column.context)


_CONTEXT = (
    Column("locality_name", "地区名称", "text", "公开部门所在的地区", context=True),
    Column("department_name", "部门", "text", "公开的部门", context=True),
    Column("year", "公开年度", "integer", "未注明的为空", context=True),
)
_DISCLOSURE = Column("disclosure_id", "公开编号", "id", "所属的公开：地区/部门/年度", refers="disclosures")


def columns_of(model: type[Record], *, without: str = "") -> Iterator[Column]:
    """The columns of a record's own fields; lists of rows and ``without`` (a path) are tables of their own."""
    inner = [term.path for term in terms(model).values() if term.kind == "list"]
    for term in terms(model).values():
        in_list = any(term.path == name or term.path.startswith(name + ".") for name in inner)
        outside = any(f"{term.path}.".startswith(f"{one}.") for one in (without, "forms") if one)
        if in_list or outside or term.path in _LEFT_OUT:
            continue
        yield from _columns(term)


def _columns(term: Term) -> Iterator[Column]:
    name, label = term.path.replace(".", "_"), "_".join(term.keys)
    if term.kind == "target":
        yield Column(name, label, "text", _described(term, "按原文"), term.path, "text")
        for part, tail, kind, description in TARGET_PARTS:
            yield Column(f"{name}_{part}", f"{label}_{tail}", kind, description, term.path, part)
        return
    kind = {"year": "integer", "count": "integer", "choice": "text", "slug": "text"}.get(term.kind, term.kind)
    extra = {"amount": "元", "rich": "按原文，可能含有换行和 Markdown"}.get(kind, "")
    yield Column(name, label, kind, _described(term, extra), term.path)


def _described(term: Term, extra: str) -> str:
    return "；".join(part for part in (term.description, extra) if part)


LOCALITIES = Table(
    "localities", "地区", "公开绩效目标的地区",
    (Column("id", "地区编号", "id", "网址里的名称，不变"), *columns_of(Locality)), scoped=False,
)  # fmt: skip
DEPARTMENTS = Table(
    "departments", "部门", "公开绩效目标的部门",
    (
        Column("id", "部门编号", "id", "地区/部门，不变"),
        Column("locality_id", "地区编号", "id", "所在的地区", refers="localities"),
        Column("locality_name", "地区名称", "text", "", context=True),
        *columns_of(Department),
    ),
    scoped=False,
)  # fmt: skip
DISCLOSURES = Table(
    "disclosures", "公开", "一个部门一个年度的公开；年度未注明的，编号末尾是 undated",
    (
        Column("id", "公开编号", "id", "地区/部门/年度，不变"),
        Column("department_id", "部门编号", "id", "公开的部门", refers="departments"),
        *_CONTEXT[:2],
        *columns_of(Disclosure, without="department_target"),
        Column("disclosed_projects", "公开项目数", "integer", "这次公开的项目有几个"),
    ),
)  # fmt: skip
FACTS = Table(
    "facts", "公开信息", "公开页上方的信息：索引号、发布机构等",
    (_DISCLOSURE, Column("name", "名称", "text"), Column("value", "内容", "text")), keyed=False, scoped=False,
)  # fmt: skip
CORRECTIONS = Table(
    "corrections", "更正说明", "公开以后的更正，和没有动数的改错字",
    (_DISCLOSURE, Column("kind", "种类", "text", "更正，或仅改错字"),
     Column("day", "日期", "date"), Column("text", "内容", "rich"),
     Column("files", "原文件", "text", "更正前公开的文件，在公开页的 files/ 里；几个用顿号隔开")), keyed=False, scoped=False,
)  # fmt: skip
WITHDRAWALS = Table(
    "withdrawals", "撤回说明", "公开以后撤回的项目，或撤回的整个公开；它们的网址仍在，写着撤回的日期和原因",
    (_DISCLOSURE, Column("key", "项目标识", "text", "撤回的是整个公开的，为空"), Column("name", "名称", "text"),
     Column("day", "日期", "date"), Column("reason", "原因", "text")), keyed=False, scoped=False,
)  # fmt: skip
NOTICES = Table(
    "notices", "公告", "一个年度里另外的公告：自评、转移支付等",
    (_DISCLOSURE, *columns_of(Notice)), keyed=False, scoped=False,
)  # fmt: skip
CHANGES = Table(
    "changes", "变动记录", "每次公开、更正、改错字、撤回各一行，只有记录里写了日期的；可以按日期追踪数据的变动",
    (_DISCLOSURE, Column("day", "日期", "date"),
     Column("kind", "种类", "text", "公开、公告、更正、仅改错字、撤回"),
     Column("key", "项目标识", "text", "撤回的是一个项目的才有"), Column("name", "名称", "text", "项目或公开的名称"),
     Column("text", "说明", "rich", "更正的内容，撤回的原因")), keyed=False, scoped=False,
)  # fmt: skip
DEPARTMENT_TARGETS = Table(
    "department_targets", "部门整体绩效目标", "一个部门一个年度的整体绩效目标",
    (
        Column("id", "整体目标编号", "id", "地区/部门/年度/_department"),
        _DISCLOSURE,
        *_CONTEXT,
        *columns_of(DepartmentTarget),
    ),
)  # fmt: skip
TASKS = Table(
    "tasks", "年度重点工作任务", "部门整体绩效目标里的重点工作任务",
    (
        Column("id", "任务编号", "id", "整体目标编号/task-序号"),
        Column("department_target_id", "整体目标编号", "id", "所属的整体目标", refers="department_targets"),
        *_CONTEXT,
        Column("number", "序号", "integer", "表中的先后，从 1 起"),
        *columns_of(KeyTask),
    ),
)  # fmt: skip
PROJECTS = Table(
    "projects", "项目", "公开的项目，一个项目一个年度一行",
    (
        Column("id", "项目编号", "id", "地区/部门/年度/项目，不变"),
        _DISCLOSURE,
        *_CONTEXT,
        Column("key", "项目标识", "text", "各年度相同，项目改名也不变，用来比较各年度"),
        Column("number", "序号", "integer", "公开的先后，从 1 起"),
        *columns_of(Project),
    ),
)  # fmt: skip
INDICATORS = Table(
    "indicators", "绩效指标", "项目和部门整体绩效目标的绩效指标，一个指标一行",
    (
        Column("id", "指标编号", "id", "项目编号（或整体目标编号）/由三级名称算出的八位；中期指标前有 period-，同名的从第二个起后有 -2；插入别的指标不变"),
        Column("project_id", "项目编号", "id", "所属的项目；整体目标的指标为空", refers="projects"),
        Column("department_target_id", "整体目标编号", "id", "所属的整体目标；项目的指标为空", refers="department_targets"),
        *_CONTEXT,
        Column("project_name", "项目名称", "text", "整体目标的指标为空", context=True),
        Column("list", "指标表", "text", "年度，或中期（中期与年度并列的表式里，中期一侧）"),
        Column("number", "序号", "integer", "表中的先后，从 1 起"),
        *columns_of(Indicator),
    ),
)  # fmt: skip
OWN_VALUES = Table(
    "own_values", "表式自有字段", "只有某个表式才有的字段，一个值一行",
    (
        Column("holder_id", "所属编号", "id", "项目、指标、整体目标或公开的编号"),
        *_CONTEXT,
        Column("form", "表式", "text", "layouts/forms/ 里的表式；金额印的文字没有"),
        Column("field", "字段", "text", "表式里的字段名"),
        Column("label", "字段名称", "text", "表上印的名称"),
        Column("row", "行", "integer", "字段是一张小表时，第几行，从 1 起"),
        Column("column", "列", "text", "字段是一张小表时，列的字段名"),
        Column("column_label", "列名称", "text", "字段是一张小表时，列的名称"),
        Column("type", "类型", "text", "text 文字，rich 长文字，amount 金额（元），number 数，count 整数，date 日期，choice 选项，printed 金额在表上印的文字"),
        Column("text", "值", "rich", "金额、数也写成文字；金额的单位是元"),
        Column("value", "数值", "number", "金额（元）和数才有"),
    ),
    keyed=False,
)  # fmt: skip
TABLES = (
    LOCALITIES, DEPARTMENTS, DISCLOSURES, FACTS, CORRECTIONS, WITHDRAWALS, NOTICES, CHANGES, DEPARTMENT_TARGETS, TASKS, PROJECTS, INDICATORS,
    OWN_VALUES,
)  # fmt: skip
"""In the order of their references: a table refers only to those before it."""
