"""Rules without code, gongkai's own and each site's, ready to run; conditions on fields and comparisons of two of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from operator import eq, ge, gt, le, lt, ne
from pathlib import Path
from typing import Any

from gongkai.checks.examined import DepartmentCase, RecordCase
from gongkai.checks.rule import BRACES, WRITTEN, Condition, InTexts, Rule, WrittenRule, filled, read_rules
from gongkai.checks.texts import Examined, Finding, cut
from gongkai.problems import Place, Problem, Severity
from gongkai.reading.source import Path_
from gongkai.targets import parse_target, sign_of

_ID = re.compile(r"[a-z]+(?:-[a-z]+)*\.[a-z0-9]+(?:-[a-z0-9]+)*")
_COMPARED = re.compile(r"(?P<left>\S+) (?P<how>[<>≤≥=≠]) (?P<right>\S+?)(?: (?P<more>[+-] \d+))?")
_HOW: dict[str, Callable[[Any, Any], bool]] = {"<": lt, ">": gt, "≤": le, "≥": ge, "=": eq, "≠": ne}
_PARENTHESIS = re.compile(r"[（(][^（()）]*[)）]$")
VALUE = "栏"
"""Stands for the field that a value stands in: 年度指标值 or 实施周期指标值."""
_EACH = dict.fromkeys(("公开", "更正说明", "记录", "项目", "不公开的项目"), "") | {
    "指标": "三级指标",
    "指标值": VALUE,
}
"""What a condition may be put to, and the field a finding is told at if nothing else is said."""
Said = Mapping[str, str]
"""What is stated of something, by label; 公开.… and 项目.… are what is stated of its year and its project."""


# -- on fields --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Thing:
    """One thing that conditions are put to: where it stands, and what is said of it."""

    case: Examined
    base: Path_
    said: Said

    def path(self, label: str) -> Path_:
        """Where a field stands in its file."""
        return (*self.base, *(self.said[VALUE] if label == VALUE else label).split("."))

    def places(self, labels: Iterable[str]) -> Iterator[Path_ | Place]:
        """Where fields stand, those of its year in the year's file; what is no field of a file stands nowhere."""
        year = self.case.of if isinstance(self.case, RecordCase) else self.case
        for label in labels:
            holder, _, rest = label.partition(".")
            if holder == "公开" and rest not in _DERIVED:
                yield year.place(tuple(rest.split(".")))
            elif label in self.said and label not in _DERIVED:
                yield self.path(label)

    def read(self, column: str) -> Thing:
        """An indicator with what is read from its value in a column."""
        return Thing(self.case, self.base, {**self.said, **_derived(self.said, column)})


@lru_cache(maxsize=1)
def _things(department: DepartmentCase) -> Mapping[str, list[Thing]]:
    """All things of the department that is looked at, by their kind."""
    found: dict[str, list[Thing]] = defaultdict(list)
    for (case,) in department.disclosures():
        derived = {"已有项目数": str(len(case.all_projects)), "文件夹": case.disclosure.slug}
        of = _flat(case.document.data) | derived | {"部门": case.loaded.department.name}
        year = {f"公开.{label}": text for label, text in of.items()}
        found["公开"].append(Thing(case, (), of))
        found["更正说明"] += _listed(case, (), "更正说明", year)
        for record in case.records:
            project = _flat(record.document.part(record.base).data) | {"已自评": "是" * record.evaluated}
            around = year | {f"项目.{label}": text for label, text in project.items()}
            one = Thing(record, record.base, year | project)
            found["记录"].append(one)
            found["项目"] += [one] * bool(record.project)
            for key in ("绩效指标", "中期绩效指标"):
                for row in _listed(record, record.base, key, around):
                    columns = [one for one in ("年度指标值", "实施周期指标值") if row.said.get(one)]
                    texts = {row.said[one]: one for one in reversed(columns)}
                    found["指标"].append(row.read((columns or ["实施周期指标值"])[0]))
                    found["指标值"] += map(row.read, reversed(texts.values()))
        for record, _ in case.withheld:
            found["不公开的项目"].append(Thing(record, (), year | _flat(record.document.data)))
    return found


