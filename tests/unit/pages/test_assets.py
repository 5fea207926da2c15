"""What is left of scripts and styles when they are published."""

from __future__ import annotations

from pathlib import Path

import pytest

from gongkai.pages.assets import site_assets
from gongkai.workspace import built_in_layouts


@pytest.mark.parametrize(
    ("written", "published"),
    [
        (b"// why\nif (a) {\n  b(); // here\n}\n", b"if (a) {\nb(); // here\n}"),
        (b"const text = `one\n  two`;\n", b"const text = `one\n  two`;\n"),
        (b'const text = "one\\\n  two";\n', b'const text = "one\\\n  two";\n'),
    ],
)
def test_a_script_loses_what_only_its_writers_need(tmp_path: Path, written: bytes, published: bytes) -> None:
    folder = tmp_path / "site/assets"
    folder.mkdir(parents=True)
    (folder / "own.js").write_bytes(written)
    names, files = site_assets((tmp_path, built_in_layouts()), {}, "")
    assert files[names["own.js"]] == published
