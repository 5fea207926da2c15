"""Until when a department must have published: days or working days after the approval of its budget."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

TimeLimit = Literal["20日", "20个工作日"]
"""预算法第十四条: twenty days; where the locality's own notice says so, twenty working days."""
_DAYS = 20


def deadline(approved: date, limit: TimeLimit) -> date:
    """The last day, by the holidays and made-up working days that the State Council has announced.

    Of a year whose holidays are not announced yet only Saturdays and Sundays are known.
    """
    if limit == "20日":
        return approved + timedelta(_DAYS)
    day, left = approved, _DAYS
    while left:
        day += timedelta(1)
        left -= _is_workday(day)
    return day


def _is_workday(day: date) -> bool:
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:  # no such year in it yet
        return day.weekday() < 5
