"""The fixed words of pages and the main navigation: gongkai's own, changed by the site's layouts/site/words.yaml."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field

from gongkai.problems import Place, Problem, Severity
from gongkai.reading.kinds import Line, Record
from gongkai.reading.source import Document, read_yaml, suggestion, validated

FILE = "site/words.yaml"


class Link(Record):
    """One entry of the main navigation: a page of the site (``about/index.html``) or a full address."""

    label: Line = Field(alias="名称")
    target: Line = Field(alias="网址")

    @property
    def is_external(self) -> bool:
        """Whether it leads away from the site."""
        return self.target.startswith(("https://", "http://"))


class _WordsFile(Record):
    navigation: tuple[Link, ...] | None = Field(None, alias="导航")
    words: Mapping[str, Line] = Field(default_factory=dict, alias="词语")
    synonyms: Mapping[str, Line] = Field(default_factory=dict, alias="检索词")


@dataclass(frozen=True)
class Words:
    """What templates say: ``words`` maps gongkai's word to the site's; ``navigation`` None is the usual one."""

    words: Mapping[str, str] = field(default_factory=dict)
    navigation: tuple[Link, ...] | None = None
    file: str = ""
    synonyms: Mapping[str, str] = field(default_factory=dict)
    """What readers may type → what records write instead: abbreviations, common slips."""


def load_words(layouts: Sequence[Path]) -> tuple[Words, list[Problem]]:
    """gongkai's words with the site's own over them; ``layouts`` has the site's folder first."""
    built_in, problems = _read(layouts[-1])
    words, navigation, synonyms = dict(built_in[0].words), None, dict(built_in[0].synonyms)
    for folder in reversed(layouts[:-1]):
        if not (folder / FILE).is_file():
            continue
        (own, document), found = _read(folder)
        problems += found + _unknown(own, document, words)
        words.update({key: text for key, text in own.words.items() if key in words})
        synonyms |= own.synonyms
        navigation = own.navigation
    return Words(words, navigation, f"layouts/{FILE}", synonyms), problems


def navigation_problems(words: Words, pages: Collection[str]) -> list[Problem]:
    """Entries of the navigation that lead to no page; ``pages`` are the addresses of all."""
    hint = "写本站页面的地址，例如 about/index.html；或写完整的网址，例如 https://www.example.gov.cn/。"
    return [
        Problem(Place(words.file), "words.link", Severity.ERROR, f"导航里的“{link.target}”没有这个页面", hint)
        for link in words.navigation or ()
        if not link.is_external and link.target not in pages
    ]


def _read(folder: Path) -> tuple[tuple[_WordsFile, Document | None], list[Problem]]:
    document, problems = read_yaml(folder / FILE, f"layouts/{FILE}")
    words = validated(_WordsFile, document, problems) if document else None
    return (words or _WordsFile.model_validate({}), document), problems


def _unknown(own: _WordsFile, document: Document | None, words: Mapping[str, str]) -> list[Problem]:
    problems = []
    for key in own.words:
        if key not in words and document is not None:
            hint = suggestion(key, words) or "可以改的词语见手册“自定义外观”。"
            place = document.place(("词语", key), key=True)
            problems.append(Problem(place, "words.unknown", Severity.ERROR, f"页面上没有词语“{key}”", hint))
    return problems
