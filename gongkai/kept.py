"""Values kept in files between builds: whole or not at all; what is damaged or foreign is simply not there."""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
from pathlib import Path
from typing import Any


def read_checked(file: Path, code: str) -> Any:
    """What ``write_checked`` wrote with the same code key; None for anything else, however damaged."""
    try:
        raw = file.read_bytes()
    except OSError:
        return None
    digest, payload = raw[:32], memoryview(raw)[32:]
    if _digest(code, payload) != digest:
        return None
    return pickle.loads(payload)


def write_checked(file: Path, code: str, value: Any) -> None:
    """Write a value beside and rename; failing to is no harm, the next build makes it again."""
    payload = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    part = file.with_name(f".{file.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as stream:
            stream.write(_digest(code, payload))
            stream.write(payload)
        part.replace(file)


def _digest(code: str, payload: bytes | memoryview) -> bytes:
    digest = hashlib.sha256(code.encode())
    digest.update(payload)
    return digest.digest()
