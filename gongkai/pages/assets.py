"""Style sheets and other files that pages link to, named by their content so that they can be cached forever."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from gongkai.reading.forms import Form

# Comments speak to who writes a style, not to readers; what looks like one in a string is none.
_COMMENT = re.compile(rb"(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')|/\*.*?\*/\n?", re.S)
_URL = re.compile(rb"url\(\s*[\"']?([^\"')]+?)[\"']?\s*\)")


def site_assets(
    layouts: Sequence[Path], forms: Mapping[str, Form], widths: str
) -> tuple[dict[str, str], dict[str, bytes]]:
    """The assets: logical name → address, and address → bytes.

    ``tables.css``, the style of official tables, ends with the declared column widths and every form's own style.
    Style sheets name other assets by ``url(name)``.
    """
    sources: dict[str, bytes] = {}
    for folder in reversed(layouts):
        base = folder / "site" / "assets"
        for file in sorted(base.rglob("*")) if base.is_dir() else ():
            if file.is_file():
                sources[file.relative_to(base).as_posix()] = file.read_bytes()
    files = (form.folder / "form.css" for form in forms.values())
    styles = [
        sources["tables.css"],
        widths.encode(),
        *(file.read_bytes() for file in files if file.is_file()),
    ]
    sources["tables.css"] = b"\n".join(styles)
    sources |= {name: _lean(data) for name, data in sources.items() if name.endswith(".js")}
    names = {name: _hashed(name, data) for name, data in sources.items() if not name.endswith(".css")}
    for name in [name for name in sources if name.endswith(".css")]:
        style = _COMMENT.sub(lambda match: match[1] or b"", sources[name])
        sources[name] = _URL.sub(lambda match: _linked(match, names), style)
        names[name] = _hashed(name, sources[name])
    return (
        {name: f"assets/{hashed}" for name, hashed in names.items()},
        {f"assets/{names[name]}": data for name, data in sources.items()},
    )


def _lean(script: bytes) -> bytes:
    """A script without lines of comment and indentation, which a slow line would have to carry; as it is where a string
    reaches over the end of a line.
    """
    lines = [line.strip() for line in script.split(b"\n")]
    if any(line.count(b"`") % 2 or line.endswith(b"\\") for line in lines):
        return script
    return b"\n".join(line for line in lines if line and not line.startswith(b"//"))


def column_widths(widths: set[str]) -> str:
    """CSS for ``<col data-width>``: the declared widths, so that no page needs inline styles."""
    return "".join(f'col[data-width="{width}"]{{width:{width}%}}' for width in sorted(widths))


def _linked(match: re.Match[bytes], names: Mapping[str, str]) -> bytes:
    """``url(logo.svg)`` with the asset's published name; anything else stays as it is."""
    name = names.get(match[1].decode(errors="replace"))
    return f"url({name})".encode() if name else match[0]


def _hashed(name: str, data: bytes) -> str:
    path = Path(name)
    return path.with_name(f"{path.stem}.{hashlib.sha256(data).hexdigest()[:10]}{path.suffix}").as_posix()
