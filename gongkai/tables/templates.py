"""The Jinja2 environment: forms → HTML tables, pages → HTML; a template's mistake is a problem at its line."""

from __future__ import annotations

import difflib
import re
import traceback
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jinja2

from gongkai.keys import key_of
from gongkai.problems import Place, Problem, ProblemError, Severity
from gongkai.reading.records import DepartmentTarget, Project
from gongkai.reading.vocabulary import without_rows
from gongkai.tables import figures
from gongkai.tables.cells import Cells
from gongkai.tables.grid import Rendered
from gongkai.tables.richtext import keep_together, rich
from gongkai.tables.screen import headed, scrolling
from gongkai.tables.view import View
from gongkai.tables.words import load_words

_FIGURES = (
    figures.yuan, figures.as_stated, figures.plain, figures.share, figures.file_size, figures.grouped,
    figures.readable, figures.bars, figures.steps, figures.lengths, figures.shortened,
)  # fmt: skip
_MISTAKES = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What an expression of a template can raise: a sum of texts, a division by nothing, a template within itself."""
_TABLES = 256
"""How many tables are kept: those of some departments."""


_COMMENT = re.compile("<!--.*?-->", re.S)

_UNDEFINED = re.compile(r"'([^']+)' is undefined$")
_NO_PART = re.compile(r"(?:'?([\w.]+?)(?: object)?'?) (?:object )?has no attribute '([^']+)'")
_MACRO = re.compile(r"does not export the requested name|the template .* does not export .*'([^']+)'")
_ARGUMENT = re.compile(r"(?:(\w+)\(\) got an )?unexpected keyword argument '([^']+)'")
_MISSING = re.compile(r"(\w+)\(\) missing \d+ required positional arguments?: (.+)")


class _Loader(jinja2.FileSystemLoader):
    """Templates without HTML comments: these speak to who writes a template, and would be published."""

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """The source with its lines where they were."""
        source, file, is_current = super().get_source(environment, template)
        return _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), source), file, is_current


class TemplateProblem(ProblemError):
    """A template failed."""


class Compiled(jinja2.FileSystemBytecodeCache):
    """Templates as Python, one file for each name, in a folder that nobody else writes to: it is run as it is."""

    def __init__(self, folder: Path, version: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(str(folder))
        self._version = version

    def get_bucket(
        self, environment: jinja2.Environment, name: str, filename: str | None, source: str
    ) -> jinja2.bccache.Bucket:
        """What is kept of a template, if it was made of this source by this version of the program."""
        checksum = key_of(self._version, filename or "", source)
        bucket = jinja2.bccache.Bucket(environment, self.get_cache_key(name), checksum)
        self.load_bytecode(bucket)
        return bucket


class Templates:
    """Templates of one site: the project's own ``layouts/`` first, then gongkai's.

    ``gongkai/…`` is always gongkai's own template, so that a site's file can extend the one it replaces.
    """

    def __init__(self, folders: tuple[Path, ...], compiled: Compiled | None = None) -> None:
        self.folders = folders
        self._tables: dict[tuple[Any, ...], tuple[View, Rendered]] = {}
        self.words, _ = load_words(folders)
        self.environment = jinja2.Environment(
            loader=jinja2.ChoiceLoader(
                [
                    _Loader(folders),
                    jinja2.PrefixLoader({"gongkai": _Loader(folders[-1])}),
                ]
            ),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
            bytecode_cache=compiled,
        )
        self.environment.globals |= {
            "form_table": self.form_table,
            "cells_of": Cells,
            "headed": headed,
            "scrolling": scrolling,
            "rich": rich,
            "w": SimpleNamespace(**self.words.words),
            **{helper.__name__: helper for helper in _FIGURES},
        }

    def form_table(self, view: View) -> Rendered:
        """A form filled with a view's records, as HTML. Raises TemplateProblem."""
        # A project's table stands on its page, its disclosure's page, in two PDFs, a spreadsheet and a fragment.
        shown = (view.record, *(one.record for one in view.projects))
        key = (view.form.id, id(view.disclosure), view.excerpt, view.last_year_funds, *map(id, shown))
        if key not in self._tables:
            table = Rendered(keep_together(self.render(view.form.template, {"v": view})))
            if len(self._tables) >= _TABLES:
                del self._tables[next(iter(self._tables))]
            self._tables[key] = (view, table)  # the view keeps its records, so that no other gets their ids
        return self._tables[key][1]

    def render(self, name: str, context: Mapping[str, Any]) -> str:
        """One template filled. Raises TemplateProblem with file and line of the mistake."""
        try:
            return self.environment.get_template(name).render(context)
        except (jinja2.TemplateError, *_MISTAKES) as error:
            if isinstance(error, jinja2.TemplateSyntaxError):
                file, line, message = error.name or name, error.lineno, str(error.message)
            elif isinstance(error, jinja2.TemplateNotFound):
                file, line, message = name, 0, f"找不到模板 {error.name}"
            elif frame := self._template_frame(error):
                names = {*self.environment.globals, *context}
                (file, line), message = frame, _in_words(error, context.get("v"), names)
            else:
                raise
            hint = "请对照手册“新增表式”检查模板这一行的字段名和写法。"
            place, message = Place(f"layouts/{file}", line), f"模板出错：{message}"
            raise TemplateProblem(Problem(place, "template.error", Severity.ERROR, message, hint)) from error

    def _template_frame(self, error: BaseException) -> tuple[str, int] | None:
        """The innermost template line in the traceback; None when no template is in it (then it is a bug)."""
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            for folder in self.folders:
                if Path(frame.filename).is_relative_to(folder):
                    return Path(frame.filename).relative_to(folder).as_posix(), frame.lineno or 0
        return None


def _in_words(error: BaseException, view: View | None, names: Iterable[str]) -> str:
    """The mistake in Chinese; ``names`` are those that a template may use, ``view`` is what it was filled with."""
    text = str(error)
    if isinstance(error, KeyError) and view is not None and error.args:
        path = without_rows(str(error.args[0]))
        return f"字段“{path}”没有写进 form.yaml 的 fields" + _near(path, view.form.declared.fields)
    if found := _UNDEFINED.search(text):
        return f"没有“{found[1]}”这个名字" + _near(found[1], names)
    if found := _NO_PART.search(text):
        of = found[1].rpartition(".")[2]
        records = {"Project": Project.model_fields, "DepartmentTarget": DepartmentTarget.model_fields}
        known: Mapping[str, Iterable[str]] = {"View": dir(View), **records}
        what = "v 里" if of == "View" else "记录里" if of in known else f"{of} 里"
        return f"{what}没有“{found[2]}”" + _near(found[2], known.get(of, ()))
    if found := _MACRO.search(text):
        return f"shared/cells.html 里没有“{found[1]}”" + _near(found[1] or "", dir(Cells))
    if found := _ARGUMENT.search(text):
        return f"这里不能写“{found[2]}=”"
    if found := _MISSING.search(text):
        return f"{found[1].rpartition('.')[2]}() 少写了 {found[2]}"
    return text if type(error) is jinja2.TemplateRuntimeError else f"{type(error).__name__}: {text}"


def _near(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, [one for one in known if one[0] != "_"], 1)
    return f"，你是不是要写“{near[0]}”？" if near else ""
