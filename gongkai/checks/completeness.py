"""Rules of completeness: what a form requires, and what a publication should state and cover."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gongkai.checks.examined import DepartmentCase, RecordCase, Row
from gongkai.checks.rule import Rule, rule
from gongkai.problems import Problem, Severity
from gongkai.reading.evaluation import is_evaluated
from gongkai.reading.forms import Form
from gongkai.reading.kinds import Record
from gongkai.reading.records import DepartmentTarget
from gongkai.reading.source import Path_
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


@rule("completeness.required", Severity.ERROR, "表式要求填写的项目不能空")
def required(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """表式里标明必填的项目，记录里要有。只写了一级、二级指标的指标，算没有填，报告一次。

    错：项目表要求填“项目类型”，记录里没有这一行。
    对：`项目类型: 其他运转类（综合类）`
    """
    for case in department.records:
        if case.form is not None:
            unfilled = _unfilled(case)
            for path in _blank(case.form, case.record):
                keys, message, hint = _missing(case, case.form, path)
                if keys[: len(case.base) + 2] not in unfilled:
                    yield self.at(case, keys, message, hint)
                elif (row := unfilled[keys[: len(case.base) + 2]]) is not None:
                    unfilled[row.path] = None
                    message = f"第 {int(row.path[-1]) + 1} 个指标没有填"
                    yield self.at(case, row.path, message, "请填写，或删去这几行。")


def _unfilled(case: RecordCase) -> dict[Path_, Row | None]:
    """The indicators that state their place in the system and nothing else, by path; None once reported."""
    places = {"level1", "level2"}
    return {
        row.path: row
        for row in case.rows
        if all(value in (None, {}) for name, value in row.indicator if name not in places)
    }


def _blank(form: Form, record: Record) -> Iterator[str]:
    """The required paths that are blank; rows of lists are looked at one by one."""
    for path in form.declared.required:
        head, _, rest = path.partition(".")
        value = getattr(record, head)
        if not rest:
            if value is None or value == ():
                yield path
        elif isinstance(value, tuple):
            for index, row in enumerate(value):
                if value_at(row, rest) is None:
                    yield f"{head}.{index}.{rest}"
        elif value_at(value, rest) is None:
            yield path


def _missing(case: RecordCase, form: Form, path: str) -> tuple[Path_, str, str]:
    """Where a required field is missing, the message, and what to do."""
    parts = path.split(".")
    rows = [int(part) for part in parts if part.isdigit()]
    term = form.term(".".join(part for part in parts if not part.isdigit()))
    keys = (*case.base, term.keys[0], rows[0], *term.keys[1:]) if rows else (*case.base, *term.keys)
    where = f"第 {rows[0] + 1} 个指标的" if rows else ""
    message = f"缺少{where}“{term.label}”，《{form.declared.title}》要求填写"
    return keys, message, f"请补上“{term.label}: …”。"


@rule("completeness.unprinted", Severity.WARNING, "记录里写的，表上要有地方印")
def unprinted(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """记录里写了、而由它印出的各张表上都没有的内容，公开的表里看不到。写在自评里的，看自评表。

    错：表式没有“存在问题”一格，记录的“自评”里写了 `存在问题: …`
    对：换用有这一格的表式，或者删去这一行
    """
    for case in department.records:
        evaluated = is_evaluated(case.record)  # type: ignore[arg-type]
        forms = case.of.forms.tables_of(case.project, evaluated=evaluated)
        if not forms:
            continue
        shown = {keys for form in forms for keys in form.shown_keys}
        data = case.document.data
        for key in case.base:
            data = data.get(str(key)) if isinstance(data, dict) else None
        missing = {keys: path for keys, path in _leaves(data) if not _stands(keys, shown)}
        if missing:
            names = "、".join("›".join(keys) for keys in missing)
            tables = "、".join(dict.fromkeys(f"《{form.declared.title}》" for form in forms))
            message = f"“{names}”不在{tables}上，公开的表里看不到"
            hint = "请换用有这些项目的表式，或删去这几行；只供网页和数据用的，可以认可这一条。"
            yield self.at(case, (*case.base, *next(iter(missing.values()))), message, hint)


def _leaves(
    data: Any, keys: tuple[str, ...] = (), path: Path_ = ()
) -> Iterator[tuple[tuple[str, ...], Path_]]:
    """The keys and the path of every value that is stated."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _leaves(value, (*keys, key), (*path, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _leaves(value, keys, (*path, number))
    elif data is not None and data != "":
        yield keys, path


