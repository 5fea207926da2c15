"""Cells of tables laid out once: cells alike in text, style and width are copies of one layout, placed where they stand.

Official tables repeat their labels on every page and in every document, and a document is laid out again when pages
move. A cell's lines do not depend on where it stands unless it meets the end of a page: then the engine does its work.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from math import inf
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import block

from gongkai.printing.engine.walks import is_flat
from gongkai.printing.pagebreaks import text_boxes

_KEPT = 2000
"""So many different cells are kept, the last used: some 20 MB."""
_PLAIN = {boxes.BlockBox: 1, boxes.LineBox: 2, boxes.InlineBox: 3, boxes.TextBox: 4}
_SIDES = ("top", "right", "bottom", "left")

_engine_layout = block.block_container_layout
_cells: dict[Any, Any] = {}


def block_container_layout(
    context: Any,
    box: Any,
    bottom_space: float,
    skip_stack: Any,
    page_is_empty: bool,
    absolute_boxes: list[Any],
    fixed_boxes: list[Any],
    adjoining_margins: list[float] | None,
    *rest: Any,
    **named: Any,
) -> tuple[Any, ...]:
    """In place of ``weasyprint.layout.block.block_container_layout``: a kept layout for a whole, plain cell.

    The last cell that the rest of its page had no room for is noted in the context.
    """
    if type(box) is boxes.TableCellBox and skip_stack is None and not context.footnotes:
        shape = _shape_of(box)
        if shape is not None:
            kept = _kept(context, box, shape)
            cell = _place(kept, box)
            if not context.overflows_page(bottom_space, cell.position_y + cell.border_height()):
                return cell, None, {"break": "any", "page": kept.next_page}, [], False, None
            if box.rowspan == 1:
                context.unfit = box
    done: tuple[Any, ...] = _engine_layout(
        context, box, bottom_space, skip_stack, page_is_empty, absolute_boxes, fixed_boxes, adjoining_margins,
        *rest, **named,
    )  # fmt: skip
    return done


def forget_cells() -> None:
    """Free what is kept for further documents."""
    _cells.clear()


def _kept(context: Any, box: Any, shape: Any) -> Any:
    """The layout of a cell as it would be at the corner of an endless page, whoever asked for it first."""
    key = (
        shape, box.width, box.min_height, box.max_height, tuple(getattr(box, f"padding_{side}") for side in _SIDES),
        tuple(getattr(box, f"border_{side}_width") for side in _SIDES),
    )  # fmt: skip
    laid_out = _cells.pop(key, None)
    if laid_out is None:
        where = box.position_x, box.position_y
        box.position_x = box.position_y = 0
        laid_out = _engine_layout(
            context, box, -inf, None, True, [], [], None,
            first_letter_style=None, first_line_style=None, discard=False, max_lines=None,
        )[0]  # fmt: skip
        laid_out.next_page, laid_out.flat = laid_out.page_values()[1], is_flat(laid_out)
        laid_out.reach = max((text.position_x + text.width for text in text_boxes(laid_out)), default=0)
        box.position_x, box.position_y = where
        places = {element: place for place, element in enumerate(box.element.iter())}
        for child in laid_out.children:
            _detach(child, places)
        laid_out.element = None
        while len(_cells) >= _KEPT:
            del _cells[next(iter(_cells))]
    _cells[key] = laid_out
    return laid_out


def _detach(box: Any, places: dict[Any, int]) -> None:
    """Let a kept box name its element by its place in the cell, so that the box fits any like cell."""
    box.element = places[box.element]
    for child in getattr(box, "children", ()):
        _detach(child, places)


def _place(laid_out: Any, box: Any) -> Any:
    """A copy of a kept layout for this cell, where this cell stands."""
    elements = list(box.element.iter())
    cell = box.copy_with_children(
        [_copy(child, elements, box.position_x, box.position_y) for child in laid_out.children]
    )
    cell.height, cell.flat, cell.reach = laid_out.height, laid_out.flat, laid_out.reach
    return cell


def _copy(box: Any, elements: Sequence[Any], x: float, y: float) -> Any:
    new = box.copy()
    new.position_x += x
    new.position_y += y
    new.element = elements[box.element]
    if type(box) is boxes.TextBox:
        new.pango_layout = copy(box.pango_layout)
    else:
        new.children = [_copy(child, elements, x, y) for child in box.children]
    return new


# -- what makes two cells alike -------------------------------------------------------------------


def _shape_of(box: Any) -> Any:
    """All that the layout of a cell depends on besides its width; None when it holds more than plain text."""
    known = box.__dict__.get("_shape")
    if known is None or known[0] != id(box):  # a copy of the box has other children
        plain = box.first_letter_style is None and box.first_line_style is None
        children = _shapes(box.children) if plain else None
        shape = None if children is None else (Same(box.style), children)
        box._shape = known = (id(box), shape)
    return known[1]


def _shapes(children: Sequence[Any]) -> tuple[Any, ...] | None:
    found = []
    for child in children:
        kind, style = _PLAIN.get(type(child)), child.style
        if kind is None or not _is_plain(child, style):
            return None
        if kind == 4:
            inside = child.text
        elif (inside := _shapes(child.children)) is None:
            return None
        found.append(
            (kind, Same(style), child.element_tag, child.leading_collapsible_space,
             child.trailing_collapsible_space, inside)
        )  # fmt: skip
    return tuple(found)


def _is_plain(box: Any, style: Any) -> bool:
    """Whether a box is nothing but text in the flow: nothing in it has a name, a target or a place of its own."""
    return (
        style["position"] == "static"
        and style["float"] == "none"
        and style["break_before"] in ("auto", "avoid")
        and style["break_after"] in ("auto", "avoid")
        and not (box.is_leader or box.is_table_wrapper or box.is_outside_marker)
        and not (box.first_letter_style or box.first_line_style)
        and not (box.link or box.missing_link or box.bookmark_label or box.footnote or style["anchor"])
        and (not box.string_set or box.string_set == "none")
    )


class Same:
    """A style as part of a key: it stands for itself alone, and is kept alive so that nothing else takes its place."""

    __slots__ = ("style",)

    def __init__(self, style: Any) -> None:
        self.style = style

    def __hash__(self) -> int:
        return id(self.style)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.style is other.style
