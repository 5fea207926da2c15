"""Files published as they are: those a correction replaced, kept in the year's ``files/``, and pictures of texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gongkai.exports.listing import Entry, entries
from gongkai.parts import File
from gongkai.planning.plan import file_address
from gongkai.problems import CommandError, Place, Problem, Severity
from gongkai.publishing.manifest import Manifest
from gongkai.publishing.scan import scan_problems
from gongkai.reading.acts import Article
from gongkai.reading.content import ContentReader
from gongkai.reading.kinds import Address
from gongkai.reading.loaded import LoadedDepartment
from gongkai.reading.records import Disclosure
from gongkai.workspace import Workspace

FOLDER = "files"


def superseded_address(*slugs: str, name: str) -> str:
    """``dongguan/gongwei/2026/files/<name>``: lasting, as long as the correction names it."""
    return "/".join((*slugs, FOLDER, name))


def superseded_names(disclosure: Disclosure) -> list[str]:
    """The files all corrections name, each once."""
    return list(dict.fromkeys(name for one in disclosure.corrections for name in one.files))


def copied_files(root: Path, loaded: LoadedDepartment) -> Iterator[tuple[str, Path]]:
    """Address and file of each of them, and of every picture of a text, beside the page that shows it.

    ``root`` is the project folder. Files that are missing are told elsewhere.
    """
    for disclosure in loaded.department.disclosures:
        keys = (loaded.locality.slug, loaded.department.slug, disclosure.slug)
        for name in superseded_names(disclosure):
            file = _folder(root, loaded, disclosure) / name
            if file.is_file():
                yield superseded_address(*keys, name=name), file
        for article in disclosure.articles:
            for picture in article.pictures:
                address = "/".join((*keys, article.slug, picture.name))
                yield address, picture_file(root, article, picture.name)


def superseded_listing(
    slugs: tuple[str, ...], disclosure: Disclosure, facts: Mapping[str, File]
) -> dict[str, Entry]:
    """What a page offers under each correction, by file name; ``slugs`` are those of the disclosure."""
    names = superseded_names(disclosure)
    named = ((superseded_address(*slugs, name=name), f"更正前的文件：{name}") for name in names)
    return {one.address.rpartition("/")[2]: one for one in entries(named, facts)}


def picture_file(root: Path, article: Article, name: str) -> Path:
    """Where a picture of a text lies; ``root`` is the project folder."""
    return root / Path(article.file).with_name(name)


def check_superseded(root: Path, loaded: LoadedDepartment) -> list[Problem]:
    """Each named file must be there, and inside the content folder; one that nobody names is not published."""
    reader = ContentReader(root)
    for disclosure in loaded.department.disclosures:
        if disclosure.withdrawal:
            continue
        folder = _folder(root, loaded, disclosure)
        document = loaded.document(disclosure.slug)
        for number, correction in enumerate(disclosure.corrections):
            for index, name in enumerate(correction.files):
                place = document.place(("更正说明", number, "原文件", index))
                if not (folder / name).is_file():
                    hint = f"请把更正前公开的文件放到 {reader.name(folder)}/ 里，或者改正文件名。"
                    reader.tell(place, "load.kept-file", f"没有文件“{name}”", hint)
                elif reader.inside(folder / name):
                    keys = (loaded.locality.slug, loaded.department.slug, disclosure.slug)
                    address = superseded_address(*keys, name=name)
                    reader.problems += scan_problems(address, (folder / name).read_bytes(), root)
        named = set(superseded_names(disclosure))
        for file in sorted(folder.iterdir()) if folder.is_dir() else ():
            if file.name not in named and not file.name.startswith((".", "_")):
                hint = "要公开的，请写进 disclosure.yaml 里那条更正说明的“原文件”；不需要的请移走。"
                place = Place(reader.name(file))
                reader.tell(
                    place, "load.extra-file", "没有更正说明提到这个文件，不会公开", hint, Severity.WARNING
                )
    return reader.problems


def _folder(root: Path, loaded: LoadedDepartment, disclosure: Disclosure) -> Path:
    return root / Path(loaded.document(disclosure.slug).file).parent / FOLDER


# -- keeping what is published, before it is corrected --------------------------------------------


@dataclass(frozen=True)
class Kept:
    """A published file that lies in ``content/`` now, and the record that should name it."""

    file: Path
    record: Path


def keep(workspace: Workspace, address: str, today: date) -> Kept:
    """Copy a published PDF into the year's ``files/``; ``address`` is 地区/部门/年度 or 地区/部门/年度/项目.

    Nothing is overwritten: the same content is kept once, another of the same day gets a number. Raises CommandError.
    """
    place = Address.of(address)
    path = file_address(*filter(None, place))
    published = Manifest.read(workspace.output)
    record = workspace.content / place.folder / "disclosure.yaml"
    if published is None or path not in published:
        raise CommandError(f"已发布的网站里没有 {path}，没有可以保留的文件。")
    if not record.is_file():
        raise CommandError(f"没有 content/{place.folder}/disclosure.yaml。")
    data = (workspace.output / path).read_bytes()
    if not published.lists(path, data):
        raise CommandError(f"已发布的 {path} 被改动过，与清单不一致；", "请先运行 verify 核对。")
    return Kept(_store(record.parent / FOLDER, f"{Path(path).stem}-{today:%Y%m%d}", data), record)


def _store(folder: Path, stem: str, data: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    for file in sorted(folder.glob("*.pdf")):
        if file.read_bytes() == data:
            return file
    number = 1
    while True:
        file = folder / (f"{stem}.pdf" if number == 1 else f"{stem}-{number}.pdf")
        try:
            with file.open("xb") as stream:
                stream.write(data)
            return file
        except FileExistsError:
            number += 1