def _flat(data: Any, above: str = "") -> dict[str, str]:
    """What YAML says, by label: ``实施周期.到期年度``; lists are left out."""
    found: dict[str, str] = {}
    for key, value in data.items() if isinstance(data, dict) else ():
        if isinstance(value, dict):
            found |= _flat(value, f"{above}{key}.")
        elif isinstance(value, str):
            found[f"{above}{key}"] = re.sub(r"\s*\n\s*", "", value.strip())
    return found


def _listed(case: Examined, base: Path_, key: str, around: Said) -> Iterator[Thing]:
    data = case.document.part(base).data
    rows = data.get(key) if isinstance(data, dict) else None
    for number, row in enumerate(rows if isinstance(rows, list) else ()):
        yield Thing(case, (*base, key, number), {**around, **_flat(row)})


def _derived(said: Said, column: str) -> dict[str, str]:
    """What is read from the value in a column and from the indicator, by names of its own."""
    name, text = said.get("三级指标", ""), said.get(column, "")
    target, nature = parse_target(text), sign_of(said.get("指标性质"))
    return {
        VALUE: column,
        "名称": _PARENTHESIS.sub("", name),
        "名称和值": f"{name}＝{text}",
        "值": text if target.comparator else f"{nature or ''}{text}",
        "数": "" if target.number is None else f"{target.number:f}",
        "单位": target.unit or said.get("度量单位", ""),
        "符号": target.comparator or nature or "",
        "写的符号": target.comparator or "",
        "性质": nature or "",
        "各级": "".join(said.get(level, "") for level in ("一级指标", "二级指标", "三级指标")),
    }


_DERIVED = frozenset({*_derived({}, ""), "已有项目数", "文件夹", "部门", "公开.部门", "已自评"})
"""What is no field of a file."""


_pattern = cache(re.compile)
_comparison = cache(_COMPARED.fullmatch)


def _holds(one: Condition, said: Said) -> bool:
    """Whether all of it is so, and none of what is excepted."""
    return (
        _all_match(one.match, said)
        and all(_compares(how, said) for how in one.compare)
        and not any(_all_match(labels, said) for labels in one.unless)
    )


def _all_match(labels: Said, said: Said) -> bool:
    return all(_pattern(pattern).search(said.get(label, "")) for label, pattern in labels.items())


def _compares(how: str, said: Said) -> bool:
    one = _comparison(how)
    assert one is not None
    left, right = _comparable(one["left"], said), _comparable(one["right"], said)
    if left is None or right is None or type(left) is not type(right):
        return False
    if one["more"] and isinstance(right, Decimal):
        right += int(one["more"].replace(" ", ""))
    return _HOW[one["how"]](left, right)


def _comparable(label: str, said: Said) -> date | Decimal | str | None:
    """A day, a number, or else text; a day's year for ``发布日期.年``. None where nothing is stated."""
    text = label if label.isdecimal() else said.get(label) or said.get(label.removesuffix(".年"), "")[:4]
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return date.fromisoformat(text)
    return Decimal(text) if re.fullmatch(r"\d+(?:\.\d+)?", text) else text or None


