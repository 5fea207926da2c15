"""A site carried over an air gap: packed whole or in part, verified, and swapped in whole or not at all."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
import trees

from gongkai.problems import CommandError
from gongkai.publishing.manifest import MANIFEST, verify
from gongkai.publishing.packing import manifest_of, pack, unpack

ROOT = Path(__file__).parents[1]
OLD = {"index.html": b"old", "same/page.html": b"same", "gone/a.pdf": b"%PDF-1", "部门/附件.xlsx": b"PK"}
NEW = {"index.html": b"new", "same/page.html": b"same", "new/b.json": b"{}", "部门/附件.xlsx": b"PK2"}


def tree(folder: Path) -> dict[str, bytes]:
    return {
        one.relative_to(folder).as_posix(): one.read_bytes() for one in folder.rglob("*") if one.is_file()
    }


@pytest.fixture
def sites(tmp_path: Path) -> tuple[Path, Path]:
    """The site here, new, and the one on the far side, old; the old one's package lies beside."""
    here, there = tmp_path / "here/output", tmp_path / "there/output"
    trees.publish(here, OLD)
    pack(here, tmp_path / "old.zip")
    trees.publish(here, NEW)
    unpack(tmp_path / "old.zip", there)
    assert tree(there).keys() == {*OLD, MANIFEST}
    return here, there


def test_a_delta_applied_to_the_old_tree_is_the_new_tree(sites: tuple[Path, Path], tmp_path: Path) -> None:
    here, there = sites
    for since in (tmp_path / "old.zip", there, there / MANIFEST):
        packed = pack(here, tmp_path / "delta.zip", manifest_of(since))
        assert (packed.files, packed.whole) == (3, 4)
    found = unpack(tmp_path / "delta.zip", there, packed.sha256.upper())
    assert found == packed
    assert tree(there) == tree(here)
    assert verify(there) == []
    assert unpack(tmp_path / "delta.zip", there) == packed  # again: nothing is lacking, nothing changes
    assert tree(there) == tree(here)
    assert [one.name for one in (there.parent / ".output.gongkai").iterdir() if "unpacked" in one.name] == []


def test_a_whole_package_can_be_unzipped_where_a_server_reads(
    sites: tuple[Path, Path], tmp_path: Path
) -> None:
    here, _ = sites
    first, second = pack(here, tmp_path / "1.zip"), pack(here, tmp_path / "2.zip")
    assert first == second, "the same site gives the same package"
    with zipfile.ZipFile(tmp_path / "1.zip") as archive:
        archive.extractall(tmp_path / "www")
    assert tree(tmp_path / "www") == tree(here)


def rewritten(package: Path, change: dict[str, bytes | None]) -> None:
    """The package with these members put in, or taken out."""
    with zipfile.ZipFile(package) as archive:
        members = {one: archive.read(one) for one in archive.namelist()} | change
    with zipfile.ZipFile(package, "w") as archive:
        for name, data in members.items():
            if data is not None:
                archive.writestr(name, data)


def cut(package: Path) -> None:
    package.write_bytes(package.read_bytes()[:-30])


def flipped(package: Path) -> None:
    data = bytearray(package.read_bytes())
    data[data.index(b"%PDF-1" if b"%PDF-1" in data else b"PK2") + 2] ^= 1
    package.write_bytes(bytes(data))


def listed(path: str) -> bytes:
    line = f'"{path}": {{"size": 1, "sha256": "{"0" * 64}"}}'
    return f'{{\n"format": "gongkai-manifest-1",\n"files": {{\n{line}\n}}\n}}\n'.encode()


