"""Style sheets and other files that pages link to, named by their content so that they can be cached forever."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from gongkai.forms import Form


def site_assets(
    layouts: Sequence[Path], forms: Mapping[str, Form], widths: str
) -> tuple[dict[str, str], dict[str, bytes]]:
    """The assets: logical name → address, and address → bytes.

    ``site.css`` is the site's style, the table style, the declared column widths and every form's own style.
    """
    sources: dict[str, bytes] = {}
    for folder in reversed(layouts):
        base = folder / "site" / "assets"
        for file in sorted(base.rglob("*")) if base.is_dir() else ():
            if file.is_file():
                sources[file.relative_to(base).as_posix()] = file.read_bytes()
    styles = [sources.pop("site.css", b""), widths.encode(), *_form_styles(forms.values())]
    sources["site.css"] = b"\n".join(styles)
    names = {name: f"assets/{_hashed(name, data)}" for name, data in sources.items()}
    return names, {names[name]: data for name, data in sources.items()}


def _form_styles(forms: Iterable[Form]) -> list[bytes]:
    return [(form.folder / "form.css").read_bytes() for form in forms]


def _hashed(name: str, data: bytes) -> str:
    path = Path(name)
    return path.with_name(f"{path.stem}.{hashlib.sha256(data).hexdigest()[:10]}{path.suffix}").as_posix()
