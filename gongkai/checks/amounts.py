"""Rules of amounts: units, sizes, and sums that must come out within what rounding allows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache

from gongkai.amounts import FACTORS, Amount, format_yuan
from gongkai.checks.examined import DepartmentCase, RecordCase
from gongkai.checks.money import envelope, shown, written
from gongkai.checks.rule import Rule, rule
from gongkai.problems import Problem, Severity
from gongkai.reading.forms import Form
from gongkai.reading.kinds import Record
from gongkai.reading.records import DepartmentTarget, Funds, Project
from gongkai.reading.source import Path_
from gongkai.reading.vocabulary import Term, terms, value_at

Part = tuple[str, Path_, Amount]
"""An amount taking part in a sum: its label, its path, itself."""

_LEAST, _MOST = Decimal(100), Decimal(10) ** 10
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_SOURCES = ("appropriation", "carryover", "fiscal_account", "unit_funds", "other")
_BUDGETS = ("general_public", "government_fund", "state_capital")
_EVALUATED = {"initial": "年初预算数", "adjusted": "全年预算数", "spent": "执行数"}
_FUNDS_KEYS = {name: info.alias or name for name, info in Funds.model_fields.items()}


@cache
def _amount_terms(model: type[Record]) -> tuple[tuple[tuple[str, ...], Term], ...]:
    return tuple(
        (tuple(term.path.split(".")), term) for term in terms(model).values() if term.kind == "amount"
    )


def stated_amounts(case: RecordCase) -> Iterator[tuple[str, Part]]:
    """Every amount of a record: the declared path, then label, YAML path and amount."""
    for parts, term in _amount_terms(type(case.record)):
        value = getattr(case.record, parts[0])
        if isinstance(value, tuple):
            for number, row in enumerate(value):
                amount = getattr(row, parts[1])
                if amount is not None:
                    yield term.path, (term.label, (*case.base, term.keys[0], number, *term.keys[1:]), amount)
        elif value is not None and (amount := value_at(value, ".".join(parts[1:]))) is not None:
            yield term.path, (term.label, (*case.base, *term.keys), amount)
    yield from _own_amounts(case)


def _own_amounts(case: RecordCase) -> Iterator[tuple[str, Part]]:
    for identifier, value in case.record.own.items():  # type: ignore[attr-defined]
        own = case.form.own_field(identifier) if case.form else None
        if own is None:
            continue
        if isinstance(value, Amount):
            yield f"own.{identifier}", (own.label, (*case.base, own.label), value)
        elif isinstance(value, tuple):
            labels = {column.id: column.label for column in own.columns}
            for number, cells in enumerate(value):
                for name, cell in cells.items():
                    if isinstance(cell, Amount):
                        path = (*case.base, own.label, number, labels[name])
                        yield f"own.{identifier}.{name}", (labels[name], path, cell)


@rule("amounts.unit", Severity.ERROR, "表上以万元为单位的金额，记录里要写明单位")
def unit(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """没有单位的数按元读。表上印万元而记录里只写一个数，多半是照抄了表上的数，会差一万倍，所以必须写明；零不必写。

    错：`总额: 7.67`（表上的单位是万元）
    对：`总额: 7.67万元` 或 `总额: 76,700元`
    """
    for case in department.records:
        if case.form is None:
            continue
        for path, (label, keys, amount) in stated_amounts(case):
            if amount.unit is None and amount.yuan and case.form.amount_style(path).unit != "元":
                yield _without_unit(self, case, case.form, path, label, keys, amount)


def _without_unit(
    self: Rule, case: RecordCase, form: Form, path: str, label: str, keys: Path_, amount: Amount
) -> Problem:
    style = form.amount_style(path)
    read = format_yuan(amount.yuan, style) + ("" if style.show_unit else style.unit)
    message = f"“{label}: {amount.text}”没有写单位，会当作 {amount.text}元，在表上印成 {read}"
    return self.at(case, keys, message, f"请写明单位：{amount.text}{style.unit}，或 {amount.text}元。")


@rule("amounts.bare", Severity.NOTICE, "金额最好写明单位")
def bare(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """没有单位的数按元读。表上的单位就是元，不写也不会印错；如果这个数是从万元的表上抄来的，就差一万倍。零不必写。

    错：`总额: 1,172.47`
    对：`总额: 1,172.47元` 或 `总额: 1,172.47万元`
    """
    for case in department.records:
        if case.form is None:
            continue
        for path, (label, keys, amount) in stated_amounts(case):
            if amount.unit is None and amount.yuan and case.form.amount_style(path).unit == "元":
                message = f"“{label}: {amount.text}”没有写单位，会当作 {amount.text}元"
                hint = f"请写明单位：{amount.text}元，或 {amount.text}万元。"
                yield self.at(case, keys, message, hint)


@rule("amounts.size", Severity.WARNING, "金额过小或过大，像是单位写错")
def size(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """项目的年度资金总额不到 100 元或超过 100 亿元，多半是元和万元弄混了。

    错：`总额: 2.77元`（应为 2.77万元）
    对：`总额: 2.77万元`
    """
    for case, project in department.projects():
        amount = project.funds.total
        if amount is None or not amount.yuan or case.unclear(amount):
            continue
        if amount.yuan < _LEAST or amount.yuan > _MOST:
            word = "只有" if amount.yuan < _LEAST else "高达"
            message = f"年度资金总额{word} {shown(amount.yuan)}"
            yield self.at(case, ("年度资金", "总额"), message, "请核对单位是元还是万元。")


@rule("amounts.vanishes", Severity.WARNING, "金额印出来不能变成零")
def vanishes(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """不是零的金额，按表式的单位和小数位数印出来却是零。

    错：`其他资金: 20元`，表上的单位是万元、两位小数，印出来是 0.00。
    对：核对金额；确实很小的，可以认可这一条。
    """
    for case in department.records:
        if case.form is None:
            continue
        for path, (label, keys, amount) in stated_amounts(case):
            if not amount.yuan or amount.yuan >= FACTORS["亿元"]:
                continue
            style = case.form.amount_style(path)
            if style.decimals is None or amount.yuan >= FACTORS[style.unit] or amount.unit is None:
                continue
            text = format_yuan(amount.yuan, style)
            if not text.strip("0.元万亿"):
                message = f"“{label}”是 {written(amount)}，表上以{style.unit}为单位，会印成 {text}"
                yield self.at(case, keys, message, "请核对金额和单位。")


@rule("amounts.sources", Severity.ERROR, "总额要等于各项来源之和")
def sources(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """总额 = 财政拨款 + 上年结转 + 财政专户 + 单位资金 + 其他资金。各项允许有四舍五入的出入；没有写的来源按表式判断。

    错：`总额: 10万元`、`财政拨款: 8万元`、`其他资金: 1万元`
    对：`总额: 10万元`、`财政拨款: 8万元`、`其他资金: 2万元`
    """
    for case in department.records:
        record = case.record
        if isinstance(record, Project):
            yield from _sources(self, case, record.funds, ("年度资金",), "funds")
            yield from _sources(self, case, record.period_funds, ("实施周期资金",), "period_funds")
        if evaluation := record.evaluation:  # type: ignore[attr-defined]
            for name, key in _EVALUATED.items():
                funds = getattr(evaluation, name)
                yield from _sources(self, case, funds, ("自评", key), f"evaluation.{name}")
        if isinstance(record, DepartmentTarget):
            yield from _sources(self, case, record.funds, ("收入来源",), "funds")
            for number, task in enumerate(record.tasks):
                base = (*case.base, "年度重点工作任务", number)
                if task.funds and task.appropriation and task.other:
                    whole: Part = ("拟投入的资金", (*base, "拟投入的资金"), task.funds)
                    parts: list[Part] = [
                        ("财政拨款", (*base, "财政拨款"), task.appropriation),
                        ("其他资金", (*base, "其他资金"), task.other),
                    ]
                    if not _adds_up(whole, parts):
                        yield sum_problem(self, case, whole, parts)


def _sources(self: Rule, case: RecordCase, funds: Funds, keys: Path_, path: str) -> Iterator[Problem]:
    if funds.total is None or case.unclear(funds.total):
        return
    parts = [
        (_FUNDS_KEYS[name], (*case.base, *keys, _FUNDS_KEYS[name]), amount)
        for name in _SOURCES
        if (amount := getattr(funds, name)) is not None
    ]
    if not parts:
        return
    whole: Part = ("总额", (*case.base, *keys, "总额"), funds.total)
    optional = {"上年结转"} | ({"财政专户", "单位资金"} if funds.other else set())
    if any(_adds_up(whole, chosen) for chosen in _choices(parts, optional)):
        return
    least = [part for part in parts if part[0] not in optional]
    too_little = sum((part[2].yuan for part in parts), Decimal(0)) < funds.total.yuan
    if too_little and funds.other is None and funds.unit_funds is None and not _has_cell(case, path):
        return
    if least:
        yield sum_problem(self, case, whole, parts)


def _has_cell(case: RecordCase, path: str) -> bool:
    """Whether the form has a cell for funds other than the appropriation: a blank one then means none."""
    fields = case.form.declared.fields if case.form else {}
    return f"{path}.other" in fields or f"{path}.unit_funds" in fields


def _choices(parts: Sequence[Part], optional: set[str]) -> Iterator[list[Part]]:
    """All parts, and without those that some localities count inside another source."""
    yield list(parts)
    for name in sorted(optional):
        yield [part for part in parts if part[0] != name]
    yield [part for part in parts if part[0] not in optional]
    yield [part for part in parts if part[0] not in optional - {"上年结转"}]


def _adds_up(whole: Part, parts: Sequence[Part]) -> bool:
    if not parts:
        return False
    amounts = [part[2] for part in parts]
    difference = abs(sum((amount.yuan for amount in amounts), Decimal(0)) - whole[2].yuan)
    return not difference or difference <= envelope([whole[2], *amounts])


def sum_problem(self: Rule, case: RecordCase, whole: Part, parts: Sequence[Part], sign: str = "") -> Problem:
    """The finding that ``whole`` is not the sum of ``parts``: every figure, the difference, every place."""
    added = sum((part[2].yuan for part in parts), Decimal(0))
    terms_ = " + ".join(f"{label} {written(amount)}" for label, _, amount in parts)
    difference = added - whole[2].yuan
    word = "多" if difference > 0 else "少"
    total = f" = {shown(added)}" if len(parts) > 1 else ""
    message = f"{whole[0]}是 {written(whole[2])}，而 {terms_}{total}，{word} {shown(abs(difference))}"
    related = tuple(case.place(path) for _, path, _ in parts)
    return self.at(case, whole[1], message, f"请核对各项金额和单位{sign}。", related)


@rule("amounts.appropriation", Severity.ERROR, "财政拨款要等于三本预算之和")
def appropriation(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """财政拨款 = 一般公共预算 + 政府性基金预算 + 国有资本经营预算；上年结转也一样。只写了一部分的，不能超过。

    错：`财政拨款: 8万元`、`一般公共预算: 9万元`
    对：`财政拨款: 8万元`、`一般公共预算: 8万元`
    """
    for case in department.records:
        record = case.record
        groups = [(record.funds, "收入来源" if isinstance(record, DepartmentTarget) else "年度资金")]  # type: ignore[attr-defined]
        if isinstance(record, Project):
            groups.append((record.period_funds, "实施周期资金"))
        for funds, key in groups:
            for whole_name, prefix in (("appropriation", ""), ("carryover", "carryover_")):
                yield from _budgets(self, case, funds, key, whole_name, prefix)


def _budgets(
    self: Rule, case: RecordCase, funds: Funds, key: str, whole_name: str, prefix: str
) -> Iterator[Problem]:
    amount = getattr(funds, whole_name)
    if amount is None:
        return
    whole: Part = (_FUNDS_KEYS[whole_name], (*case.base, key, _FUNDS_KEYS[whole_name]), amount)
    parts = [
        (_FUNDS_KEYS[prefix + name], (*case.base, key, _FUNDS_KEYS[prefix + name]), part)
        for name in _BUDGETS
        if (part := getattr(funds, prefix + name)) is not None
    ]
    if not parts or _adds_up(whole, parts):
        return
    added = sum((part[2].yuan for part in parts), Decimal(0))
    if len(parts) == len(_BUDGETS) or added > amount.yuan:
        yield sum_problem(self, case, whole, parts)


@rule("amounts.period", Severity.ERROR, "年度资金不能超过实施周期资金")
def period(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """实施周期（中期）资金包括当年的资金。

    错：`年度资金` 的 `总额: 20万元`，`实施周期资金` 的 `总额: 15万元`
    对：`实施周期资金` 的 `总额: 60万元`
    """
    for case, project in department.projects():
        for name in ("total", "appropriation", "other"):
            year, whole = getattr(project.funds, name), getattr(project.period_funds, name)
            if year is None or whole is None or year.yuan - whole.yuan <= envelope([year, whole]):
                continue
            key = _FUNDS_KEYS[name]
            message = f"年度资金的{key}是 {written(year)}，超过了实施周期的 {written(whole)}"
            related = (case.place(("实施周期资金", key)),)
            yield self.at(case, ("年度资金", key), message, "请核对两个金额和单位。", related)


@rule("amounts.printed", Severity.ERROR, "印作的文字里要有这个金额")
def printed(self: Rule, department: DepartmentCase) -> Iterator[Problem]:
    """原表印的不是单纯的数时，写成“金额（印作：原文）”：表上印原文，合计、比较和数据用金额。原文里要有同一个数，元或万元都可以。

    错：`总额: 854万元（印作：845万(高标准农田)）`
    对：`总额: 854万元（印作：854万(高标准农田)）`
    """
    for case in department.records:
        for _, (label, keys, amount) in stated_amounts(case):
            if amount.printed is None:
                continue
            numbers = [Decimal(one.replace(",", "")) for one in _NUMBER.findall(amount.printed)]
            if not any(one * factor == amount.yuan for one in numbers for factor in FACTORS.values()):
                message = f"“{label}”是 {written(amount)}，印作的“{amount.printed}”里没有这个数"
                yield self.at(case, keys, message, "请核对金额和印作的文字。")


RULES = (unit, bare, printed, size, vanishes, sources, appropriation, period)
