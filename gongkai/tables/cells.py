"""Cells of official tables for form templates: labels from the form's declaration, values bound to their fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, wraps
from typing import Any

from markupsafe import Markup, escape

from gongkai.amounts import total
from gongkai.reading.vocabulary import without_rows
from gongkai.tables.rows import IndicatorRow, ItemRow
from gongkai.tables.view import View


def _classed(method: Callable[..., Markup]) -> Callable[..., Markup]:
    """A method whose ``class_`` templates call ``class``, which no parameter of a Python function can be."""

    @wraps(method)
    def called(*given: Any, **more: Any) -> Markup:
        if "class" in more:
            more["class_"] = more.pop("class")
        return method(*given, **more)

    return called


class Cells:
    """What ``layouts/shared/cells.html`` offers to form templates; ``of`` is another view than the form's own.

    Every method gives one line of HTML. A page has a hundred of these: as template macros they took most of its time.
    """

    def __init__(self, view: View) -> None:
        self.view = view

    def columns(self) -> Markup:
        """The widths of all columns."""
        widths = "".join(f'<col data-width="{escape(width)}">' for width in self.view.widths())
        return Markup(f"<colgroup>{widths}</colgroup>\n")

    def caption(self, note: str = "", left: str = "", right: str = "") -> Markup:
        """The title above the table; ``note`` below it, centred; ``left`` and ``right`` on the last line."""
        lines = ((note, "form-subtitle"), (left, "form-note"), (right, "form-unit"))
        more = "".join(f'<span class="{name}">{escape(text)}</span>' for text, name in lines if text)
        title = escape(self.view.title)
        return Markup(f'<caption><span class="form-title">{title}</span>\n{more}</caption>\n')

    @_classed
    def label(
        self, path: str, columns: int = 1, rows: int = 1, scope: str = "row", class_: str = ""
    ) -> Markup:
        """The printed label of a field."""
        return _head(self.view.label(path), columns, rows, scope, class_)

    @_classed
    def head(
        self, text: str, columns: int = 1, rows: int = 1, scope: str = "row", class_: str = ""
    ) -> Markup:
        """Any other label."""
        return _head(text, columns, rows, scope, class_)

    def vertical(self, text: str, columns: int = 1, rows: int = 1, scope: str = "rowgroup") -> Markup:
        """A label with one character per line, for narrow columns; the text itself stays whole."""
        return _head(Markup(f"<span>{escape(text)}</span>"), columns, rows, scope, "vertical")

    @_classed
    def cell(
        self,
        path: str,
        columns: int = 1,
        rows: int = 1,
        class_: str = "",
        of: View | None = None,
        prefix: str = "",
    ) -> Markup:
        """A field's value. ``prefix`` is printed before it and is no part of it (指标1：)."""
        prefix = escape(prefix)
        named = f' data-prefix="{prefix}"' if prefix else ""
        shown = (of or self.view).show(path)
        return Markup(f"{_open(path, columns, rows, class_)}{named}>{prefix}{shown}</td>\n")

    @_classed
    def stated(self, path: str, computed: str, columns: int = 1, rows: int = 1, class_: str = "") -> Markup:
        """A field as the record states it; what is computed where it is blank."""
        if self.view.value(path) is None:
            return self.computed(computed, columns, rows, class_)
        return self.cell(path, columns, rows, class_)

    @_classed
    def computed(self, text: str = "", columns: int = 1, rows: int = 1, class_: str = "") -> Markup:
        """A cell that is computed, or blank: bound to no field."""
        named = f' class="{escape(class_)}"' if class_ else ""
        return Markup(f"<td{_span(columns, rows)}{named}>{escape(text)}</td>\n")

    def span(self, columns: int, rows: int) -> Markup:
        """How many columns and rows a cell covers, for a template's own ``<td>``."""
        return Markup(_span(columns, rows))

    def level(self, text: str, rows: int, path: str = "", columns: int = 1, narrow: bool = False) -> Markup:
        """One level's label over the rows it covers: a blank cell where the record names none."""
        bound = f' data-field="{escape(path)}"' if path else ""
        span = _span(columns, rows)
        if not text:
            return Markup(f"<td{bound}{span}></td>\n")
        named, shown = (' class="vertical"', f"<span>{escape(text)}</span>") if narrow else ("", escape(text))
        return Markup(f'<th scope="rowgroup"{bound}{span}{named}>{shown}</th>\n')

    def levels(
        self,
        row: IndicatorRow,
        list: str = "indicators",
        widths: tuple[int, int] = (1, 1),
        marks: Mapping[str, str] | None = None,
    ) -> Markup:
        """The first- and second-level labels of an indicator row, where the row starts them.

        ``widths`` are the columns each covers (0: it has none), ``marks`` is what is printed behind a name (``（50分）``).
        """
        base = "" if row.index is None else f"{list}.{row.index}."
        both = (("level1", row.level1, row.span1, widths[0]), ("level2", row.level2, row.span2, widths[1]))
        return Markup("").join(
            self.level(text + (marks or {}).get(text, ""), span, base and base + name, columns)
            for name, text, span, columns in both
            if span and columns
        )

    def goal(self, row: IndicatorRow, columns: int = 1) -> Markup:
        """The goal of an indicator row over all rows of its indicators, where the row starts them."""
        path = "" if row.index is None else f"indicators.{row.index}.goal"
        return self.level(row.goal, row.goal_span, path, columns) if row.goal_span else Markup("")

    @_classed
    def choices(
        self, path: str, options: Sequence[str], columns: int = 1, rows: int = 1, class_: str = ""
    ) -> Markup:
        """Check boxes: every option, the record's ticked; what is none of them stands behind."""
        value = self.view.value(path)
        boxes = " ".join(f"{'☑' if value == option else '□'}{escape(option)}" for option in options)
        other = f" {escape(value)}" if value and value not in options else ""
        return Markup(f"{_open(path, columns, rows, class_)}>{boxes}{other}</td>\n")

    def names(self, rows: int = 1) -> Markup:
        """The head of the columns that each name has; one blank cell where the record has no names."""
        names = self.view.names()
        return Markup("").join(_head(one, 1, rows, "col", "") for one in names) or self.computed("", 1, rows)

    @_classed
    def named(self, row: IndicatorRow | str, column: str, class_: str = "") -> Markup:
        """A column of a list by name, one cell for each name; blank where the list has none for it.

        ``row``: the indicator whose list it is, or the path of a list of the record.
        """
        path = row if isinstance(row, str) else ""
        if isinstance(row, IndicatorRow) and row.index is not None:
            lists = (own.id for of, own in self.view.form.named_lists.items() if of.startswith("indicators."))
            path = f"indicators.{row.index}.own.{next(lists)}"
        found = Markup("")
        for name in self.view.names() or [""]:
            place = self.view.place_of(path, name) if path else None
            found += (
                self.computed("") if place is None else self.cell(f"{path}.{place}.{column}", class_=class_)
            )
        return found

    def named_count(self) -> int:
        """How many columns there are for names: at least one."""
        return max(len(self.view.names()), 1)

    @_classed
    def indicator(
        self,
        row: IndicatorRow,
        name: str,
        columns: int = 1,
        class_: str = "",
        list: str = "indicators",
        of: View | None = None,
    ) -> Markup:
        """One field of an indicator row, over all rows of its items; a blank cell for an empty row of the system."""
        if not row.span:
            return Markup("")
        if row.index is None:
            return self.computed("", columns)
        return self.cell(f"{list}.{row.index}.{name}", columns, row.span, class_, of)

    @_classed
    def item(self, row: ItemRow | IndicatorRow, column: str, columns: int = 1, class_: str = "") -> Markup:
        """One column of an own list's item; of the first column one cell over equal names."""
        found = row.item if isinstance(row, IndicatorRow) else row
        if found is None:
            return self.computed("", columns)
        path = f"{found.path}.{column}"
        own = self.view.form.own_field(without_rows(found.path).rpartition("own.")[2])
        if own is None or column != own.columns[0].id:
            return self.cell(path, columns, 1, class_)
        return self.level(self.view.show(path), found.span, path, columns) if found.span else Markup("")

    @_classed
    def subtotal(self, row: ItemRow, column: str, columns: int = 1, class_: str = "") -> Markup:
        """The sum of a column of amounts over the items that one cell of the first column covers."""
        text = self.view.yuan(
            total(one.get(column) for one in row.group), f"{without_rows(row.path)}.{column}"
        )
        return self.computed(text, columns, 1, class_)


@lru_cache(maxsize=4096, typed=True)
def _head(text: str, columns: int, rows: int, scope: str, class_: str) -> Markup:
    named = f' class="{escape(class_)}"' if class_ else ""
    return Markup(f'<th scope="{escape(scope)}"{_span(columns, rows)}{named}>{escape(text)}</th>\n')


@lru_cache(maxsize=4096, typed=True)
def _open(path: str, columns: int, rows: int, class_: str) -> str:
    """The tag of a cell with a field, without its end."""
    named = f' class="{escape(class_)}"' if class_ else ""
    return f'<td data-field="{escape(path)}"{_span(columns, rows)}{named}'


def _span(columns: int, rows: int) -> str:
    across = f' colspan="{columns}"' if columns > 1 else ""
    return across + (f' rowspan="{rows}"' if rows > 1 else "")
