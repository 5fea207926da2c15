"""Rules of amounts and of a department's whole budget: units, sizes, and sums that must come out within rounding."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from gongkai.amounts import FACTORS, AmountStyle, format_yuan, parse_amount
from gongkai.checks.examined import DepartmentCase, DisclosureCase, RecordCase
from gongkai.checks.money import Part, added, envelope, equal, shown, sum_finding, terms_of, written
from gongkai.checks.rule import rule
from gongkai.checks.texts import Finding
from gongkai.reading.forms import Form
from gongkai.reading.records import DepartmentTarget, Funds, Project
from gongkai.reading.source import Path_

_LEAST, _MOST = Decimal(100), Decimal(10) ** 10
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_SOURCES = ("appropriation", "carryover", "fiscal_account", "unit_funds", "other")
_BUDGETS = ("general_public", "government_fund", "state_capital")
_LABELS = {name: info.alias or name for name, info in Funds.model_fields.items()}
_OPTIONAL = frozenset({"上年结转"})
"""Sources that some localities count inside another one."""


def _stated(department: DepartmentCase) -> Iterator[tuple[RecordCase, Form, str, Part]]:
    """Every amount of records that have a form, with its declared path."""
    for (case,) in department.records():
        if case.form is not None:
            for term, path, text in case.stated("amount"):
                yield case, case.form, term.path, Part(term.label, path, parse_amount(text))


def _bare(department: DepartmentCase) -> Iterator[tuple[RecordCase, Part, AmountStyle]]:
    """Those that state no unit, with how the form prints them."""
    for case, form, path, part in _stated(department):
        if part.amount.yuan and not part.amount.unit:
            yield case, part, form.amount_style(path)


@rule("amounts.unit", _bare)
def unit(case: RecordCase, part: Part, style: AmountStyle) -> Iterator[Finding]:
    """A bare number where the form prints 万元 is most likely copied from it."""
    if style.unit != "元":
        text = part.amount.text
        read = format_yuan(part.amount.yuan, style) + ("" if style.show_unit else style.unit)
        message = f"“{part.label}: {text}”没有写单位，会当作 {text}元，在表上印成 {read}"
        yield case.at(part.path, message, f"请写明单位：{text}{style.unit}，或 {text}元。")


@rule("amounts.bare", _bare)
def bare(case: RecordCase, part: Part, style: AmountStyle) -> Iterator[Finding]:
    """A bare number where the form prints 元 is right, unless it comes from a table in 万元."""
    if style.unit == "元":
        text = part.amount.text
        message = f"“{part.label}: {text}”没有写单位，会当作 {text}元"
        yield case.at(part.path, message, f"请写明单位：{text}元，或 {text}万元。")


@rule("amounts.vanishes", _stated)
def vanishes(case: RecordCase, form: Form, path: str, part: Part) -> Iterator[Finding]:
    """What is not zero is not printed as zero."""
    amount, style = part.amount, form.amount_style(path)
    if amount.yuan and amount.unit and style.decimals is not None and amount.yuan < FACTORS[style.unit]:
        text = format_yuan(amount.yuan, style)
        if not text.strip("0.元万亿"):
            message = f"“{part.label}”是 {written(amount)}，表上以{style.unit}为单位，会印成 {text}"
            yield case.at(part.path, message, "请核对金额和单位。")


@rule("amounts.printed", DepartmentCase.records)
def printed(case: RecordCase) -> Iterator[Finding]:
    """The words that are printed instead of an amount state it, in 元 or 万元."""
    for term, path, text in case.stated("amount"):
        amount = parse_amount(text)
        numbers = [Decimal(one.replace(",", "")) for one in _NUMBER.findall(amount.printed or "")]
        stated = any(one * factor == amount.yuan for one in numbers for factor in FACTORS.values())
        if amount.printed is not None and not stated:
            message = f"“{term.label}”是 {written(amount)}，印作的“{amount.printed}”里没有这个数"
            yield case.at(path, message, "请核对金额和印作的文字。")


@rule("amounts.size", DepartmentCase.projects)
def size(case: RecordCase, project: Project) -> Iterator[Finding]:
    """A project costs between 100元 and 100亿元."""
    amount = project.funds.total
    if amount and amount.yuan and not case.unclear(amount) and not _LEAST <= amount.yuan <= _MOST:
        word = "只有" if amount.yuan < _LEAST else "高达"
        message = f"年度资金总额{word} {shown(amount.yuan)}"
        yield case.at(("年度资金", "总额"), message, "请核对单位是元还是万元。")


def _funds(case: RecordCase) -> Iterator[tuple[Funds, str, Path_]]:
    """The funds a record states: themselves, their declared path, where they stand."""
    record = case.record
    label = "收入来源" if isinstance(record, DepartmentTarget) else "年度资金"
    yield record.funds, "funds", (*case.base, label)
    if isinstance(record, Project):
        yield record.period_funds, "period_funds", ("实施周期资金",)
    if evaluation := record.evaluation:
        for name, label in (("initial", "年初预算数"), ("adjusted", "全年预算数"), ("spent", "执行数")):
            yield getattr(evaluation, name), f"evaluation.{name}", (*case.base, "自评", label)


def _parts(funds: Funds, names: Sequence[str], path: Path_) -> list[Part]:
    stated = ((name, getattr(funds, name)) for name in names)
    return [Part(_LABELS[name], (*path, _LABELS[name]), one) for name, one in stated if one is not None]


@rule("amounts.sources", DepartmentCase.records)
def sources(case: RecordCase) -> Iterator[Finding]:
    """The total is the sum of its sources; those a form has no cell for may be left out."""
    for funds, name, path in _funds(case):
        if funds.total is not None and not case.unclear(funds.total):
            whole, parts = Part("总额", (*path, "总额"), funds.total), _parts(funds, _SOURCES, path)
            optional = _OPTIONAL | ({"财政专户", "单位资金"} if funds.other else set())
            needed = [part for part in parts if part.label not in optional]
            fields = case.form.declared.fields if case.form else {}
            others = funds.other or funds.unit_funds or {f"{name}.other", f"{name}.unit_funds"} & set(fields)
            # Where the budget that was spent has all its sources, what was spent has them, too.
            budget = case.record.evaluation.adjusted if case.record.evaluation else Funds()
            whole_budget = equal(_parts(budget, ("total",), ()), _parts(budget, _SOURCES, ()))
            closed = bool(others) or (name == "evaluation.spent" and whole_budget)
            short = added(parts) < funds.total.yuan
            choices = any(equal([whole], chosen) for chosen in _choices(parts, optional))
            if needed and not choices and (closed or not short):
                yield sum_finding(case, whole, parts)
    for number, task in enumerate(getattr(case.record, "tasks", ())):
        base = (*case.base, "年度重点工作任务", number)
        if task.funds and task.appropriation and task.other:
            whole = Part("拟投入的资金", (*base, "拟投入的资金"), task.funds)
            stated = {"财政拨款": task.appropriation, "其他资金": task.other}
            parts = [Part(label, (*base, label), one) for label, one in stated.items()]
            if not equal([whole], parts):
                yield sum_finding(case, whole, parts)


def _choices(parts: Sequence[Part], optional: frozenset[str] | set[str]) -> Iterator[list[Part]]:
    """All parts, and without those that some localities count inside another source."""
    for left_out in (set(), *({one} for one in optional), optional, optional - _OPTIONAL):
        yield [part for part in parts if part.label not in left_out]


@rule("amounts.appropriation", DepartmentCase.records)
def appropriation(case: RecordCase) -> Iterator[Finding]:
    """An appropriation is the sum of the three budgets; where not all are stated, it is no less."""
    for funds, name, path in _funds(case):
        for whole_name, prefix in (("appropriation", ""), ("carryover", "carryover_")):
            wholes = _parts(funds, [whole_name], path)
            parts = _parts(funds, [prefix + one for one in _BUDGETS], path)
            if not wholes or not parts or name.startswith("evaluation") or equal(wholes, parts):
                continue
            if len(parts) == len(_BUDGETS) or added(parts) > added(wholes):
                yield sum_finding(case, wholes[0], parts)


@rule("amounts.period", DepartmentCase.projects)
def period(case: RecordCase, project: Project) -> Iterator[Finding]:
    """The period's funds include the year's."""
    for name in ("total", "appropriation", "other"):
        year, whole = getattr(project.funds, name), getattr(project.period_funds, name)
        if year and whole and year.yuan - whole.yuan > envelope([year, whole]):
            label = _LABELS[name]
            message = f"年度资金的{label}是 {written(year)}，超过了实施周期的 {written(whole)}"
            yield case.at(("年度资金", label), message, "请核对两个金额和单位。", ("实施周期资金", label))


# -- a department's whole budget ------------------------------------------------------------------


def _spent(case: RecordCase, target: DepartmentTarget) -> list[Part]:
    """基本支出 and 项目支出, where both are stated."""
    path = (*case.base, "部门预算支出")
    basic, project = target.expenditure.basic, target.expenditure.project
    if basic is None or project is None:
        return []
    return [Part("基本支出", (*path, "基本支出"), basic), Part("项目支出", (*path, "项目支出"), project)]


def _development(case: RecordCase) -> list[Part]:
    """事业发展性支出: own fields of the form that belong to expenditure beside 基本支出 and 项目支出."""
    return [
        Part(term.label, path, parse_amount(text))
        for term, path, text in case.stated("amount")
        if re.fullmatch(r"own\.[^.]+", term.path) and re.search("专项资金|事业发展", term.label)
    ]


@rule("department.expenditure", DepartmentCase.targets)
def expenditure(case: RecordCase, target: DepartmentTarget) -> Iterator[Finding]:
    """The whole expenditure is the sum of its parts."""
    total, parts = target.expenditure.total, _spent(case, target)
    if total is not None and parts:
        whole = Part("部门预算支出", (*case.base, "部门预算支出", "总额"), total)
        if not any(equal([whole], choice) for choice in (parts, parts + _development(case))):
            yield sum_finding(case, whole, parts)


@rule("department.balance", DepartmentCase.targets)
def balance(case: RecordCase, target: DepartmentTarget) -> Iterator[Finding]:
    """What is spent is what comes in; some localities do not count what is carried over."""
    out, into = _spent(case, target), _parts(target.funds, _SOURCES, (*case.base, "收入来源"))
    if not out or target.funds.appropriation is None:
        return
    without = [part for part in into if part.label in ("财政拨款", "其他资金")]
    outs = (out, out + _development(case))
    if not any(equal(spent, got) for spent in outs for got in (into, without)):
        message = f"支出 {terms_of(out)}，收入 {terms_of(into)}，相差 {shown(abs(added(out) - added(into)))}"
        places = (part.path for part in (*out, *into))
        yield case.at((*case.base, "部门预算支出"), message, "请核对各项金额和单位。", *places)


@rule("department.tasks", DepartmentCase.targets)
def tasks(case: RecordCase, target: DepartmentTarget) -> Iterator[Finding]:
    """Key tasks take no more than 项目支出."""
    whole = target.expenditure.project
    parts = [
        Part(task.name or "", (*case.base, "年度重点工作任务", number, "拟投入的资金"), task.funds)
        for number, task in enumerate(target.tasks)
        if task.funds is not None
    ]
    if whole is None or not parts:
        return
    over = added(parts) - whole.yuan - added(_development(case))
    if over > envelope([whole, *(part.amount for part in parts)]):
        message = f"{len(parts)} 项重点工作的资金合计 {shown(added(parts))}，比项目支出 {written(whole)} 多 {shown(over)}"
        path = (*case.base, "部门预算支出", "项目支出")
        yield case.at(path, message, "请核对各项重点工作的资金和项目支出。", *(part.path for part in parts))


@rule("department.projects", DepartmentCase.disclosures)
def projects(case: DisclosureCase) -> Iterator[Finding]:
    """Projects, withheld ones included, take no more than 项目支出; all of them, exactly that."""
    target = case.disclosure.department_target
    whole = target.expenditure.project if target else None
    totals = ((one, project.funds.total) for one, project in case.all_projects)
    stated = [(one, total) for one, total in totals if total is not None]
    if whole is None or not case.complete or not stated:
        return
    over = sum((one.yuan for _, one in stated), Decimal(0)) - whole.yuan
    allowed = envelope([whole, *(one for _, one in stated)])
    all_there = case.disclosure.all_projects == len(case.all_projects) == len(stated)
    if over > allowed or (all_there and -over > allowed):
        total = shown(whole.yuan + over)
        message = f"{len(stated)} 个项目的年度资金合计 {total}，部门的项目支出是 {written(whole)}"
        places = (one.place(("年度资金", "总额")) for one, _ in stated)
        path = ("部门整体绩效目标", "部门预算支出", "项目支出")
        yield case.at(path, message, "请核对项目是否重复、金额和单位是否正确。", *places)
