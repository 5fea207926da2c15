"""Backgrounds, images and round corners of boxes: looked up once a style, as hardly any box has them."""

from __future__ import annotations

from typing import Any

from weasyprint.draw.color import get_color
from weasyprint.formatting_structure.boxes import Box
from weasyprint.layout import background as engine

_CORNERS = tuple(
    f"border_{corner}_radius" for corner in ("top_left", "top_right", "bottom_right", "bottom_left")
)

_engine_layout = engine.layout_box_backgrounds


def install() -> None:
    """Let the engine lay out backgrounds this way."""
    engine.layout_box_backgrounds = _layout
    for corner in _CORNERS:
        setattr(Box, corner, (0, 0))


def _layout(page: Any, box: Any, images: Any, layout_children: bool = True, style: Any = None) -> None:
    """In place of ``weasyprint.layout.background.layout_box_backgrounds``."""
    if style is not None or box is page or not is_bare(box.style):
        _engine_layout(page, box, images, layout_children, style)
        return
    box.background = None
    if "flat" in box.__dict__ and box.flat:
        return
    for child in box.all_children():
        _layout(page, child, images)


def is_bare(style: Any) -> bool:
    """Whether a box of this style has no background, no image and no round corner."""
    bare: bool | None = style.__dict__.get("_bare")
    if bare is None:
        style._bare = bare = (
            all((0, "px") in style[corner] for corner in _CORNERS)
            and style["border_image_source"][0] == style["mask_border_source"][0] == "none"
            and all(kind == "none" for kind, _ in style["background_image"])
            and get_color(style, "background_color").alpha == 0
            and not style["box_shadow"]
        )
    return bare
