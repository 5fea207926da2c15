"""Garbage between documents: collected once after each, when only its own remains are looked through."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_ALL = 500
"""After so many documents everything is looked through once."""
_documents = 0


@contextmanager
def swept() -> Iterator[None]:
    """Print a document inside this.

    A layout makes some hundred thousand objects. The collector would go through all that a process holds again and
    again while they are made, a fifth of the time; what was there before is set aside instead.
    """
    global _documents
    enabled = gc.isenabled()
    gc.disable()
    if _documents % _ALL == _ALL - 1:
        gc.unfreeze()
        gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        _documents += 1
        gc.collect()
        if enabled:
            gc.enable()
