"""What fuzzing knocks at: each door takes any bytes and answers with values or problems; all else is a finding."""

from __future__ import annotations

import io
import pkgutil
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from unittest import mock

from fuzz.samples import form_tables, package
from gongkai.amounts import AmountError, parse_amount
from gongkai.authoring.carry import carry_over
from gongkai.checks import check_department
from gongkai.exchange import import_plan
from gongkai.exchange.contained import Contained
from gongkai.pages.texts import load_texts
from gongkai.problems import Problem
from gongkai.reading.forms import load_forms
from gongkai.reading.load import Loader
from gongkai.reading.prose import ATTRIBUTES, prose_html
from gongkai.reading.prose import TAGS as PROSE_TAGS
from gongkai.reading.records import Locality
from gongkai.reading.source import parse_yaml, read_yaml
from gongkai.tables.richtext import TAGS, paragraphs, rich
from gongkai.targets import parse_target
from gongkai.workspace import Workspace

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
SMALL = TESTS / "sites" / "small"
UNIT = "content/dongguan/shi-zhi-gongwei"
RECORDS = (
    f"{UNIT}/2026/minbing.yaml",
    f"{UNIT}/2026/disclosure.yaml",
    f"{UNIT}/department.yaml",
    "content/dongguan/locality.yaml",
    "content/site.yaml",
)
FORMS, _ = load_forms(Workspace.at(ROOT).layouts)
SAFE_ATTRIBUTES = {"href", "title", "rel"}
SAFE_SCHEMES = {"http", "https", "mailto"}


@dataclass(frozen=True)
class Door:
    """A reader of bytes, what it is started with, and in which shape these are worth changing."""

    knock: Callable[[bytes], list[Problem]]
    """What is wrong with the bytes; AssertionError where an answer is not what it ought to be."""
    seeds: Callable[[], Iterable[bytes]]
    shape: str = "text"
    """``text``, ``lines`` or ``markup``."""
    words: tuple[str, ...] = field(default=())
    head: int = 0
    """How many bytes of an input choose the file or part that the rest of it becomes."""


@cache
def _site() -> Path:
    """A site of one's own to put files into, gone with the process."""
    folder = tempfile.TemporaryDirectory(prefix="gongkai-fuzz-")
    _kept.append(folder)
    return Path(shutil.copytree(SMALL, Path(folder.name) / "site"))


_kept: list[tempfile.TemporaryDirectory[str]] = []


def _sound(problems: Iterable[Problem]) -> list[Problem]:
    found = list(problems)
    for problem in found:
        assert isinstance(problem, Problem) and problem.message, problem
    return found


# -- records --------------------------------------------------------------------------------------


def record(raw: bytes) -> list[Problem]:
    """A record file of a site: the first byte says which."""
    if not raw:
        return []
    found: list[Problem] = []
    name, site = RECORDS[raw[0] % len(RECORDS)], _site()
    (site / name).write_bytes(raw[1:])
    try:
        loader = Loader(site, FORMS)
        loader.site()
        for place in loader.localities() or [_dongguan()]:
            loaded = loader.department(place, site / UNIT)
            if loaded is not None:
                found += check_department(loaded)
        found += loader.problems
        document, _ = read_yaml(site / name, name)
        if document is not None and name == RECORDS[0]:
            assert isinstance(carry_over(document, 2027), str)
    finally:
        shutil.copyfile(SMALL / name, site / name)
    return _sound(found)


@cache
def _dongguan() -> Locality:
    (place,) = Loader(SMALL, FORMS).localities()
    return place


def _record_seeds() -> Iterable[bytes]:
    for number, name in enumerate(RECORDS):
        yield bytes([number]) + (SMALL / name).read_bytes()
    for file in sorted((ROOT / "content").glob("*/**/*.yaml")):
        number = {"disclosure": 1, "department": 2, "locality": 3}.get(file.stem, 0)
        yield bytes([number]) + file.read_bytes()
    for file in sorted((TESTS / "problems").glob("*/*.yaml")):
        yield b"\0" + file.read_bytes()


