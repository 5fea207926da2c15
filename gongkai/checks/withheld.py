"""Rules of what is not published: a project marked 公开: 否 needs a reason and must not show anywhere."""

from __future__ import annotations

from collections.abc import Iterator

from gongkai.checks.examined import DepartmentCase, DisclosureCase, RecordCase
from gongkai.checks.money import envelope
from gongkai.checks.rule import Rule, rule
from gongkai.checks.wholefile import WholeFile
from gongkai.privacy.markup import as_written, plain
from gongkai.problems import Problem, Severity
from gongkai.reading.records import Project

_LEAST_NAME = 6


@rule("withheld.reason", Severity.ERROR, "不公开的项目要写原因")
def reason(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """不公开是例外（涉密等），`公开: 否` 必须写明 `不公开原因`；原因只留在记录里，不会公开。

    错：`公开: 否`
    对：`公开: 否`、`不公开原因: 涉及国家秘密`
    """
    for disclosure in department.disclosures:
        for case in disclosure.withheld:
            if not _project(case).withheld_reason:
                yield self.at(
                    case,
                    ("公开",),
                    "标明不公开，却没有写不公开原因",
                    "请补上“不公开原因: …”，或改为“公开: 是”。",
                )


@rule("withheld.unmarked", Severity.ERROR, "公开的项目不写不公开原因")
def unmarked(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """写了“不公开原因”而没有写“公开”的，不公开；写了“公开: 是”的，两处说法相反，要改正一处。

    错：`公开: 是`、`不公开原因: 涉及国家秘密`
    对：`公开: 否`、`不公开原因: 涉及国家秘密`
    """
    for case, project in department.projects():
        if project.withheld_reason:
            message = "写了不公开原因，又写着“公开: 是”"
            yield self.at(case, ("不公开原因",), message, "不公开的请改为“公开: 否”；公开的请删去原因。")


@rule("withheld.named", Severity.ERROR, "不公开的项目不能出现在公开的文字里")
def named(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """不公开的项目，名称（六个字以上；更短的，整个字段就是它）不能出现在这个部门任何年度的公开、项目、说明和部门信息里，换成全角、半角或加了空格的写法也不行。别的部门、网站页面和 `files/` 里出现的，由 `withheld.elsewhere` 报告。

    错：项目“涉密机房改造专项”不公开，部门的年度重点工作任务里却写着 `名称: 涉密机房改造专项`
    对：从重点工作任务里去掉，或改用可以公开的说法
    """
    for disclosure in department.disclosures:
        for case in disclosure.withheld:
            for shown in department.files:
                yield from _mentions(self, shown, case, _project(case).name)


def _mentions(self: Rule, shown: WholeFile, withheld: RecordCase, name: str) -> Iterator[Problem]:
    found = mention(shown, name)
    if found is None:
        return
    hit = shown.hit(*found)
    message = f"不公开的项目“{name}”出现在公开的文字里"
    related = (withheld.place(("公开",)),)
    yield self.at(shown, hit.path, message, "请去掉，或改用可以公开的说法。", related, shown.spot(hit))


def mention(shown: WholeFile, name: str) -> tuple[int, int] | None:
    """Where in a file's texts a name stands, in any width; a short one only where it is the whole text."""
    for found in as_written(name).finditer(shown.blob):
        _, text, start = shown.field_at(found.start())
        value = text.partition("：")[2]
        if len(plain(name)) >= _LEAST_NAME or plain(value) == plain(name):
            return max(found.start(), start), found.end()
    return None


@rule("withheld.subtraction", Severity.ERROR, "总数减去公开的项目，不能算出不公开的项目")
def subtraction(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """部门预算支出里的项目支出减去公开的项目，余下的正好是不公开项目的资金时，谁都能算出来。项目支出按规定必须公开的，请在 disclosure.yaml 里认可这一条，写明原因。

    错：`项目支出: 100万元`，公开的项目共 80 万元，一个不公开的项目 20 万元
    对：在 `已认可` 里写明 `规则: withheld.subtraction` 和原因
    """
    for disclosure in department.disclosures:
        if disclosure.withheld and disclosure.target is not None and disclosure.complete:
            yield from _given_away(self, disclosure)


def _given_away(self: Rule, disclosure: DisclosureCase) -> Iterator[Problem]:
    target = disclosure.disclosure.department_target
    whole = target.expenditure.project if target else None
    held = [_project(case).funds.total for case in disclosure.withheld]
    shown = [case.record.funds.total for case in disclosure.projects if isinstance(case.record, Project)]
    amounts = [one for one in (*held, *shown) if one is not None]
    if whole is None or len(amounts) < len(held) + len(shown) or not sum(one.yuan for one in amounts):
        return
    if abs(whole.yuan - sum(one.yuan for one in amounts)) <= envelope([whole, *amounts]):
        count = "这个项目" if len(held) == 1 else f"这 {len(held)} 个项目"
        message = f"项目支出减去公开的项目，正好是不公开的资金：{count}的金额能算出来"
        hint = "请核对能不能公开；按规定必须公开项目支出的，请认可这一条，写明原因。"
        path = ("部门整体绩效目标", "部门预算支出", "项目支出")
        related = tuple(case.place(("公开",)) for case in disclosure.withheld)
        yield self.at(disclosure, path, message, hint, related)


def _project(case: RecordCase) -> Project:
    assert isinstance(case.record, Project)
    return case.record


RULES = (reason, unmarked, named, subtraction)
