"""What the screen adds to a form's HTML: each wide table scrolls inside itself and can be reached by keyboard."""

from __future__ import annotations

import re
from itertools import count

from markupsafe import Markup, escape

_TABLE = re.compile(r"<table\b|</table>")


def scrolling(fragment: Markup, name: str) -> Markup:
    """Every outermost table of a form inside a region named ``name`` (numbered from the second on).

    Tables inside a cell, which come from a record's long text, stay as they are.
    """
    depth, numbers, label = 0, count(1), escape(name)

    def wrap(match: re.Match[str]) -> str:
        nonlocal depth
        if match[0] == "</table>":
            depth -= 1
            return match[0] if depth else "</table></section>"
        depth += 1
        if depth > 1:
            return match[0]
        number = next(numbers)
        suffix = f"（{number}）" if number > 1 else ""
        return f'<section class="scroll" tabindex="0" aria-label="{label}{suffix}"><table'

    return Markup(_TABLE.sub(wrap, fragment))
