"""The rules, one file per family; RULES lists them all in the handbook's order."""

from gongkai.checks import completeness, indicators
from gongkai.checks.rule import Rule

RULES: tuple[Rule, ...] = (*completeness.RULES, *indicators.RULES)
