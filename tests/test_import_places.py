"""Tables of places whose form nobody drew: what an import reads of them, in every kind of file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from foreign_kinds import CHROME
from foreign_places import KINDS, PLACES, Place, measure, read_back


@pytest.fixture(scope="module", autouse=True)
def _browser() -> Iterator[None]:
    yield
    CHROME.end()


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_tables_that_no_form_knows_are_read_and_nothing_is_lost(place: Place, tmp_path: Path) -> None:
    counts: Counter[str] = Counter()
    for kind in KINDS:
        its, notes = measure(place, read_back(place, kind, tmp_path))
        assert not its["lost"], (kind, notes)
        counts += its
    assert counts["right"] >= 0.95 * counts.total() and counts["wrong"] <= 0.01 * counts.total(), counts
