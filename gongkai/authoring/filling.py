"""Records filled for a form's self-test: every declared field holds its own path, or a number of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from gongkai.amounts import FACTORS, format_yuan
from gongkai.problems import Problem
from gongkai.reading.forms import Form
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.own import split_own, split_record
from gongkai.reading.records import OWN, SLUG_KEY, DepartmentTarget, Disclosure, Project
from gongkai.reading.source import Document
from gongkai.reading.vocabulary import Term

_NAMES = ("项目名称", "部门名称")
_LEVELS = ("一级指标", "二级指标", "三级指标")
_SHARED = ("一级指标", "二级指标", "所属目标")


@dataclass(frozen=True)
class Trial:
    """One way of filling: how many rows lists have, what is left blank, and how long texts are.

    ``alike``: the first two rows have the names in common that tables print once over several (levels, and the first
    column of own lists). ``gaps``: only what is required, and every other row with nothing but its levels. ``first``: where numbering begins,
    so that two fillings of the same shape have nothing in common.
    """

    rows: int = 2
    alike: bool = False
    gaps: bool = False
    long: bool = False
    first: int = 0


@dataclass
class Filled:
    """A disclosure whose records are filled, and the text each declared path must be printed as."""

    disclosure: Disclosure
    texts: list[tuple[str, str]]
    totals: list[tuple[str, Decimal]]
    """Path and sum in 元 of each amount whose total over projects or rows is printed."""


def fill(form: Form, loaded: LoadedDepartment, trial: Trial) -> Filled:
    """The example's disclosure with its records replaced by filled ones: three projects in a table of several, the first two of one unit."""
    filler = _Filler(form, trial, given=trial.first)
    update: dict[str, Any] = {"own": filler.on_disclosure()}
    if form.subject == "department":
        update |= {"department_target": DepartmentTarget.model_validate(filler.record(1)), "projects": ()}
    else:
        numbers = range(1, 2 if form.subject == "project" else 4)
        records = ({**filler.record(number), SLUG_KEY: f"filled-{number}"} for number in numbers)
        update["projects"] = tuple(Project.model_validate(record) for record in records)
    return Filled(loaded.department.disclosures[0].model_copy(update=update), filler.texts, filler.sums())


def with_disclosure(loaded: LoadedDepartment, disclosure: Disclosure) -> LoadedDepartment:
    """The department publishing this disclosure instead of its own."""
    slug = disclosure.slug
    department = loaded.department.model_copy(update={"disclosures": (disclosure,)})
    keys = (("", ""), (slug, ""), *((slug, project.slug) for project in disclosure.projects))
    documents = dict.fromkeys(keys, Document("", {}))
    forms = {slug: next(iter(loaded.forms.values()))}
    return replace(loaded, department=department, documents=documents, forms=forms)


