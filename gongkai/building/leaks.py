"""The plan and the finished files against what is withheld: nothing of a project marked 公开: 否 may be among them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gongkai.checks.texts import WholeFile
from gongkai.checks.withheld import mention
from gongkai.planning.plan import address, file_address
from gongkai.planning.summaries import DepartmentSummary, LocalitySummary
from gongkai.privacy.markup import as_written, plain
from gongkai.problems import Place, Problem, Severity
from gongkai.publishing.published_text import texts_of
from gongkai.reading.files import readable
from gongkai.reading.kinds import Record
from gongkai.reading.source import read_yaml

RULE = "withheld.planned"
ELSEWHERE = "withheld.elsewhere"
_TEXTS = (".yaml", ".md")
_WITHHELD = re.compile(r"^[\"']?(?:公开[\"']?[ \t]*[:：][ \t]*(?![ \t]*[\"']?是|[ \t]*#)\S|不公开原因)", re.M)
_NAME = re.compile(r"^[\"']?项目名称[\"']?[ \t]*[:：]?[ \t]*[\"']?(.+?)[\"']?[ \t]*(?:[ \t]#.*)?$", re.M)


def leaks(localities: Sequence[LocalitySummary], paths: Iterable[str]) -> list[Problem]:
    """Problems for every withheld project that a summary lists, or whose folder or PDF is among ``paths``.

    ``paths`` are files of the site, planned or made. The planner leaves withheld projects out; this is the
    second pair of eyes, and does not ask it.
    """
    folders: dict[str, Place] = {}
    problems = []
    for locality in localities:
        for department in locality.departments:
            shown = {(one.slug, project.slug) for one in department.disclosures for project in one.projects}
            for year, project, _ in department.withheld:
                slugs = (locality.slug, department.slug, year, project)
                folders[address(*slugs).removesuffix("index.html")] = place = _place(*slugs)
                if (year, project) in shown:
                    problems.append(_problem(place, "各页的项目列表"))
    files = {file_address(*folder.strip("/").split("/")): place for folder, place in folders.items()}
    for path in paths if folders else ():
        parts = path.split("/")
        found = folders.get("/".join(parts[:4]) + "/") or files.get(path)
        if found is not None:
            problems.append(_problem(found, f"/{path}"))
    return problems


def _place(*slugs: str) -> Place:
    return Place(f"content/{'/'.join(slugs)}.yaml", 1, 1)


def _problem(place: Place, where: str) -> Problem:
    message = f"这个项目标明不公开，却会出现在 {where}"
    return Problem(place, RULE, Severity.ERROR, message, "请不要发布，并报告这个错误。", "公开")


# -- mentions outside the department's own records -------------------------------------------------


@dataclass(frozen=True, slots=True)
class Withheld:
    """A project that is not published: its name, its file name, and the file."""

    name: str
    slug: str
    file: str

    @property
    def folder(self) -> str:
        """Its department's folder: what the records in it say is the rules' matter."""
        return "/".join(self.file.split("/")[:3])


def withheld_of(departments: Iterable[tuple[str, DepartmentSummary]]) -> frozenset[Withheld]:
    """What departments, each with its locality's slug, withhold."""
    return frozenset(
        Withheld(name, slug, f"content/{locality}/{one.slug}/{year}/{slug}.yaml")
        for locality, one in departments
        for year, slug, name in one.withheld
    )


def withheld_now(
    departments: Iterable[tuple[str, DepartmentSummary]], held: Iterable[Path]
) -> frozenset[Withheld]:
    """What may be named nowhere; ``held`` are the folders of departments whose records are not published now."""
    return withheld_of(departments).union(*map(_withheld_by_text, held))


def _withheld_by_text(folder: Path) -> frozenset[Withheld]:
    """What records below a department's folder withhold by their text alone: also those that can't be read as such."""
    found = set()
    for file in folder.glob("*/[!._]*.yaml"):
        try:
            data = file.read_bytes()
        except OSError:
            continue
        text = readable(data)
        for name in _NAME.findall(text) if _WITHHELD.search(text) else ():
            if plain(name):
                found.add(Withheld(name, file.stem, "/".join(("content", *file.parts[-4:]))))
    return frozenset(found)


def still_named(withheld: Iterable[Withheld], folder: str, files: Mapping[str, Path]) -> Iterator[Problem]:
    """Errors for withheld projects of others that a department's published files name, by address; ``folder``: its own.

    Its pages show all that it says.
    """
    others = sorted((one for one in withheld if one.folder != folder), key=lambda one: (one.file, one.name))
    for path, place in sorted(files.items()) if others else ():
        if path.endswith(".html") or "/files/" in path:
            texts = [path, *texts_of(path, place.read_bytes())]
            for one in others:
                if any(as_written(one.name).search(text) for text in texts):
                    message = f"不公开的项目“{one.name}”出现在这个部门上次发布的 {path}"
                    hint = "这个部门有错误，只能按上次发布的内容保留。请先改正它的错误，去掉这个名称。"
                    yield Problem(
                        Place(folder), ELSEWHERE, Severity.ERROR, message, hint, "", (Place(one.file, 1, 1),)
                    )


def mentions(root: Path, withheld: Iterable[Withheld], folders: Iterable[Path]) -> list[Problem]:
    """Errors for each file below ``folders`` that is published and names a withheld project.

    Looked at are the records of other departments, the site's own texts, and files kept in ``files/``, their names
    and what they hold.
    """
    held = sorted(withheld, key=lambda one: (one.file, one.name))
    return [problem for file in _published(folders) for problem in _in_file(root, file, held)] if held else []


def _published(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        for file in sorted(folder.rglob("*") if folder.is_dir() else [folder]):
            kept = file.parent.name == "files"
            if (kept or file.suffix in _TEXTS) and not file.name.startswith((".", "_")) and file.is_file():
                yield file


def _in_file(root: Path, file: Path, held: Sequence[Withheld]) -> Iterator[Problem]:
    name = file.relative_to(root).as_posix()
    if file.parent.name == "files":
        texts = [file.name, *texts_of(name.removeprefix("content/"), file.read_bytes())]
        for one in held:
            slugged = one.slug in PurePosixPath(name).stem and name.startswith(one.folder + "/")
            if slugged or any(as_written(one.name).search(text) for text in texts):
                yield _mention(one, Place(name))
        return
    text = file.read_text(encoding="utf-8", errors="replace")
    for one in held:
        if name.startswith(one.folder + "/") or not (found := as_written(one.name).search(text)):
            continue
        if file.suffix != ".yaml":
            yield _mention(one, Place(name, text.count("\n", 0, found.start()) + 1, 1))
        elif (place := _in_record(file, name, one.name)) is not None:
            yield _mention(one, place)


def _in_record(file: Path, name: str, wanted: str) -> Place | None:
    """Where a record itself, and not a comment in its file, has a name."""
    document, _ = read_yaml(file, name)
    if document is None:
        return None
    whole = WholeFile(document, Record())
    found = mention(whole, wanted)
    return whole.spot(whole.hit(*found)) if found else None


def _mention(one: Withheld, place: Place) -> Problem:
    message = f"不公开的项目“{one.name}”出现在这里"
    hint = f"请去掉，或改用可以公开的说法（这个项目的记录是 {one.file}）。"
    return Problem(place, ELSEWHERE, Severity.ERROR, message, hint, "", (Place(one.file, 1, 1),))
