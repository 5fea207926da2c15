"""Walks over a finished layout: they don't look for anything but text in cells that have nothing else.

The engine goes through every box of a page six times and more: for anchors, backgrounds, strings, the order of painting.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pydyf
import weasyprint.anchors
import weasyprint.document
from weasyprint import draw, stacking
from weasyprint.formatting_structure import boxes

from gongkai.printing.engine.backgrounds import is_bare

_SIDES = ("top", "right", "bottom", "left")

_engine_gather, _engine_dispatch = weasyprint.anchors.gather_anchors, stacking._dispatch
_engine_draw, _engine_descendants = draw.draw_block_level, boxes.TableCellBox.descendants


def install() -> None:
    """Let the engine walk this way."""
    weasyprint.anchors.gather_anchors = weasyprint.document.gather_anchors = _gather
    stacking._dispatch = _dispatch
    draw.draw_block_level = _draw
    boxes.TableCellBox.descendants = _descendants


def is_flat(cell: Any) -> bool:
    """Whether a plain cell has lines of text only, and they nothing that is painted besides."""
    return all(type(child) is boxes.LineBox and _is_flat(child) for child in cell.children)


def _is_flat(box: Any) -> bool:
    return _is_unseen(box.style) and (type(box) is boxes.TextBox or all(map(_is_flat, box.children)))


def _is_unseen(style: Any) -> bool:
    """Whether a box of this style paints nothing itself, and is painted where it stands."""
    unseen: bool | None = style.__dict__.get("_unseen")
    if unseen is None:
        style._unseen = unseen = (
            is_bare(style)
            and style["opacity"] == 1
            and not style["transform"]
            and style["overflow"] == "visible"
            and not any(style[f"border_{side}_width"] for side in _SIDES)
            and not style["outline_width"]
        )
    return unseen


def _flat(box: Any) -> bool:
    return "flat" in box.__dict__ and bool(box.flat)


def _descendants(cell: Any, placeholders: bool = False) -> Iterator[Any]:
    """In place of ``Box.descendants`` of cells; who asks looks for targets, strings and bookmarks."""
    if _flat(cell):
        yield cell
    else:
        yield from _engine_descendants(cell, placeholders)


def _gather(box: Any, anchors: Any, links: Any, bookmarks: Any, forms: Any, *above: Any) -> None:
    """In place of ``weasyprint.anchors.gather_anchors``."""
    if (
        _flat(box)
        and not (box.bookmark_label or box.link or box.style["anchor"] or box.style["transform"])
        and not (above and above[-1])
    ):
        return
    _engine_gather(box, anchors, links, bookmarks, forms, *above)


def _dispatch(box: Any, page: Any, contexts: Any, blocks: Any, floats: Any, blocks_and_cells: Any) -> Any:
    """In place of ``weasyprint.stacking._dispatch``: nothing in a flat cell is painted in an order of its own."""
    if "flat" in box.__dict__ and box.flat:
        style = box.style
        if (
            style["position"] == "static"
            and style["opacity"] == 1
            and not style["transform"]
            and style["overflow"] == "visible"
        ):
            blocks_and_cells[box] = {}
            return box
    return _engine_dispatch(box, page, contexts, blocks, floats, blocks_and_cells)


def _draw(page: Any, stream: Any, blocks_and_cells: Any) -> None:
    """In place of ``weasyprint.draw.draw_block_level``."""
    for box, inside in blocks_and_cells.items():
        if stream._tags is not None and _flat(box):
            for line in box.children:
                _draw_line(stream, line, 0, line.text_overflow, line.block_ellipsis)
        else:
            _engine_draw(page, stream, {box: {}})
        _draw(page, stream, inside)


def _draw_line(stream: Any, box: Any, offset: float, overflow: str, last: Any) -> None:
    for child in box.children:
        ellipsis = last if child is box.children[-1] else "none"
        inner = offset + child.position_x - box.position_x
        if type(child) is boxes.TextBox:
            number = len(stream._tags)
            stream._tags[child] = {"tag": "Span", "mcid": number}
            stream.begin_marked_content("Span", pydyf.Dictionary({"MCID": number}))
            draw.draw_text(stream, child, inner, overflow, ellipsis)
            stream.end_marked_content()
        else:
            _draw_line(stream, child, inner, overflow, ellipsis)
