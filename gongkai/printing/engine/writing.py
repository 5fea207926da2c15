"""The finished PDF written with each object turned into bytes once; the engine does it twice, to sum up and to write."""

from __future__ import annotations

import zlib
from typing import Any

import pydyf
from pydyf import _to_bytes

_FONT, _REST = 6, 9
"""Levels of compression. Outlines: the hardest takes twice the time and saves half a percent."""


class _Written(pydyf.Object):  # type: ignore[misc]
    """An object of a PDF that will not change any more, as bytes."""

    data = b""
    compressible = False

    def __init__(self, made: pydyf.Object) -> None:
        self.number, self.offset, self.generation, self.free = (
            made.number,
            made.offset,
            made.generation,
            made.free,
        )
        self.compressible = made.compressible
        if made.free != "f":
            self.data = _stream(made) if isinstance(made, pydyf.Stream) else made.data


def _stream(made: Any) -> bytes:
    """``pydyf.Stream.data``, with a level of compression for fonts."""
    extra = pydyf.Dictionary(made.extra)
    data = b"\n".join([part if type(part) is bytes else _to_bytes(part) for part in made.stream])
    if made.compress:
        data = zlib.compress(data, _FONT if "Length1" in extra else _REST)
        extra["Filter"] = "/FlateDecode"
    extra["Length"] = len(data)
    return b"\n".join((extra.data, b"stream", data, b"endstream"))


def settle(pdf: Any) -> None:
    """Turn all objects of a PDF into bytes; the last thing before it is written."""
    pdf.objects[:] = map(_Written, pdf.objects)
