"""Margins, paddings and sizes of boxes: looked up once a style where nothing in it is a percentage, as nearly everywhere."""

from __future__ import annotations

import sys
from typing import Any

from weasyprint.layout import percent

_SIZES = ("width", "height", "min_width", "min_height", "max_width", "max_height")
_LENGTHS = (
    *(f"{kind}_{side}" for kind in ("margin", "padding") for side in ("top", "right", "bottom", "left")), *_SIZES,
)  # fmt: skip
_BORDERS = tuple(f"border_{side}_width" for side in ("top", "right", "bottom", "left"))
_engine_resolve = percent.resolve_percentages


def install() -> None:
    """Let every part of the layout resolve lengths this way."""
    for name, module in list(sys.modules.items()):
        if name.startswith("weasyprint.layout.") and hasattr(module, "resolve_percentages"):
            module.resolve_percentages = resolve_percentages  # type: ignore[attr-defined]


def resolve_percentages(box: Any, containing_block: Any) -> None:
    """In place of ``weasyprint.layout.percent.resolve_percentages``: sets a box's used lengths."""
    style = box.style
    # Layouts of flexible boxes change the sizes of a style while they use it.
    sizes = tuple(map(style.__getitem__, _SIZES))
    plan = style.__dict__.get("_lengths")
    if plan is None or plan[0] != sizes:
        style._lengths = plan = (sizes, *_plan(style))
    _, lengths, borders = plan
    if lengths is None:
        _engine_resolve(box, containing_block)
    elif borders is None:  # collapsed borders have been resolved when the table was built
        box.__dict__.update(lengths)
        for name in _BORDERS:
            if not hasattr(box, name):
                setattr(box, name, style[name])
    else:
        box.__dict__.update(lengths)
        box.__dict__.update(borders)


def _plan(style: Any) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """The used lengths of a style, and its borders unless they collapse; None when they depend on the place."""
    if style["box_sizing"] != "content-box":
        return None, None
    lengths = {}
    for name in _LENGTHS:
        value = style[name]
        if value == "auto" and name in ("min_width", "min_height"):
            lengths[name] = 0
        elif value is None or value == "auto":
            lengths[name] = value
        elif getattr(value, "unit", None) == "px":
            lengths[name] = value.value
        else:
            return None, None
    if style["border_collapse"] == "collapse":
        return lengths, None
    return lengths, {name: style[name] for name in _BORDERS}
