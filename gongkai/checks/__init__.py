"""The rules: FAMILIES has them by heading, in the order of the handbook; what needs no code comes from layouts/rules."""

from gongkai.checks import (
    agreement,
    amounts,
    completeness,
    cost,
    evaluation,
    indicators,
    narrative,
    period,
    personal,
    withheld,
    wording,
    years,
)
from gongkai.checks.examined import DepartmentCase
from gongkai.checks.patterns import compiled
from gongkai.checks.rule import BUILT_IN, Rule

ORDER = (
    "completeness", "personal", "withheld", "amounts", "department", "cost", "agreement", "indicators", "names", "period",
    "years", "dates", "narrative", "measurability", "evaluation", "residue", "wording", "timeliness", "correction",
    "signoff", "history",
)  # fmt: skip
"""The families as the handbook has them."""
_MODULES = (agreement, amounts, completeness, cost, evaluation, indicators, narrative, period, withheld, wording, years)  # fmt: skip
_CODED: dict[str, Rule[DepartmentCase]] = {
    one.id: one for module in _MODULES for one in vars(module).values() if isinstance(one, Rule)
} | {one.id: one for one in personal.BY_KIND.values()}

FAMILIES: dict[str, tuple[Rule[DepartmentCase], ...]] = {
    file.family: tuple(
        compiled(one) if not one.coded else _CODED[one.id] for one in file.rules if not one.elsewhere
    )
    for _, file in (BUILT_IN[name] for name in ORDER)
}
"""Families of rules by their heading in the handbook."""

RULES: tuple[Rule[DepartmentCase], ...] = tuple(one for family in FAMILIES.values() for one in family)
