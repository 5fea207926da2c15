"""The manifest: what it finds, and what it says has changed, however it is put together."""

from __future__ import annotations

import io
from pathlib import PurePosixPath

from hypothesis import given
from hypothesis import strategies as st

from gongkai.publishing.manifest import Changes, File, Manifest, listing

A, B = "a" * 64, "b" * 64
NAMES = st.sampled_from(["", "d/one", "d/two"])
FILES = st.dictionaries(
    st.sampled_from(["index.html", "d/one/x", "d/one/y/z", "d/two/x", "s/t/x"]),
    st.tuples(st.integers(0, 2), st.sampled_from([A, B])),
)


def together(files: dict[str, tuple[int, str]]) -> Manifest:
    """As a build lists them: a department's by its name, also those that stand elsewhere; the rest by none."""
    listings: dict[str, list[File]] = {}
    for path, (size, sha256) in files.items():
        owner = "/".join(path.split("/")[:2]) if path.startswith("d/") else "d/one" if path[0] == "s" else ""
        listings.setdefault(owner, []).append(File(path, size, sha256))
    return Manifest({name: listing(sorted(found)) for name, found in listings.items()})


def read(files: dict[str, tuple[int, str]]) -> Manifest:
    """As it is read from a site."""
    found = Manifest.parse(io.BytesIO(b"".join(together(files).blocks())))
    assert found is not None
    return found


@given(FILES, FILES)
def test_changes_are_the_same_however_a_manifest_is_put_together(
    now: dict[str, tuple[int, str]], then: dict[str, tuple[int, str]]
) -> None:
    gone = sorted(then.keys() - now.keys())
    new = sorted(File(path, *now[path]) for path in now.keys() - then.keys())
    other = sorted(File(path, *now[path]) for path in now.keys() & then.keys() if now[path] != then[path])
    expected = Changes(gone, new, other)
    assert expected.fresh == sorted([*new, *other])
    for after in (together(now), read(now)):
        for before in (together(then), read(then)):
            assert after.changes(before) == expected
            assert (after == before) is (now == then)


@given(FILES)
def test_every_file_is_found_by_its_path(files: dict[str, tuple[int, str]]) -> None:
    for manifest in (together(files), read(files)):
        assert list(manifest) == sorted(File(path, *one) for path, one in files.items())
        assert len(manifest) == len(files)
        assert all(manifest.get(path) == File(path, *one) and path in manifest for path, one in files.items())
        assert manifest.get("d/one/other") is None and "other/x" not in manifest
        assert manifest.hashes == {sha256 for _, sha256 in files.values()}
        assert manifest.below("d/one/y") == {
            path: one[1] for path, one in files.items() if path == "d/one/y/z"
        }
        folders = {str(above) for path in files for above in PurePosixPath(path).parents}
        assert manifest.folders == {"", *folders} - {"."}


@given(FILES)
def test_what_is_read_is_written_the_same(files: dict[str, tuple[int, str]]) -> None:
    written = b"".join(together(files).blocks())
    again = Manifest.parse(io.BytesIO(written))
    assert again is not None and b"".join(again.blocks()) == written
