"""What stands around: of money the side (the year's or the whole period's) and the unit, of tables another table."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

from gongkai.exchange.labels import Labels, label_key, unit_in
from gongkai.exchange.matrix import Matrix
from gongkai.exchange.tables import MAX_CELLS, RawCell, RawTable

_MOST_SIDES = 20


def side_of(matrix: Matrix, cell: RawCell, kind: str) -> str:
    """Whether money below a total is the year's or the whole period's: by the nearest total above."""
    best: tuple[int, int, str] | None = None
    for other in matrix.table.cells:
        if not other.text or other.row > cell.row or kind == "department":
            continue
        names = matrix.labels.meanings(other.text)
        side = (
            "period_funds"
            if names[:1] == ["period_funds.total"]
            else "funds"
            if names[:1] == ["funds.total"]
            else ""
        )
        if side and other.column <= cell.column + 1 and not _name_between(matrix, other.row, cell.row):
            rank = (-abs(other.column - cell.column), other.row, side)
            best = max(best, rank) if best else rank
    return best[2] if best else "funds"


def _name_between(matrix: Matrix, first: int, last: int) -> bool:
    return any(
        matrix.labels.means(cell.text, "name")
        for row in range(first + 1, last + 1)
        for cell in matrix.starting(row)
    )


def unit_around(matrix: Matrix, cell: RawCell) -> str | None:
    """The unit in the label left of a row of money, or in the column label above."""
    for column in range(cell.column - 1, -1, -1):
        other = matrix.at.get((cell.row, column))
        if other and other.text and matrix.is_label(other) and unit_in(other.text):
            return unit_in(other.text)
    for row in range(cell.row - 1, -1, -1):
        for column in range(cell.column):
            other = matrix.at.get((row, column))
            if other and matrix.labels.means(other.text, "money") and cell.row - row < 12:
                return unit_in(other.text)
        for column in range(cell.end, min(cell.end + 3, matrix.width)):
            other = matrix.at.get((row, column))
            if other and other.text and label_key(other.text) in ("预算金额", "金额", "资金", "年度预算金额"):
                return unit_in(other.text)
    return None


def sides(table: RawTable, labels: Labels) -> Iterator[RawTable]:
    """Tables of two projects that stand beside each other, one by one; any other table as it is."""
    rows: dict[int, list[int]] = {}
    for cell in table.cells:
        if labels.meanings(cell.text)[:1] == ["name"]:
            rows.setdefault(cell.row, []).append(cell.column)
    row, starts = next(((row, sorted(found)) for row, found in rows.items() if len(found) > 1), (0, [0]))
    cuts = starts[1:]
    lower = [cell for cell in table.cells if cell.row >= row]
    if len(cuts) > _MOST_SIDES or any(cell.column < cut < cell.end for cut in cuts for cell in lower):
        cuts = []
    for start, end in itertools.pairwise((0, *cuts, MAX_CELLS)):
        yield replace(table, cells=tuple(cell for cell in table.cells if start <= cell.column < end))
