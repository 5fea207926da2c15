"""Texts published with a year's tables: which pictures go beside their pages, and where the files lie."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from gongkai.exports.disclosure import DataFile, Target
from gongkai.reading.acts import Article
from gongkai.reading.loaded import LoadedDepartment


def picture_file(root: Path, article: Article, name: str) -> Path:
    """Where a picture of a text lies; ``root`` is the project folder."""
    return root / Path(article.file).with_name(name)


def picture_targets(root: Path, loaded: LoadedDepartment) -> Iterator[Target]:
    """Every picture at the address its page shows it from: beside the page, under its own name."""
    for disclosure in loaded.department.disclosures:
        keys = (loaded.locality.slug, loaded.department.slug, disclosure.slug)
        for article in disclosure.articles:
            for picture in article.pictures:
                file = picture_file(root, article, picture.name)
                path = "/".join((*keys, article.slug, picture.name))
                yield Target(path, disclosure, None, partial(_copied, file), file)


def _copied(file: Path) -> DataFile:
    return DataFile(file.read_bytes(), 0)
