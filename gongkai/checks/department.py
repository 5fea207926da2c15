"""Rules of a department's whole budget: its sums, its key tasks, and its projects."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from gongkai.amounts import Amount
from gongkai.checks.amounts import Part, sum_problem
from gongkai.checks.examined import DepartmentCase, DisclosureCase, RecordCase
from gongkai.checks.money import envelope, shown, written
from gongkai.checks.rule import Rule, rule
from gongkai.problems import Problem, Severity
from gongkai.reading.records import DepartmentTarget, Project


def _parts(case: RecordCase, key: str, amounts: dict[str, Amount | None]) -> list[Part]:
    return [(name, (*case.base, key, name), amount) for name, amount in amounts.items() if amount is not None]


def _development(case: RecordCase) -> list[Part]:
    """事业发展性支出: own fields of the form that belong to expenditure beside 基本支出 and 项目支出."""
    found = []
    for identifier, value in case.record.own.items():  # type: ignore[attr-defined]
        own = case.form.own_field(identifier) if case.form else None
        if (
            own is not None
            and isinstance(value, Amount)
            and ("专项资金" in own.label or "事业发展" in own.label)
        ):
            found.append((own.label, (*case.base, own.label), value))
    return found


def _sum(parts: list[Part]) -> Decimal:
    return sum((part[2].yuan for part in parts), Decimal(0))


def _targets(department: DepartmentCase) -> Iterator[tuple[RecordCase, DepartmentTarget]]:
    for case in department.records:
        if isinstance(case.record, DepartmentTarget):
            yield case, case.record


@rule("department.expenditure", Severity.ERROR, "部门预算支出要等于基本支出加项目支出")
def expenditure(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """部门预算支出 = 基本支出 + 项目支出（有的表式还加事业发展性支出），允许有四舍五入的出入。

    错：`总额: 1,200.00万元`、`基本支出: 999.81万元`、`项目支出: 172.67万元`
    对：`总额: 1,172.48万元`
    """
    for case, target in _targets(department):
        spent = target.expenditure
        if spent.total is None or spent.basic is None or spent.project is None:
            continue
        whole: Part = ("部门预算支出", (*case.base, "部门预算支出", "总额"), spent.total)
        parts = _parts(case, "部门预算支出", {"基本支出": spent.basic, "项目支出": spent.project})
        if not any(_matches([whole], choice) for choice in (parts, parts + _development(case))):
            yield sum_problem(self, case, whole, parts)


def _matches(one: list[Part], other: list[Part]) -> bool:
    amounts = [part[2] for part in (*one, *other)]
    return abs(_sum(one) - _sum(other)) <= envelope(amounts)


@rule("department.balance", Severity.ERROR, "支出要等于收入")
def balance(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """基本支出 + 项目支出（+ 事业发展性支出）= 财政拨款 + 其他资金等收入来源，允许有四舍五入的出入。

    错：基本支出 999.81万元、项目支出 172.67万元，`财政拨款: 1,272.47万元`
    对：`财政拨款: 1,172.47万元`（与 1,172.48万元 只差四舍五入）
    """
    for case, target in _targets(department):
        spent, funds = target.expenditure, target.funds
        if spent.basic is None or spent.project is None or funds.appropriation is None:
            continue
        out = _parts(case, "部门预算支出", {"基本支出": spent.basic, "项目支出": spent.project})
        into = _parts(
            case,
            "收入来源",
            {"财政拨款": funds.appropriation, "上年结转": funds.carryover, "财政专户": funds.fiscal_account,
             "单位资金": funds.unit_funds, "其他资金": funds.other},
        )  # fmt: skip
        without = [part for part in into if part[0] in ("财政拨款", "其他资金")]
        outs, intos = (out, out + _development(case)), (into, without)
        if any(_matches(spent_, got) for spent_ in outs for got in intos):
            continue
        yield self.at(
            case,
            (*case.base, "部门预算支出"),
            f"支出 {_terms(out)}，收入 {_terms(into)}，相差 {shown(abs(_sum(out) - _sum(into)))}",
            "请核对各项金额和单位。",
            tuple(case.place(path) for _, path, _ in (*out, *into)),
        )


def _terms(parts: list[Part]) -> str:
    return " + ".join(f"{label} {written(amount)}" for label, _, amount in parts) + f" = {shown(_sum(parts))}"


@rule("department.tasks", Severity.WARNING, "重点工作的资金合计不能超过项目支出")
def tasks(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """年度重点工作任务的资金合计等于项目支出；没有全部列出的，小于项目支出。允许有四舍五入的出入。

    错：`项目支出: 172.67万元`，各项重点工作合计 1,826,650元
    对：各项重点工作合计 1,726,650元（172.665万元，四舍五入为 172.67万元）
    """
    for case, target in _targets(department):
        whole = target.expenditure.project
        parts: list[Part] = [
            (task.name or "", (*case.base, "年度重点工作任务", number, "拟投入的资金"), task.funds)
            for number, task in enumerate(target.tasks)
            if task.funds is not None
        ]
        if whole is None or not parts:
            continue
        most = whole.yuan + _sum(_development(case))
        over = _sum(parts) - most
        if over > envelope([whole, *(part[2] for part in parts)]):
            message = (
                f"{len(parts)} 项重点工作的资金合计 {shown(_sum(parts))}，"
                f"比项目支出 {written(whole)} 多 {shown(over)}"
            )
            related = tuple(case.place(path) for _, path, _ in parts)
            path = (*case.base, "部门预算支出", "项目支出")
            yield self.at(case, path, message, "请核对各项重点工作的资金和项目支出。", related)


@rule("department.projects", Severity.WARNING, "项目的资金合计要与部门的项目支出相符")
def projects(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """同一次公开里，各项目年度资金合计不能超过部门的项目支出；“项目总数”表明项目已经齐全的，应当相等。

    错：部门的 `项目支出: 172.67万元`，各项目合计 200万元
    对：各项目合计 172.67万元
    """
    for case in department.disclosures:
        target = case.target.record if case.target else None
        if (
            not isinstance(target, DepartmentTarget)
            or target.expenditure.project is None
            or not case.complete
        ):
            continue
        stated = _totals(case)
        if not stated:
            continue
        whole, added = target.expenditure.project, sum((one.yuan for _, one in stated), Decimal(0))
        allowed = envelope([whole, *(one for _, one in stated)])
        all_there = case.disclosure.all_projects == len(case.all_projects) == len(stated)
        if added - whole.yuan > allowed or (all_there and whole.yuan - added > allowed):
            message = f"{len(stated)} 个项目的年度资金合计 {shown(added)}，部门的项目支出是 {written(whole)}"
            related = tuple(one.place(("年度资金", "总额")) for one, _ in stated)
            path = ("部门整体绩效目标", "部门预算支出", "项目支出")
            yield self.at(case, path, message, "请核对项目是否重复、金额和单位是否正确。", related)


def _totals(case: DisclosureCase) -> list[tuple[RecordCase, Amount]]:
    """The projects' totals, withheld ones included: they are part of the department's budget."""
    found = []
    for one in case.all_projects:
        record = one.record
        if isinstance(record, Project) and record.funds.total is not None:
            found.append((one, record.funds.total))
    return found


RULES = (expenditure, balance, tasks, projects)