@dataclass
class _Filler:
    """Hands out values, each once, and remembers how the form prints them."""

    form: Form
    trial: Trial
    texts: list[tuple[str, str]] = field(default_factory=list)
    amounts: dict[str, Decimal] = field(default_factory=dict)
    of_unit: dict[str, str] = field(default_factory=dict)
    """What was handed out last for each path, to be given to the unit's next project."""
    given: int = 0

    def record(self, number: int) -> dict[str, Any]:
        """The raw data of one record with every declared field, own fields moved aside."""
        data: dict[str, Any] = {}
        for term in self._terms("record"):
            self._put(data, term, number)
        for path in self.form.declared.totals:
            if path not in self.form.declared.fields:
                self._put(data, self.form.term(path), number, shown=False)
        name = "部门名称" if self.form.subject == "department" else "项目名称"
        data.setdefault(name, "样例")
        problems: list[Problem] = []
        result = split_record(Document("", data), self.form, problems)
        assert not problems, problems
        return result

    def on_disclosure(self) -> dict[str, Any]:
        """The own fields of the disclosure."""
        data: dict[str, Any] = {}
        for term in self._terms("disclosure"):
            self._put(data, term, 0)
        problems: list[Problem] = []
        rest = split_own(Document("", data), self.form, "disclosure", problems)
        assert not problems, problems
        return dict(rest.get(OWN, {}))

    def sums(self) -> list[tuple[str, Decimal]]:
        """What the amounts handed out add up to, for the paths whose totals are printed."""
        return [(path, self.amounts[path]) for path in self.form.declared.totals if path in self.amounts]

    def _terms(self, holder: str) -> Iterator[Term]:
        """The declared fields that hold a value themselves and stand on the record, or on the disclosure."""
        on_disclosure = {f"own.{own.id}" for own in self.form.own_on("disclosure")}
        for term in self.form.shown_terms():
            is_on_disclosure = ".".join(term.path.split(".")[:2]) in on_disclosure
            wanted = term.in_list or term.path in self.form.declared.required or not self.trial.gaps
            if wanted and is_on_disclosure == (holder == "disclosure"):
                yield term

    def _put(self, data: dict[str, Any], term: Term, number: int, shown: bool = True) -> None:
        *outer, last = term.keys
        if term.in_list:
            rows = data.setdefault(outer[0], [{} for _ in range(self.trial.rows)])
            lists = [(str(number), rows)]
            if len(outer) > 1:
                lists = [
                    (f"{number}.{at + 1}", row.setdefault(outer[1], [{} for _ in range(self.trial.rows)]))
                    for at, row in enumerate(rows)
                ]
            for above, items in lists:
                for at, item in enumerate(items):
                    if self.trial.gaps and at % 2 and last not in _LEVELS:
                        continue
                    shared = self.trial.alike and at == 1 and self._is_shared(term)
                    item[last] = items[0][last] if shared else self._value(term, f"{above}.{at + 1}", shown)
            return
        for key in outer:
            data = data.setdefault(key, {})
        data[last] = self._value(term, str(number), shown)

    def _is_shared(self, term: Term) -> bool:
        """Whether tables print its values once over rows that have the same one."""
        if term.path in self.form.named_lists:
            return False  # a column of its own each
        name, _, column = term.path.rpartition("own.")[2].partition(".")
        own = self.form.own_field(name) if ".own." in f".{term.path}" else None
        return term.label in _SHARED if own is None else bool(own.columns) and own.columns[0].id == column

    def _value(self, term: Term, mark: str, shown: bool) -> str:
        """A value of the term's kind as a record would write it; the same for the projects of one unit."""
        if self._is_of_unit(term.path) and mark == "2":
            return self.of_unit[term.path]
        self.given += 1
        written, printed = self._pair(term, mark)
        self.of_unit[term.path] = written
        if shown:
            self.texts.append((term.path, printed))
        return written

    def _is_of_unit(self, path: str) -> bool:
        """Tables group by unit: a unit of two projects finds the template that prints only the first of each."""
        own = self.form.own_field(path.removeprefix("own."))
        return path == "spending_unit" or (own is not None and own.on == "unit")

    def _pair(self, term: Term, mark: str) -> tuple[str, str]:
        kind, number = term.kind, self.given
        if kind == "amount":
            style = self.form.amount_style(term.path)
            value = Decimal(10_001 + 7 * number)
            yuan = value * FACTORS[style.unit]
            self.amounts[term.path] = self.amounts.get(term.path, Decimal(0)) + yuan
            return f"{value}{style.unit}", format_yuan(yuan, style)
        if kind == "year":
            return (str(1900 + number % 100),) * 2
        if kind == "date":
            return ((date(1970, 1, 1) + timedelta(number)).isoformat(),) * 2
        if kind == "day":
            day = date(1970, 1, 1) + timedelta(number)
            return (f"{day.year}年{day.month}月{day.day}日",) * 2
        if kind == "count":
            return (str(700_000 + number),) * 2
        if kind == "number":
            return (f"{8_000 + number}.5",) * 2
        if kind == "choice":
            own = self.form.own_field(term.path.rpartition("own.")[2])
            return (own.choices[0] if own else "是",) * 2
        text = f"〈{term.path}·{mark}·{number}〉"
        is_text = kind in ("text", "rich") and term.label not in (*_NAMES, *_LEVELS)
        return (text + "长" * ((60 if term.in_list else 600) if self.trial.long and is_text else 0),) * 2
