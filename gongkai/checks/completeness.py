"""Rules of completeness: what a form requires, what a publication covers, what was left over, marks in pairs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongkai.checks.examined import DepartmentCase, DisclosureCase, RecordCase
from gongkai.checks.rule import rule
from gongkai.checks.texts import SEPARATOR, Examined, Finding
from gongkai.problems import Place
from gongkai.reading.forms import Form
from gongkai.reading.own import items_by_name
from gongkai.reading.records import DepartmentTarget, Project
from gongkai.reading.source import Path_, keys_of, leaves
from gongkai.reading.vocabulary import value_at

_GENERIC = re.compile(
    "机关|事业单位|单位|市直|区直|县直|直属|部门|工作|经费|项目|活动|专项|资金|事业费|相关|有关|开展|建设|管理|服务|保障|支出"
    "|综合|日常|运行|维护|[^\u4e00-\u9fff]"
)
_LEAST_SHARE = 60
_CONTROL = frozenset(
    ("项目名称", "部门名称", "公开", "不公开原因", "撤回说明", "曾用文件名", "已认可", "表式")
)
"""Keys that say how a record is published, and its name."""
_PAIRS = {"）": "（", "》": "《", "”": "“", "】": "【", "〕": "〔", "〉": "〈", "’": "‘"}
_OPENING = frozenset(_PAIRS.values())
_MARKS = re.compile(r"[（）()《》“”【】〔〕〈〉]")
_FULL = str.maketrans("()", "（）")
_LIST_MARK = re.compile(
    r"(?:(?<=[\n\x1e，。；：、\s])|^)(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[a-zA-Z])[）)]"
)
_RECHECK = "# 请核对"
"""How the lines begin that ``new --from`` puts above what must be looked at again."""
_PRINTED = re.compile(r"20[×xX]{2}[^）)]*年|[×xX]{2,}")


@rule("completeness.required", DepartmentCase.records)
def required(case: RecordCase) -> Iterator[Finding]:
    """What the form requires is there; an indicator that states its place in the system alone is told once."""
    if case.form is None:
        return
    title = case.form.declared.title_of()
    unfilled = {
        int(row.path[-1])
        for row in case.annual_rows
        if all(value in (None, {}) for name, value in row.indicator if name not in ("level1", "level2"))
    }
    for path in case.form.declared.required:
        head, _, rest = path.partition(".")
        value, term = getattr(case.record, head), case.form.term(path)
        inside = f"在“{'›'.join(term.keys[:-1])}”下面" if len(term.keys) > 1 and not term.in_list else ""
        hint = f"请{inside}补上“{term.label}: …”。"
        if not isinstance(value, tuple) or not rest:
            if (value_at(value, rest) if rest else value) in (None, ()):
                message = f"缺少“{'›'.join(term.keys)}”，《{title}》要求填写"
                yield case.at((*case.base, *term.keys), message, hint)
            continue
        for number, row in enumerate(value):
            if value_at(row, rest) is None and not (head == "indicators" and number in unfilled):
                keys = (*case.base, term.keys[0], number, *term.keys[1:])
                message = f"缺少第 {number + 1} 个指标的“{term.label}”，《{title}》要求填写"
                yield case.at(keys, message, hint)
    if any(path.startswith("indicators.") for path in case.form.declared.required):
        for number in sorted(unfilled):
            message = f"第 {number + 1} 个指标没有填"
            yield case.at((*case.base, "绩效指标", number), message, "请填写，或删去这几行。")


@rule("completeness.unprinted", DepartmentCase.records)
def unprinted(case: RecordCase) -> Iterator[Finding]:
    """What a record states stands on one of the tables that are made of it."""
    if case.evaluated and case.evaluation_form is None:
        return  # the missing form is told, and much is unprinted for want of it
    forms = case.of.forms.tables_of(case.project, evaluated=case.evaluated)
    shown = {keys for form in forms for keys in form.shown_keys}
    stated = {keys_of(path): path for path, _ in leaves(case.document.part(case.base).data)}
    missing = {keys: path for keys, path in stated.items() if keys[0] not in _CONTROL and keys not in shown}
    if forms and missing:
        names = "、".join("›".join(keys) for keys in missing)
        tables = "、".join(dict.fromkeys(f"《{form.declared.title_of()}》" for form in forms))
        message = f"“{names}”不在{tables}上，公开的表里看不到"
        hint = "请换用有这些项目的表式，或删去这几行；只供网页和数据用的，可以认可这一条。"
        yield case.at((*case.base, *next(iter(missing.values()))), message, hint)

    for form in forms:
        for keys, what in _without_column(case.record, form):
            message = f"{what}，在《{form.declared.title_of()}》上没有它的一列，公开的表里看不到"
            yield case.at((*case.base, *keys), message, "每个名称一列：请补上名称，或合并写了两次的。")


def _without_column(record: Project | DepartmentTarget, form: Form) -> Iterator[tuple[Path_, str]]:
    """Items of indicators that a table with a column for each name shows in none: nameless, or the second of a name."""
    for keys, own, items in items_by_name(form, record):
        first, of = own.columns[0], f"“{own.label}”"
        if len(keys) > 1:
            of = f"第 {int(keys[1]) + 1} 个指标的{of}"
        names: set[str] = set()
        for at, item in enumerate(items):
            name = item.get(first.id)
            if name is None:
                yield (*keys, at), f"{of}里有一项没有写“{first.label}”"
            elif name in names:
                yield (*keys, at, first.label), f"{of}里“{name}”写了两次"
            names.add(name)


@rule("completeness.empty", DepartmentCase.disclosures)
def empty(case: DisclosureCase) -> Iterator[Finding]:
    """A disclosure publishes something."""
    if not case.records and case.complete and not case.disclosure.withdrawn:
        message = "这次公开里没有部门整体绩效目标，也没有公开的项目"
        yield case.at((), message, "请补上项目文件，或删除这个文件夹。")


@rule("completeness.objective", DepartmentCase.records)
def objective(case: RecordCase) -> Iterator[Finding]:
    """Projects have an objective and key tasks a goal, where the form has cells for them."""
    record = case.record
    if isinstance(record, Project):
        stated = record.objective.annual or record.objective.period
        needed = case.form is not None and "objective.annual" in case.form.declared.required
        if not stated and _asks(case.form, "objective") and not needed:
            yield case.at(("总体绩效目标",), "这个项目没有绩效目标", "请补上“总体绩效目标”下面的“年度目标”。")
        return
    for number, task in enumerate(record.tasks if _asks(case.form, "tasks.goal") else ()):
        if not task.goal:
            path = (*case.base, "年度重点工作任务", number, "期望达到的目标")
            message = f"重点工作“{task.name or number + 1}”没有写期望达到的目标"
            yield case.at(path, message, "请补上“期望达到的目标: …”。")


def _asks(form: Form | None, path: str) -> bool:
    """Whether the form has a cell for the field or for a part of it."""
    return form is not None and any(one == path or one.startswith(path + ".") for one in form.declared.fields)


@rule("completeness.indicators", DepartmentCase.records)
def indicators(case: RecordCase) -> Iterator[Finding]:
    """There are indicators, and what has a name has a value."""
    if case.form is None or not _asks(case.form, "indicators"):
        return
    if not case.rows:
        yield case.at((*case.base, "绩效指标"), "没有一个绩效指标", "请补上“绩效指标”。")
    for row in case.rows if "indicators.annual_target" not in case.form.declared.required else ():
        one = row.indicator
        if row.name and one.annual_target is None and one.period_target is None and not one.own:
            yield case.at(row.path, f"指标“{row.short}”没有指标值", "请补上“年度指标值: …”。")


@rule("completeness.tasks", DepartmentCase.targets)
def tasks(case: RecordCase, target: DepartmentTarget) -> Iterator[Finding]:
    """Some indicator speaks of each key task: two neighbouring characters are enough to see that."""
    known = "".join(f"{row.name}。{row.indicator.annual_target or ''}。" for row in case.rows)
    for number, task in enumerate(target.tasks if known else ()):
        chunks = _GENERIC.split(task.name or "")
        words = {chunk[index : index + 2] for chunk in chunks for index in range(len(chunk) - 1)}
        if words and not any(word in known for word in words):
            path = (*case.base, "年度重点工作任务", number, "名称")
            message = f"重点工作“{task.name}”在 {len(target.indicators)} 个绩效指标里没有对应的指标"
            yield case.at(path, message, "请补上反映这项工作的指标。", (*case.base, "绩效指标"))


@rule("completeness.share", DepartmentCase.disclosures)
def share(case: DisclosureCase) -> Iterator[Finding]:
    """At least six of ten projects are published."""
    stated, shown = case.disclosure.all_projects, len(case.projects)
    if stated and case.complete and shown <= stated and shown * 100 < stated * _LEAST_SHARE:
        part = f"公开了 {shown} 个，占 {shown * 100 / stated:.1f}%，不到 {_LEAST_SHARE}%"
        message = f"全部 {stated} 个项目，{part}"
        yield case.at(("项目总数",), message, "请核对是否还有应当公开的项目。")


@rule("completeness.same-name", DepartmentCase.disclosures)
def same_name(case: DisclosureCase) -> Iterator[Finding]:
    """No two projects of a disclosure have one name."""
    seen: dict[str, RecordCase] = {}
    for one, project in case.all_projects:
        first = seen.setdefault(project.name, one)
        if first is not one:
            message = f"项目名称“{project.name}”与 {first.document.file.rpartition('/')[2]} 的相同"
            place = first.place(("项目名称",))
            yield one.at(("项目名称",), message, "请改正名称，或删去重复的项目。", place)


# -- what is left over, and marks without their other half ---------------------------------------------


@rule("wording.unbalanced", DepartmentCase.texts)
def unbalanced(case: Examined) -> Iterator[Finding]:
    """Brackets and quotation marks come in pairs; those of ``1）`` do not count."""
    start = 0
    for text in case.blob.split(SEPARATOR):
        lone = _lone_mark(text)
        if lone is not None:
            hit = case.hit(start + lone, start + lone + 1)
            message = f"【{hit.found}】没有配对：…{hit.around(8)}…"
            yield case.in_text(hit, message, "请补上另一半，或删去这个标点。")
        start += len(text) + 1


def _lone_mark(text: str) -> int | None:
    """Where the first mark without its partner stands."""
    stack: list[tuple[str, int]] = []
    for match in _MARKS.finditer(text):
        mark = match.group().translate(_FULL)
        if mark in _OPENING:
            stack.append((mark, match.start()))
        elif stack and stack[-1][0] == _PAIRS[mark]:
            stack.pop()
        elif match.end() not in {one.end() for one in _LIST_MARK.finditer(text)}:
            return match.start()
    return stack[0][1] if stack else None


@rule("residue.form", DepartmentCase.records)
def form_prints(case: RecordCase) -> Iterator[Finding]:
    """What a form prints as a placeholder has something in its place."""
    for path, label in case.form.declared.fields.items() if case.form else ():
        printed = _PRINTED.search(label or "")
        if case.form and printed and value_at(case.record, path) is None:
            keys = (*case.base, *case.form.term(path).keys)
            message = f"表上印着“{label}”，这一栏却没有填，读者看到的是“{printed.group()}”"
            yield case.at(keys, message, "请填写这一栏，或请管理表式的人去掉占位文字。")


@rule("residue.recheck", DepartmentCase.whole)
def recheck(department: DepartmentCase) -> Iterator[Finding]:
    """What was carried over from last year is looked at once more: once a file."""
    for document in department.loaded.documents.values():
        lines = document.text.split("\n") if _RECHECK in document.text else []
        marked = [number for number, line in enumerate(lines, 1) if line.lstrip().startswith(_RECHECK)]
        if marked:
            first = Place(document.file, marked[0], lines[marked[0] - 1].index(_RECHECK) + 1)
            message = f"从上年沿用的内容还有 {len(marked)} 处没有核对"
            yield Finding(first, message, "请核对“# 请核对”下面的一行，改好以后删去这一行注释。")
