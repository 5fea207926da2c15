"""Values → HTML text: what a template writes for a value, escaped once and without a wrapper for every piece."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

_plain: Callable[[str], str]
try:  # MarkupSafe's own C function: its public one makes two objects more for each text, a third of a page's time
    from markupsafe._speedups import _escape_inner as _plain
except ImportError:  # pragma: no cover  (a MarkupSafe built without it)
    from markupsafe._native import _escape_inner as _plain


def safe(html: str) -> Markup:
    """HTML marked as such. ``Markup(html)`` first asks what it is given, five times as long for a short text."""
    return str.__new__(Markup, html)


def escaped(value: Any) -> str:
    """The same text as ``markupsafe.escape(value)``, as a plain string where it need not be marked as safe."""
    kind = type(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]
    if kind is str:
        return _plain(value)
    if hasattr(value, "__html__"):
        return str(value.__html__())
    return _plain(str(value))