@dataclass(frozen=True)
class OfFields:
    """A rule's condition with its cases, put to each thing of its kind; the first case that holds is told."""

    rule: WrittenRule

    def __post_init__(self) -> None:
        """Raises ValueError, in the words of who wrote it, for what can't be used."""
        rule = self.rule
        if not set(rule.each) <= set(_EACH):
            raise ValueError(f"“每个”可以写 {'、'.join(_EACH)}")
        examples = (example for example in rule.wrong if isinstance(example, dict))
        known = _DERIVED.union(*examples, *(one.match for one in (rule, *rule.cases)))
        for one in (rule, *rule.cases):
            if not all(map(_comparison, one.compare)):
                raise ValueError("“比较”写成“左 < 右”")
            for labels in (one.match, *one.unless):
                list(map(_pattern, labels.values()))
            if unknown := {*BRACES.findall(f"{one.message}{one.hint}")} - known:
                raise ValueError(f"花括号里的“{unknown.pop()}”不在条件和例子里")

    def finds(self, example: Any) -> bool:
        """Whether the condition holds for an example, given by its fields."""
        if not isinstance(example, dict):
            raise ValueError("“每个”的例子写成几栏，例如 {三级指标: 培训次数}")
        indicator = not {"三级指标", "年度指标值", "实施周期指标值"}.isdisjoint(example)
        column = "年度指标值" if "年度指标值" in example or not indicator else "实施周期指标值"
        return self._told({**(_derived(example, column) if indicator else {}), **example}) is not None

    def run(self, department: DepartmentCase) -> Iterator[Finding]:
        """The findings of a department."""
        for kind in self.rule.each:
            for thing in _things(department)[kind]:
                if (one := self._told(thing.said)) is not None:
                    yield self._finding(kind, thing, one)

    def _told(self, said: Said) -> Condition | None:
        if not _holds(self.rule, said):
            return None
        rest = None if self.rule.cases else self.rule
        return next((one for one in self.rule.cases if _holds(one, said)), rest)

    def _finding(self, kind: str, thing: Thing, one: Condition) -> Finding:
        rule, said, compared = self.rule, thing.said, (*self.rule.compare, *one.compare)
        first = next((how.partition(" ")[0] for how in (*one.compare, *rule.compare)), "")
        at = one.at or rule.at or _EACH[kind] or first or next(iter({**one.match, **rule.match}), "")
        texts = (one.message or rule.message, one.hint or rule.hint)
        message, hint = (filled(text, lambda label: cut(said.get(label, ""))) for text in texts)
        also = [how.split(" ")[2] for how in compared]
        same = said.get(VALUE) == "年度指标值" and said.get("年度指标值") == said.get("实施周期指标值")
        if kind == "指标" or same:
            also.append("年度指标值" if kind == "指标" else "实施周期指标值")
        return thing.case.at(thing.path(at.removesuffix(".年")), message, hint, *thing.places(also))


# -- written rules, ready to run ----------------------------------------------------------------------


def compiled(written: WrittenRule) -> Rule[DepartmentCase]:
    """The rule that is written. Raises ValueError, in the words of who wrote it, for what can't be used."""
    if not _ID.fullmatch(written.id):
        raise ValueError("规则的名字写成“类别.名字”，只用小写英文字母和连字符")
    if written.coded:
        raise ValueError("要写“样式”或“词表”，看各栏的写“每个”")
    try:
        one = OfFields(written) if written.each else InTexts(written)
        for number, example in enumerate((*written.wrong, *written.right)):
            if one.finds(example) != (number < len(written.wrong)):
                said = "没有被找出来" if number < len(written.wrong) else "不应当被找出来"
                raise ValueError(f"例子“{example}”{said}")
    except re.error as error:
        raise ValueError(f"“样式”不是正则表达式（{error}）") from None
    return Rule(written, one.run)


def load_rules(folder: Path) -> tuple[tuple[Rule[DepartmentCase], ...], list[Problem]]:
    """A site's rules; what is wrong with them, and examples that fail, are problems. gongkai's patterns may be replaced."""
    rules: list[Rule[DepartmentCase]] = []
    files, problems = read_rules(folder)
    for document, file in files.values():
        for number, one in enumerate(file.rules):
            known = WRITTEN.get(one.id)
            if one == known:  # a copy of gongkai's own file
                continue
            try:
                if known and known.coded:
                    raise ValueError("这个名字已经有了，请换一个类别，例如 shi.…")
                rules.append(compiled(one))
            except ValueError as error:
                place, message = document.place(("规则", number)), f"规则 {one.id} 不能用：{error}"
                hint = "请改正规则或例子。"
                problems.append(Problem(place, "rules.unusable", Severity.ERROR, message, hint))
    return tuple(rules), problems
