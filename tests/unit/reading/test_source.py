"""Record files that nobody writes by hand: nested without end. They are refused, and the process lives."""

from __future__ import annotations

import pytest

from gongkai.reading.nodes import MAX_DEPTH
from gongkai.reading.source import parse_yaml

DEEP = {
    "flow": "a: " + "[" * 40_000,
    "closed": "[" * 20_000 + "]" * 20_000,
    "mapping": "a: " + "{b: " * 20_000,
    "list": "- " * 20_000,
    "keys": "? " * 20_000,
    "block": "".join(" " * depth + "b:\n" for depth in range(250)),
}


@pytest.mark.parametrize("kind", DEEP)
def test_what_is_nested_without_end_is_refused(kind: str) -> None:
    document, problems = parse_yaml(DEEP[kind].encode(), "a.yaml")
    assert document is None
    assert [problem.rule for problem in problems] == ["source.limit"]
    assert f"{MAX_DEPTH} 层" in problems[0].message


@pytest.mark.parametrize(
    ("levels", "taken"), [(MAX_DEPTH - 1, True), (MAX_DEPTH, True), (MAX_DEPTH + 1, False)]
)
def test_the_deepest_record_that_is_read(levels: int, taken: bool) -> None:
    """The record is level 0, the text inside the brackets the last."""
    text = "a: " + "[" * (levels - 1) + "x" + "]" * (levels - 1)
    document, problems = parse_yaml(text.encode(), "a.yaml")
    assert (document is not None) is taken
    assert [problem.rule for problem in problems] == ([] if taken else ["source.limit"])
