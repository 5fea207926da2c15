"""The site, or what changed of it, as one ZIP file that carries it over an air gap; verified whole before the swap."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gongkai.atomic import writing
from gongkai.problems import CommandError, ExitCode
from gongkai.publishing.manifest import MANIFEST, File, Manifest, matches
from gongkai.publishing.names import check_path
from gongkai.publishing.swap import OutputError, discard, reported
from gongkai.publishing.tree import publishing

_STORED = (".pdf", ".xlsx", ".zip", ".png", ".jpg", ".jpeg", ".gif", ".woff2")
"""Files that are compressed already."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a ZIP file can state: the same site gives the same package."""
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Packed:
    """What a package holds: how many files of how many in the site, and its SHA-256."""

    files: int
    whole: int
    sha256: str


def pack(output: Path, package: Path, since: Manifest | None = None) -> Packed:
    """Write the published site, or only what is new or other than in ``since``, with the whole site's manifest.

    A package of the whole site can be unzipped where a server reads. Every file is held against the manifest on the
    way. Raises CommandError: nothing is published, it is damaged, or the package can't be written.
    """
    with publishing(output) as site, _whole(package) as draft:
        manifest = Manifest.read(site.folder)
        if manifest is None:
            raise CommandError(f"{site.folder} 里没有已发布的网站。", "请先运行 build。", ExitCode.PROBLEMS)
        wanted = manifest.changes(since or Manifest()).fresh
        with zipfile.ZipFile(draft, "w") as archive:
            archive.writestr(_entry(MANIFEST), b"".join(manifest.blocks()))
            for file in wanted:
                entry = _entry(file.path)
                with (site.folder / file.path).open("rb") as source, archive.open(entry, "w") as target:
                    good = _copied(source, target, file)
                if not good:
                    message = f"已发布的文件 {file.path} 与清单不一致，没有打包。"
                    raise CommandError(message, "请再运行一次 build，它会修好。", ExitCode.PROBLEMS)
    with package.open("rb") as opened:
        return Packed(len(wanted), len(manifest), hashlib.file_digest(opened, "sha256").hexdigest())


def unpack(package: Path, output: Path, sha256: str = "") -> Packed:
    """Bring the site in ``output`` to what the package says, whole or not at all; ``sha256`` is what it should have.

    What the package leaves out must stand in the site already. Raises CommandError; the old site stands then.
    """
    try:
        with package.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if sha256 and sha256.lower() != found:
            raise CommandError(
                f"{package.name} 的 SHA-256 是 {found}，与所写的不同。", _AGAIN, ExitCode.PROBLEMS
            )
        with zipfile.ZipFile(package) as archive, publishing(output) as site:
            scratch = site.scratch("unpacked")
            try:
                manifest = _unpacked(archive, scratch, site.folder)
                site.compare(None)  # nothing of this tree is known: every file is linked anew
                taken = {one.filename for one in archive.infolist()}
                site.publish(
                    manifest, lambda file: (scratch if file.path in taken else site.folder) / file.path
                )
            finally:
                discard(scratch)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise _damaged(package.name) from error
    except OSError as error:
        raise CommandError(f"读不了 {package}（{error.strerror}）。", "", ExitCode.SETUP) from error
    return Packed(len(taken) - 1, len(manifest), found)


def manifest_of(path: Path) -> Manifest:
    """The manifest in a site's folder, in a package, or in a file of its own. Raises CommandError."""
    found = None
    if path.is_dir():
        found = Manifest.read(path)
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            found = _head(archive)
    elif path.is_file():
        with path.open("rb") as file:
            found = Manifest.parse(file)
    if found is None:
        hint = "请写上次的包（.zip）、上次的 manifest.json，或那时的网站文件夹。"
        raise CommandError(f"{path} 里没有可用的清单 manifest.json。", hint)
    return found


_AGAIN = "包可能在传送时损坏了，请重新拷贝。网站没有改动。"


def _damaged(name: str, what: str = "") -> OutputError:
    return OutputError(f"包 {name} 不完整或已损坏{what}。", _AGAIN, ExitCode.PROBLEMS)


def _unpacked(archive: zipfile.ZipFile, scratch: Path, site: Path) -> Manifest:
    """The package's files, laid out in ``scratch``, all of them and those that stay in ``site`` verified."""
    name = Path(archive.filename or "").name
    members = {one.filename: one for one in archive.infolist()}
    manifest = _head(archive)
    if manifest is None or len(members) != len(archive.infolist()):
        raise _damaged(name)
    del members[MANIFEST]
    if strange := members.keys() - {file.path for file in manifest}:
        raise _damaged(name, f"（清单里没有 {min(strange)}）")
    for file in manifest:
        check_path(file.path)
    lacking = []
    for file in manifest:
        if member := members.get(file.path):
            with reported():
                target = scratch / file.path
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as source, target.open("xb") as opened:
                    good = _copied(source, opened, file)
            if not good:
                raise _damaged(name, f"（{file.path}）")
        elif not matches(site / file.path, file):
            lacking.append(file.path)
    if lacking:
        message = f"包 {name} 只有改动的部分，这里的网站还缺 {len(lacking)} 个文件，例如 {lacking[0]}。"
        hint = "它是对着另一版网站打的包。请先装中间的包，或在那边打一个完整的包（pack 不写 --since）。网站没有改动。"
        raise OutputError(message, hint, ExitCode.PROBLEMS)
    return manifest


def _head(archive: zipfile.ZipFile) -> Manifest | None:
    if MANIFEST not in archive.namelist():
        return None
    with archive.open(MANIFEST) as file:
        return Manifest.parse(file)


def _copied(source: IO[bytes], target: IO[bytes], file: File) -> bool:
    """Whether what was copied is the file; no more is read than that says."""
    digest, size = hashlib.sha256(), 0
    while block := source.read(min(_BLOCK, file.size + 1 - size)):
        digest.update(block)
        size += len(block)
        if size > file.size:
            return False
        target.write(block)
    return size == file.size and digest.hexdigest() == file.sha256


def _entry(path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, _EPOCH)
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_STORED if path.endswith(_STORED) else zipfile.ZIP_DEFLATED
    return entry


@contextmanager
def _whole(package: Path) -> Iterator[Path]:
    """Where to write a file that stands under its name only when it is whole."""
    draft = package.with_name(f".{package.name}.new")
    try:
        with writing(package):
            package.parent.mkdir(parents=True, exist_ok=True)
            yield draft
            draft.replace(package)
    finally:
        draft.unlink(missing_ok=True)
