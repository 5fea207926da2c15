"""New records to fill in: commented YAML made from the form in force, in the form's own order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from gongkai.reading.forms import Form
from gongkai.reading.loaded import FORM_KEYS
from gongkai.reading.vocabulary import Term
from gongkai.reading.write_yaml import scalar, schema_line

_NOTES = {
    "amount": "金额要写单位，例如 27,700.00元 或 2.77万元；没有数的留空",
    "year": "四位数字，例如 2026",
    "date": "例如 2026-02-13",
    "rich": "可以写几段：冒号后写“|”，换行，每段一行，前面缩进两格",
    "target": "照原样写，例如 ≥95%、约100人次；以 > * % 开头的要加引号，例如 '>95%'",
    "number": "只写数字",
    "count": "只写数字",
}
_INDICATORS = ("绩效指标", "中期绩效指标")


@dataclass
class _Node:
    """One key of the record to be: its term if it is a field, its inner keys if it is a group."""

    key: str
    term: Term | None = None
    required: bool = False
    inner: dict[str, _Node] = field(default_factory=dict)


def blank_project(form: Form | None, name: str = "") -> str:
    """A project record for a locality's form, every field blank with a comment on what goes in."""
    lines = [schema_line("project", 4)]
    if form is None:
        return "\n".join([*lines, f"项目名称: {scalar(name) if name else ''}", ""])
    title = f"按《{form.declared.title_of()}》填写（{form.declared.name}）"
    lines.append(f"# {title}。冒号后面空一格再写；不填的行可以空着，也可以删去。")
    fields = (line for node in _tree(form).values() for line in _lines(node, form, 0, name))
    return "\n".join([*lines, *fields, ""])


def blank_disclosure(year: int | None, target: Form | None, order: Sequence[str] = ()) -> str:
    """A disclosure.yaml; with the department's own target, commented out, when a form for it is in force."""
    lines = [
        schema_line("disclosure", 4),
        f"年度: {year}" if year else "# 年度: 2026    # 原件没有注明年度的，不写",
    ]
    lines += [
        "发布日期:    # 例如 2026-02-13",
        "项目总数:    # 本部门当年全部项目的个数，含不公开的",
        "公开信息:    # 索引号、发布机构等，每项一行",
        "项目顺序:    # 项目文件名（不含 .yaml），按公开的先后，每行前面加“- ”",
        *(f"  - {slug}" for slug in order),
    ]
    if target is not None:
        how = "把下面每一行开头的“# ”（井号和一个空格）删去，再填写；不公开的不用管。"
        lines += [
            f"# 要公开部门整体绩效目标的，{how}",
            f"# 部门整体绩效目标:    # 按《{target.declared.title_of()}》填写",
        ]
        lines += [f"# {line}" for node in _tree(target).values() for line in _lines(node, target, 1, "")]
    return "\n".join([*lines, ""])


def blank_department(name: str) -> str:
    """A department.yaml."""
    return f"{schema_line('department', 3)}\n部门名称: {scalar(name)}\n部门简称:    # 可以不写\n"


def blank_locality(name: str, form: Form | None = None, year: int | None = None) -> str:
    """A locality.yaml; with the form in force from a year where these are known."""
    key = FORM_KEYS[form.use] if form else "项目表"
    lines = [
        schema_line("locality", 2),
        f"地区名称: {scalar(name)}",
        "行政区划代码:    # 六位或九位数字",
        "级别:    # 省、市、县 或 乡镇",
        "表式:    # 从哪一年起用哪张表；有哪些表式，见 forms 命令",
        f"  - 起始年度: {year or ''}".rstrip(),
        f"    {key}: {form.id if form else ''}".rstrip(),
    ]
    return "\n".join([*lines, ""])


def _tree(form: Form) -> dict[str, _Node]:
    """The declared fields as nested YAML keys, in the order the form declares them."""
    root = _Node("")
    for path in form.declared.fields:
        term = form.term(path)
        node = root
        for key in term.keys:
            node = node.inner.setdefault(key, _Node(key))
        node.term, node.required = term, path in form.declared.required
    return root.inner


def _lines(node: _Node, form: Form, depth: int, name: str) -> Iterator[str]:
    indent = "  " * depth
    if not node.inner:
        value = f" {scalar(name)}" if node.key == "项目名称" and name and depth == 0 else ""
        yield f"{indent}{node.key}:{value}{_note(node)}"
        return
    if node.key in _INDICATORS:
        yield f"{indent}# 每组以“- ”开头，填一个指标；不够的照样加一组，用不着的整组删去"
    yield f"{indent}{node.key}:"
    first = next(iter(node.inner.values()))
    if first.term is None or not first.term.in_list:
        for inner in node.inner.values():
            yield from _lines(inner, form, depth + 1, name)
        return
    # One row for each second-level name of the form's system, else a single one.
    pairs = [(one.name, two.name) for one in form.declared.indicators.levels for two in one.level2]
    levels = [{"一级指标": one, "二级指标": two} for one, two in pairs if node.key in _INDICATORS]
    for values in levels or [{}]:
        yield from _row(node.inner.values(), values, indent + "  ")


def _row(columns: Iterable[_Node], values: dict[str, str], indent: str) -> Iterator[str]:
    for number, column in enumerate(columns):
        mark = "- " if number == 0 else "  "
        value = values.get(column.key)
        yield f"{indent}{mark}{column.key}:" + (f" {value}" if value else "" if values else _note(column))


def _note(node: _Node) -> str:
    parts = ["必填"] if node.required else []
    if node.term is not None:
        parts += [note for note in (_NOTES.get(node.term.kind, ""), node.term.description) if note]
    return f"    # {'；'.join(parts)}" if parts else ""
