"""Whether a box stands in the flow, as nearly all do: one look at its style where the engine takes eight."""

from __future__ import annotations

from typing import Any

from weasyprint.formatting_structure.boxes import Box

_engine_flow = Box.is_in_normal_flow


def install() -> None:
    """Let boxes tell this way."""
    Box.is_in_normal_flow = _is_in_normal_flow


def _is_in_normal_flow(box: Any) -> bool:
    """In place of ``Box.is_in_normal_flow``."""
    style = box.style
    if style["float"] == "none" and style["position"] in ("static", "relative"):
        return True
    found: bool = _engine_flow(box)
    return found
