"""The guard as a function: one disclosure as it is public, as it would be, and what its record says."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gongkai.diffs.guard import Record, Version, guard, vanished
from gongkai.problems import Place, Problem, Severity

ADDRESS, TODAY = "a/b/2026", date(2026, 3, 2)


def version(files: tuple[str, ...] = ("a-b-2026.pdf", "p/a-b-2026-p.pdf"), **data: Any) -> Version:
    project = {"key": "p", "name": "民兵", "funds": {"total": 100}, "overview": "健全", "indicators": []}
    stated = {"department": {"name": "某局"}, "published": "2026-02-13", "projects": [project]} | data
    return Version(
        ADDRESS,
        {key: one for key, one in stated.items() if one is not None},
        {f"{ADDRESS}/{one}": "1" for one in files},
    )


def changed(**fields: Any) -> list[dict[str, Any]]:
    return [
        {"key": "p", "name": "民兵", "funds": {"total": 100}, "overview": "健全", "indicators": []} | fields
    ]


def said(
    planned: Version, public: Version | None = None, today: date = TODAY, **record: Any
) -> list[Problem]:
    place = lambda project, keys: Place(f"{project or 'disclosure'}.yaml")  # noqa: E731
    return guard(public or version(), planned, Record(place, **record), today)


def rules(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(one.rule.partition(".")[2], one.severity.value) for one in problems]


CORRECTION = {"kind": "更正", "day": "2026-03-01", "text": "更正"}
FIX = {"kind": "仅改错字", "day": "2026-03-01", "text": "改字"}


def test_what_stays_the_same_is_free() -> None:
    assert said(version()) == []


@pytest.mark.parametrize(
    ("planned", "expected"),
    [
        (version(projects=changed(funds={"total": 200})), [("figure", "error")]),
        (
            version(projects=changed(funds={"total": 200}), corrections=[CORRECTION]),
            [("explained", "notice")],
        ),
        (
            version(projects=changed(funds={"total": 200}), corrections=[FIX]),
            [("figure", "error"), ("figure", "error")],
        ),
        (version(projects=changed(overview="完善")), [("wording", "error")]),
        (version(projects=changed(overview="完善"), corrections=[FIX]), [("explained", "notice")]),
        (version(projects=changed(overview="完善"), corrections=[CORRECTION]), [("explained", "notice")]),
        (version(projects=[]), [("vanished", "error")]),
        (version(projects=[], corrections=[CORRECTION]), [("vanished", "error")]),
        (version((), projects=[], withdrawals=[{"key": "p", "name": "民兵"}]), []),
        (version((), projects=[], withdrawals=[{"name": "全部"}, {"key": "p", "name": "民兵"}]), []),
        (version((), projects=[], withdrawals=[{"name": "全部"}]), [("vanished", "error")]),
        (version(()), [("file", "error"), ("file", "error")]),
        (version((), corrections=[CORRECTION]), []),
        (version(published="2026-02-14"), [("figure", "error")]),
        (version(published=None), [("figure", "error")]),
    ],
)
def test_what_changes_needs_its_word(planned: Version, expected: list[tuple[str, str]]) -> None:
    assert rules(said(planned)) == expected


def test_a_word_is_good_for_one_publication() -> None:
    public = version(corrections=[CORRECTION, FIX])
    planned = version(corrections=[CORRECTION, FIX], projects=changed(funds={"total": 200}, overview="完善"))
    assert rules(said(planned, public)) == [("figure", "error"), ("wording", "error")]


def test_corrections_published_before_kinds_were_told_are_known() -> None:
    public = version(corrections=[{"day": "2026-03-01", "text": "更正"}])
    assert said(version(corrections=[CORRECTION]), public) == []
    assert rules(said(version(), public)) == [("correction", "error")]


def test_a_withdrawal_goes_on_being_said() -> None:
    public = version(
        (), projects=[], withdrawals=[{"key": "p", "name": "民兵", "day": "2026-03-01", "reason": "重复"}]
    )
    (problem,) = said(version((), projects=[]), public)
    assert problem.rule == "guard.vanished" and "原因: 重复" in problem.hint
    assert said(version(()), public) == []  # public again


@pytest.mark.parametrize("public", [version(published=None), version(published="2026-03-03")])
def test_in_preparation_only_vanishing_is_told(public: Version) -> None:
    assert said(version((), projects=changed(funds={"total": 7}), published=None), public) == []
    assert rules(said(version((), projects=[], published=None), public)) == [("in-preparation", "warning")]
    assert vanished(public, Place("x"), TODAY).severity is Severity.WARNING


def test_on_its_day_it_is_public() -> None:
    assert rules(said(version(projects=[]), today=date(2026, 2, 13))) == [("vanished", "error")]
    assert vanished(version(), Place("x"), date(2026, 2, 13)).blocks


def test_a_project_that_moved_and_one_that_can_not_be_read_are_not_gone() -> None:
    moved = version(("a-b-2026.pdf",), projects=changed(key="q"))
    assert said(moved, former={"p": "q"}) == []
    assert said(version(("a-b-2026.pdf",), projects=[]), unread={"p"}) == []


def test_kept_files_stay_as_they_are() -> None:
    public = version(("files/old.pdf",))
    assert rules(said(version((), corrections=[CORRECTION]), public)) == [("file", "error")]
    other = Version(ADDRESS, version().data, {f"{ADDRESS}/files/old.pdf": "2"})
    assert rules(said(other, public)) == [("kept-file", "error")]


def test_the_hint_can_be_pasted() -> None:
    (problem,) = said(version(projects=changed(funds={"total": 200})))
    assert "由“100”改为“200”" in problem.message
    assert "更正说明:\n  - 日期: 2026-03-02\n    内容: " in problem.hint