def _stands(keys: tuple[str, ...], shown: set[tuple[str, ...]]) -> bool:
    return keys[0] in _CONTROL or keys in shown or keys[:1] in shown


@rule("completeness.year", Severity.WARNING, "公开应当注明年度")
def year(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """没有年度的公开，页面上显示“未注明”，也不能参加逐年比较。

    错：`disclosure.yaml` 里没有“年度”。
    对：`年度: 2026`
    """
    for case in department.disclosures:
        if (
            case.disclosure.year is None and not case.disclosure.slug.isdigit()
        ):  # else its folder's name is told
            hint = "请补上，例如“年度: 2026”；原件确实没有年度的，可以认可这一条。"
            yield self.at(case, ("年度",), "没有注明年度，页面上会显示“未注明”", hint)


@rule("completeness.published", Severity.NOTICE, "公开应当注明发布日期")
def published(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """预算法要求批复后二十日内公开；没有发布日期，无法判断是否按时。

    错：`disclosure.yaml` 里没有“发布日期”。
    对：`发布日期: 2026-02-13`
    """
    for case in department.disclosures:
        if case.disclosure.published is None:
            hint = "请补上，例如“发布日期: 2026-02-13”。"
            yield self.at(case, ("发布日期",), "没有注明发布日期，页面上会显示“未注明”", hint)


@rule("completeness.empty", Severity.ERROR, "公开不能一张表也没有")
def empty(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """一次公开至少要有部门整体绩效目标或一个公开的项目；确实没有数据的，也要按规定公开空表并说明。

    错：文件夹里只有 `disclosure.yaml`，没有项目文件，也没有“部门整体绩效目标”。
    对：补上项目文件。
    """
    for case in department.disclosures:
        if not case.records and case.complete and not case.disclosure.withdrawn:
            message = "这次公开里没有部门整体绩效目标，也没有公开的项目"
            yield self.at(case, (), message, "请补上项目文件，或删除这个文件夹。")


@rule("completeness.objective", Severity.WARNING, "每个项目、每项重点工作都要有目标")
def objective(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """项目要有总体绩效目标；年度重点工作任务要写期望达到的目标。表式没有这一栏的不查。

    错：项目没有“总体绩效目标”。
    对：`总体绩效目标:` 下面写 `年度目标: 完成民兵训练1次。`
    """
    for case, project in department.projects():
        form = case.form
        if form is None or not _asks(form, "objective") or "objective.annual" in form.declared.required:
            continue
        if not (project.objective.annual or project.objective.period):
            hint = "请补上“总体绩效目标”下面的“年度目标”。"
            yield self.at(case, ("总体绩效目标",), "这个项目没有绩效目标", hint)
    for case in department.records:
        if isinstance(case.record, DepartmentTarget) and _asks(case.form, "tasks.goal"):
            for number, task in enumerate(case.record.tasks):
                if not task.goal:
                    message = f"重点工作“{task.name or number + 1}”没有写期望达到的目标"
                    path = (*case.base, "年度重点工作任务", number, "期望达到的目标")
                    yield self.at(case, path, message, "请补上“期望达到的目标: …”。")


def _asks(form: Form | None, path: str) -> bool:
    """Whether the form has a cell for the field or for a part of it."""
    return form is not None and any(one == path or one.startswith(path + ".") for one in form.declared.fields)


@rule("completeness.indicators", Severity.WARNING, "每个项目都要有绩效指标和指标值")
def indicators(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """没有指标的目标无法考核；有名称的指标要有指标值。

    错：项目没有“绩效指标”；或指标只写了 `三级指标: 培训次数`，没有指标值。
    对：`三级指标: 培训次数`、`年度指标值: 4次`
    """
    for case in department.records:
        if not _asks(case.form, "indicators"):
            continue
        if not case.rows:
            yield self.at(case, (*case.base, "绩效指标"), "没有一个绩效指标", "请补上“绩效指标”。")
        required_ = case.form.declared.required  # type: ignore[union-attr]
        for row in case.rows:
            one = row.indicator
            blank = one.annual_target is None and one.period_target is None and not one.own
            if blank and row.name and "indicators.annual_target" not in required_:
                yield self.at(case, row.path, f"指标“{row.short}”没有指标值", "请补上“年度指标值: …”。")


@rule("completeness.tasks", Severity.NOTICE, "每项重点工作都应当有指标")
def tasks(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """年度重点工作任务要有对应的绩效指标；任务名称里的词在所有指标里一个也找不到时提示。

    错：重点工作“机关党建网站运行维护”，指标里没有一处提到网站。
    对：增加指标 `三级指标: 网站全年故障次数`、`年度指标值: ≤3次`
    """
    for case in department.records:
        record = case.record
        if not isinstance(record, DepartmentTarget) or not record.tasks or not record.indicators:
            continue
        known = "".join(f"{row.name}。{row.indicator.annual_target or ''}。" for row in case.rows)
        for number, task in enumerate(record.tasks):
            words = _words(task.name or "")
            if words and not any(word in known for word in words):
                path = (*case.base, "年度重点工作任务", number, "名称")
                message = f"重点工作“{task.name}”在 {len(record.indicators)} 个绩效指标里没有对应的指标"
                yield self.at(
                    case, path, message, "请补上反映这项工作的指标。", (case.place((*case.base, "绩效指标")),)
                )


def _words(name: str) -> set[str]:
    """The pairs of neighbouring characters that say what a task is about: enough to see whether texts speak of it."""
    chunks = _GENERIC.split(name)
    return {chunk[index : index + 2] for chunk in chunks for index in range(len(chunk) - 1)}


@rule("completeness.total", Severity.ERROR, "项目总数不能少于已有的项目")
def total(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """“项目总数”是部门当年的全部项目（含不公开的），不会少于文件夹里的项目。

    错：`项目总数: 5`，文件夹里却有 7 个项目。
    对：`项目总数: 7`
    """
    for case in department.disclosures:
        stated, have = case.disclosure.all_projects, len(case.all_projects)
        if stated is not None and stated < have:
            message = f"项目总数写的是 {stated} 个，已有的项目却有 {have} 个"
            yield self.at(case, ("项目总数",), message, "请改正“项目总数”。")


@rule("completeness.share", Severity.NOTICE, "公开的项目占全部项目的比例")
def share(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """公开的项目不到全部项目的百分之六十时提示（中央部门 2024 年对一级项目的要求，地方可以参照）。

    错：`项目总数: 20`，只公开了 7 个。
    对：公开 12 个以上。
    """
    for case in department.disclosures:
        stated, shown = case.disclosure.all_projects, len(case.projects)
        if stated and case.complete and shown <= stated and shown * 100 < stated * _LEAST_SHARE:
            message = f"全部 {stated} 个项目，公开了 {shown} 个，占 {shown * 100 / stated:.1f}%，不到 {_LEAST_SHARE}%"
            yield self.at(case, ("项目总数",), message, "请核对是否还有应当公开的项目。")


@rule("completeness.unit-is-project", Severity.WARNING, "单位的名称不能写成项目名称")
def unit_is_project(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """实施单位、用款单位、主管部门应当是单位的名称。

    错：`项目名称: 党的建设`，`实施单位: 党的建设`
    对：`实施单位: 中国共产党郎溪县直属机关工作委员会`
    """
    for case, project in department.projects():
        for name, key in (
            ("implementing_unit", "实施单位"),
            ("spending_unit", "用款单位"),
            ("authority", "主管部门"),
        ):
            if getattr(project, name) == project.name:
                message = f"“{key}”写的是“{project.name}”，与项目名称相同"
                hint = f"请改为单位的名称，例如“{department.loaded.department.name}”。"
                yield self.at(case, (key,), message, hint, (case.place(("项目名称",)),))


@rule("completeness.same-name", Severity.WARNING, "一次公开里，项目名称不能相同")
def same_name(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """两个项目名称相同，多半是同一个项目写了两遍，或复制以后没有改名；读者也分不清。

    错：`minbing.yaml` 和 `peixun.yaml` 都写着 `项目名称: 民兵事业费`
    对：各写各的名称；确实重名的，可以认可这一条
    """
    for case in department.disclosures:
        seen: dict[str, RecordCase] = {}
        for one in case.all_projects:
            name = one.record.name  # type: ignore[attr-defined]
            first = seen.setdefault(name, one)
            if first is not one:
                message = f"项目名称“{name}”与 {first.document.file.rpartition('/')[2]} 的相同"
                hint = "请改正名称，或删去重复的项目。"
                yield self.at(one, ("项目名称",), message, hint, (first.place(("项目名称",)),))


RULES = (
    required, unprinted, year, published, empty, objective, indicators, tasks, total, share, unit_is_project, same_name,
)  # fmt: skip