def form(raw: bytes) -> list[Problem]:
    """The declaration of a form, ``form.yaml``."""
    folder = _site() / "layouts" / "forms" / "fuzzed"
    if not folder.is_dir():
        shutil.copytree(ROOT / "layouts" / "forms" / "dongguan-project-2026", folder)
    (folder / "form.yaml").write_bytes(raw)
    found, problems = load_forms([folder.parents[1]])
    for one in found.values():
        for path in one.declared.fields:
            assert isinstance(one.label(path, 2026), str)
            one.kind(path)
            one.amount_style(path)
    return _sound(problems)


def _form_seeds() -> Iterable[bytes]:
    for file in sorted((ROOT / "layouts" / "forms").glob("*/form.yaml")):
        yield file.read_bytes()


def _labels() -> tuple[str, ...]:
    words = {label for one in FORMS.values() for label in one.declared.fields.values() if label}
    return tuple(sorted(words))


# -- values ---------------------------------------------------------------------------------------


def amount(raw: bytes) -> list[Problem]:
    """Amounts and targets."""
    text = raw.decode("utf-8", "replace")
    try:
        assert parse_amount(text).yuan.is_finite()
    except AmountError as error:
        assert str(error)
    assert parse_target(text).text.strip() == text.strip()
    return []


def _amount_seeds() -> Iterable[bytes]:
    for text in (
        "12.5万元",
        "1,234.56",
        "≥95%",
        "3-5天",
        "不低于90分",
        "2026年12月31日前",
        "１２人次",
        "-3.00元",
    ):
        yield text.encode()