BAD = {
    "cut short": (cut, "不完整或已损坏"),
    "a bit turned": (flipped, "不完整或已损坏"),
    "a file too many": (lambda file: rewritten(file, {"evil.html": b"x"}), "清单里没有 evil.html"),
    "another content": (lambda file: rewritten(file, {"index.html": b"nEw"}), "index.html"),
    "longer content": (lambda file: rewritten(file, {"index.html": b"new" * 9999}), "index.html"),
    "a file lost": (lambda file: rewritten(file, {"new/b.json": None}), "还缺 1 个文件，例如 new/b.json"),
    "no manifest": (lambda file: rewritten(file, {MANIFEST: None}), "不完整或已损坏"),
    "a broken manifest": (lambda file: rewritten(file, {MANIFEST: b"{}"}), "不完整或已损坏"),
    "a path out of the site": (
        lambda file: rewritten(file, {MANIFEST: listed("../out.html"), "../out.html": b"x"}),
        "清单里没有",
    ),
    "no zip": (lambda file: file.write_bytes(b"hello"), "不完整或已损坏"),
    "not there": (lambda file: file.unlink(), "读不了"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_a_bad_package_changes_nothing(sites: tuple[Path, Path], tmp_path: Path, what: str) -> None:
    here, there = sites
    before = tree(there)
    pack(here, tmp_path / "delta.zip", manifest_of(there))
    BAD[what][0](tmp_path / "delta.zip")
    with pytest.raises(CommandError, match=BAD[what][1]):
        unpack(tmp_path / "delta.zip", there)
    assert tree(there) == before
    assert verify(there) == []
    assert not (tmp_path / "out.html").exists()


def test_a_path_out_of_the_site_is_refused_where_the_package_holds_nothing_else(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr(MANIFEST, listed("../out.html"))
        archive.writestr("../out.html", b"x")
    with pytest.raises(CommandError, match="不能用作"):
        unpack(tmp_path / "bad.zip", tmp_path / "site")
    assert not (tmp_path / "out.html").exists()


def test_what_stands_there_is_verified_too(sites: tuple[Path, Path], tmp_path: Path) -> None:
    here, there = sites
    pack(here, tmp_path / "delta.zip", manifest_of(there))
    (there / "same/page.html").unlink()
    (there / "same/page.html").write_bytes(b"sAme")
    with pytest.raises(CommandError, match=r"还缺 1 个文件，例如 same/page\.html"):
        unpack(tmp_path / "delta.zip", there)
    pack(here, tmp_path / "whole.zip")
    unpack(tmp_path / "whole.zip", there)
    assert tree(there) == tree(here)


def test_a_damaged_site_is_not_packed(sites: tuple[Path, Path], tmp_path: Path) -> None:
    here, _ = sites
    (here / "index.html").unlink()
    (here / "index.html").write_bytes(b"nEw")
    with pytest.raises(CommandError, match=r"index\.html 与清单不一致"):
        pack(here, tmp_path / "bad.zip")
    assert not [one for one in tmp_path.iterdir() if "bad.zip" in one.name]
    shutil.rmtree(here)
    with pytest.raises(CommandError, match="没有已发布的网站"):
        pack(here, tmp_path / "bad.zip")


def test_another_package_than_was_told_is_refused(sites: tuple[Path, Path], tmp_path: Path) -> None:
    _, there = sites
    with pytest.raises(CommandError, match="与所写的不同"):
        unpack(tmp_path / "old.zip", there, "0" * 64)


def test_killed_at_any_moment_a_whole_site_stands(tmp_path: Path) -> None:
    many = {f"d{number % 9}/p{number}.html": b"x%d" % number for number in range(300)}
    here, there = tmp_path / "here/output", tmp_path / "there/output"
    trees.publish(here, OLD | many)
    pack(here, tmp_path / "0.zip")
    trees.publish(here, NEW | {path: data + b"!" for path, data in many.items()})
    pack(here, tmp_path / "1.zip", manifest_of(tmp_path / "0.zip"))
    unpack(tmp_path / "0.zip", there)
    whole = [tree(there), tree(here)]
    code = "import sys, pathlib; from gongkai.publishing.packing import unpack; print(flush=True);"
    code += "unpack(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))"
    chance = random.Random(15)
    for turn in range(12):
        package = tmp_path / ("1.zip" if tree(there) == whole[0] else "0.zip")
        command = [sys.executable, "-c", code, str(package), str(there)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
        assert process.stdout
        process.stdout.readline()  # all is imported
        if turn < 11:
            time.sleep(chance.uniform(0, 0.12))
            process.kill()
        process.wait()
        process.stdout.close()
        assert tree(there) in whole
        assert verify(there) == []
