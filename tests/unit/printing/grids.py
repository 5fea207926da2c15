"""Tables for tests of setting and paging: written down row by row, or made up by Hypothesis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from hypothesis import strategies as st

from gongkai.printing.setting import Setter
from gongkai.printing.style import FormStyle
from gongkai.printing.table import Table
from gongkai.reading.declaration import Declaration
from gongkai.tables.grid import Cell, Grid


class Made(NamedTuple):
    """A cell to be put into a row; ``scope``: it is a label."""

    text: str = ""
    rows: int = 1
    columns: int = 1
    scope: str = ""
    class_: str = ""

    def __repr__(self) -> str:
        return f"Made{tuple(self)}"


class Rows(NamedTuple):
    """A table's rows, and how many of them are its head."""

    rows: tuple[tuple[Made, ...], ...]
    head_rows: int


def value(text: str = "", rows: int = 1, columns: int = 1, class_: str = "") -> Made:
    return Made(text, rows, columns, "", class_)


def label(text: str, rows: int = 1, columns: int = 1, class_: str = "") -> Made:
    return Made(text, rows, columns, "rowgroup" if rows > 1 else "row", class_)


def head(text: str, columns: int = 1, rows: int = 1) -> Made:
    return Made(text, rows, columns, "colgroup" if columns > 1 else "col")


def declaration(**written: object) -> Declaration:
    return Declaration.model_validate(
        {"title": "表", "name": "表", "subject": "project", "fields": {"name": "项目名称"}, **written}
    )


def grid_of(rows: Iterable[Iterable[Made]], head_rows: int = 0, widths: Sequence[float] = ()) -> Grid:
    """Rows of cells, which find their places as in HTML."""
    cells: list[Cell] = []
    taken: set[tuple[int, int]] = set()
    listed = [list(row) for row in rows]
    for number, row in enumerate(listed):
        column = 0
        for made in row:
            while (number, column) in taken:
                column += 1
            taken.update((number + r, column + c) for r in range(made.rows) for c in range(made.columns))
            attributes = {"scope": made.scope} if made.scope else {}
            attributes |= {"class": made.class_} if made.class_ else {}
            role = "head" if number < head_rows else "label" if made.scope else "value"
            cells.append(
                Cell(number, column, made.rows, made.columns, role, made.text, made.text, "", "", attributes)
            )
            column += made.columns
    width = max(column for _, column in taken) + 1
    height = len(listed)
    assert len(taken) == width * height, "the cells leave holes"
    return Grid("", tuple(widths) or (100 / width,) * width, tuple(cells), height, head_rows)


def table_of(
    setter: Setter,
    rows: Iterable[Iterable[Made]],
    head_rows: int = 0,
    *,
    width: float = 400.0,
    widths: Sequence[float] = (),
    continued: str | None = "（续）",
    title: str = "",
) -> Table:
    """The same, set in a table of this width."""
    declared = declaration(continued=continued or "（续）", repeat_labels=continued is not None)
    caption = f'<span class="form-title">{title}</span>' if title else ""
    grid = replace(grid_of(rows, head_rows, widths), caption_content=caption)
    return Table(setter, grid, FormStyle(declared), width)


# -- made up --------------------------------------------------------------------------------------

_TEXTS = st.sampled_from(
    ("", "甲", "总体绩效目标", "每季度开展一次专题培训，覆盖全体机关党员。", "完成率≥95%，" * 12, "字" * 150)
)
_NAMES = st.sampled_from(("三级指标", "年度指标值", "项目名称（资金使用单位）"))
_CLASSES = st.sampled_from(("", "", "long", "text", "vertical"))
_SCOPES = st.sampled_from(("", "", "", "row", "rowgroup"))


@st.composite
def grids(draw: st.DrawFn) -> Rows:
    """Rows of any grid a form may have: spans both ways, a head above, heads inside the body, labels and values, long and empty."""
    width = draw(st.integers(1, 4))
    height = draw(st.integers(1, 12))
    head_rows = draw(st.integers(0, min(2, height - 1)))
    taken: set[tuple[int, int]] = set()
    values: set[int] = set()  # rows that a value spans into: no heads of columns
    rows: list[tuple[Made, ...]] = []
    for number in range(height):
        end = head_rows if number < head_rows else height
        inner = number not in values and number < height - 1
        heads = number < head_rows or (inner and draw(st.integers(0, 4)) == 0)
        row: list[Made] = []
        for column in range(width):
            if (number, column) in taken:
                continue
            most = next((c for c in range(column, width) if (number, c) in taken), width) - column
            columns = draw(st.integers(1, most))
            down = 1 if heads else draw(st.integers(1, 3) | st.integers(1, 60))
            made = Made(
                draw(_NAMES if heads else _TEXTS),
                min(down, end - number),
                columns,
                "col" if heads else draw(_SCOPES),
                "" if heads else draw(_CLASSES),
            )
            taken.update((number + r, column + c) for r in range(made.rows) for c in range(columns))
            if not made.scope:
                values.update(range(number, number + made.rows))
            row.append(made)
        rows.append(tuple(row))
    return Rows(tuple(rows), head_rows)