class _Safe(HTMLParser):
    """Raises AssertionError for anything a browser might take for more than text."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS | PROSE_TAGS, f"<{tag}>"
        for name, value in attrs:
            assert name in SAFE_ATTRIBUTES | ATTRIBUTES.get(tag, set()), f"<{tag} {name}>"
            assert name != "href" or _scheme(value or "") in SAFE_SCHEMES | {""}, value

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    handle_pi = unknown_decl = handle_comment = handle_decl


def _scheme(target: str) -> str:
    """The scheme that a browser reads: it leaves out tabs and line breaks, and control characters in front."""
    bare = re.sub(r"[\t\n\r]", "", target).lstrip("".join(map(chr, range(0x21))))
    found = re.match(r"([a-z][a-z0-9+.-]*):", bare, re.IGNORECASE)
    return found[1].lower() if found else ""


def _safe(html: str) -> None:
    parser = _Safe()
    parser.feed(html)
    parser.close()


def richtext(raw: bytes) -> list[Problem]:
    """Long texts of records and pages: nothing but harmless tags comes out."""
    text = raw.decode("utf-8", "replace")
    for show in (rich, prose_html, paragraphs):
        _safe(str(show(text)))
    return []


def _richtext_seeds() -> Iterable[bytes]:
    for file in sorted((ROOT / "content" / "pages").glob("*.md")):
        yield file.read_bytes()
    for text in (
        "- 甲\n- 乙\n\n**粗**，[链接](https://example.cn/a?b=c)",
        "<p>一</p><ul><li>二<br/></li></ul><a href='http://a/' title=x>b</a>",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "收入<5万元，支出>3万元；65元*200人\n1. 一\n2. 二\n---\n# 三",
        "注[^1]\n\n[^1]: 脚注\n\n> 引\n\n```\n码\n```\n[a]: http://b 'c'\n[x][a] ![i](j)",
    ):
        yield text.encode()


def page(raw: bytes) -> list[Problem]:
    """A Markdown page of the site."""
    folder = _site() / "content" / "pages"
    folder.mkdir(exist_ok=True)
    (folder / "about.md").write_bytes(raw)
    texts, problems = load_texts(_site())
    (folder / "about.md").unlink()
    assert texts or problems
    for text in texts:
        _safe(str(text.html))
    return _sound(problems)


# -- files from outside ---------------------------------------------------------------------------


class _Here(Contained):
    """What is contained, called in this process: what it runs is seen, and what it raises is a finding."""

    def __init__(self, function: str) -> None:
        self._called = pkgutil.resolve_name(function)

    def __call__(self, *arguments: Any) -> Any:
        return self._called(*arguments)

    def __exit__(self, *_: object) -> None:
        pass


class _Kept(Contained):
    """One child for all inputs."""

    def __exit__(self, *_: object) -> None:
        pass


_kept_child = cache(_Kept)


def _import(raw: bytes, name: str, contained: Callable[[str], Contained] = _Here) -> list[Problem]:
    site = _site()
    file = site / name
    file.write_bytes(raw)
    try:
        with (
            mock.patch.object(import_plan, "load_forms", lambda layouts: (FORMS, [])),  # read once
            mock.patch.object(import_plan, "Contained", contained),
        ):
            plan = import_plan.plan_import([file], Workspace.at(site), "dongguan", "shi-zhi-gongwei", 2026)
    finally:
        file.unlink()
    for proposal in plan.proposals:
        document, problems = parse_yaml(proposal.text.encode(), proposal.file)
        assert document, (proposal.text, problems)
    return _sound(plan.problems)


def page_of_tables(raw: bytes) -> list[Problem]:
    """HTML tables as systems save them."""
    return _import(b"<html>" + raw, "fuzz.html")


def any_file(raw: bytes) -> list[Problem]:
    """Any bytes under any name, in a child: native readers may ask for all memory, or end it."""
    name = "fuzz." + ("xlsx", "xls", "docx", "pdf", "html")[raw[0] % 5] if raw else "fuzz.xlsx"
    return _import(raw, name, _kept_child)


def _html_seeds() -> Iterable[bytes]:
    yield from form_tables()


def _file_seeds() -> Iterable[bytes]:
    for file in sorted((TESTS / "files").glob("*.xls")):
        yield file.read_bytes()


def _zipped(kind: str, name: str) -> Callable[[bytes], list[Problem]]:
    """A zipped document with one of its parts exchanged: the first byte says which."""

    def knock(raw: bytes) -> list[Problem]:
        if not raw:
            return []
        parts = package(kind)
        names = _xml_parts(parts)
        chosen = names[raw[0] % len(names)]
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for part, data in parts.items():
                archive.writestr(part, raw[1:] if part == chosen else data)
        return _import(buffer.getvalue(), name)

    knock.__doc__ = f"A {kind} file with one part exchanged."
    return knock


def _xml_parts(parts: dict[str, bytes]) -> list[str]:
    return sorted(
        name
        for name in parts
        if name.endswith((".xml", ".rels")) and "docProps" not in name and "theme" not in name
    )


def _zipped_seeds(kind: str) -> Callable[[], Iterable[bytes]]:
    def seeds() -> Iterable[bytes]:
        parts = package(kind)
        for number, name in enumerate(_xml_parts(parts)):
            yield bytes([number]) + parts[name]

    return seeds


DOORS = {
    "record": Door(record, _record_seeds, "lines", _labels(), 1),
    "form": Door(form, _form_seeds, "lines", _labels()),
    "amount": Door(
        amount,
        _amount_seeds,
        words=(
            "万元",
            "亿元",
            "%",
            "％",
            "≥",
            "≤",
            "不低于",
            "-",
            "~",
            "年",
            "月",
            "日",
            "人次",
            ",",
            ".",
            "０",
            "１",
            "e",
            "约",
        ),
    ),
    "richtext": Door(richtext, _richtext_seeds, "markup"),
    "page": Door(page, _richtext_seeds, "markup"),
    "html": Door(page_of_tables, _html_seeds, "markup", _labels()),
    "file": Door(any_file, _file_seeds),
    "xlsx": Door(_zipped("xlsx", "fuzz.xlsx"), _zipped_seeds("xlsx"), "markup", _labels(), 1),
    "docx": Door(_zipped("docx", "fuzz.docx"), _zipped_seeds("docx"), "markup", _labels(), 1),
    "sheet": Door(_zipped("sheet", "fuzz.xlsx"), _zipped_seeds("sheet"), "markup", _labels(), 1),
}
