"""Loading the print engine's C libraries by their file names, without asking linkers and compilers where others lie."""

from __future__ import annotations

import ctypes.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager


def load_engine() -> None:
    """Import WeasyPrint; a tenth of a second sooner where its libraries bear their usual names (Linux).

    It tries several names for each of its libraries, and for each that the loader does not know a search through
    the linker's cache and the compiler's paths is made, in processes of their own. Raises OSError like WeasyPrint.
    """
    try:
        with _no_search():
            import weasyprint.text.ffi
    except OSError:
        import weasyprint.text.ffi  # noqa: F401


@contextmanager
def _no_search() -> Iterator[None]:
    real = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None
    try:
        yield
    finally:
        ctypes.util.find_library = real
