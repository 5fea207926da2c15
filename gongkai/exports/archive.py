"""data/data.zip: the site's tables with what describes them in one file, the same bytes for the same content."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

ARCHIVE = "data/data.zip"
_EARLIEST = (1980, 1, 1, 0, 0, 0)


def archive(files: Iterable[tuple[str, Path]]) -> Iterator[bytes]:
    """The archive in blocks; ``files`` are (name in it, where its content lies), in order. Raises OSError."""
    with tempfile.TemporaryFile(prefix="gongkai-") as made:
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, source in files:
                entry = zipfile.ZipInfo(name, _EARLIEST)
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                with source.open("rb") as content, packed.open(entry, "w") as target:
                    while block := content.read(1 << 18):
                        target.write(block)
        made.seek(0)
        while block := made.read(1 << 18):
            yield block
