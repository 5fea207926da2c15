"""HTML documents → PDF bytes with WeasyPrint; one font configuration and parsed style sheets per process."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gongkai.documents import PrintJob
from gongkai.problems import Place, Problem, Severity

if TYPE_CHECKING:
    from weasyprint import CSS


@dataclass(frozen=True, slots=True)
class Printed:
    """A finished PDF."""

    path: str
    data: bytes
    pages: int


class Printer:
    """Prints documents; keep one per process. WeasyPrint is imported only here: it costs half a second."""

    def __init__(self, layouts: tuple[Path, ...], widths: str) -> None:
        from weasyprint.text.fonts import FontConfiguration

        self._layouts = layouts
        self._fonts = FontConfiguration()
        self._sheets: dict[str, CSS] = {}
        self._widths = widths

    def print(self, job: PrintJob) -> tuple[Printed, list[Problem]]:
        """One PDF, and what the engine complained about as problems of the record."""
        from weasyprint import HTML

        styles = [self._style("print/page.css"), self._inline(self._widths)]
        styles += [self._style(f"forms/{form}/form.css") for form in job.forms]
        with _warnings() as warnings:
            document = HTML(string=job.html, url_fetcher=_no_fetch).render(
                stylesheets=styles, font_config=self._fonts, presentational_hints=False
            )
            data = document.write_pdf()
        problems = [_engine_problem(job, message) for message in warnings.messages]
        return Printed(job.path, data or b"", len(document.pages)), problems

    def _style(self, name: str) -> CSS:
        from weasyprint import CSS

        if name not in self._sheets:
            file = next(folder / name for folder in self._layouts if (folder / name).is_file())
            self._sheets[name] = CSS(filename=str(file), font_config=self._fonts)
        return self._sheets[name]

    def _inline(self, text: str) -> CSS:
        from weasyprint import CSS

        if "" not in self._sheets:
            self._sheets[""] = CSS(string=text, font_config=self._fonts)
        return self._sheets[""]


def column_widths(widths: set[str]) -> str:
    """CSS for ``<col data-width>``: the declared widths, so that no page needs inline styles."""
    rules = (f'col[data-width="{width}"]{{width:{width}%}}' for width in sorted(widths))
    return "".join(rules)


def _no_fetch(url: str, *args: object, **kwargs: object) -> dict[str, object]:
    raise ValueError(f"documents may not fetch {url}")


class _warnings(logging.Handler):
    """Collects what WeasyPrint logs while a document is printed."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def __enter__(self) -> _warnings:
        logging.getLogger("weasyprint").addHandler(self)
        logging.getLogger("weasyprint").propagate = False
        return self

    def __exit__(self, *args: object) -> None:
        logging.getLogger("weasyprint").removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message."""
        self.messages.append(record.getMessage())


def _engine_problem(job: PrintJob, message: str) -> Problem:
    hint = "印制引擎的提示；请检查表式的样式，或记录里的特殊字符。"
    return Problem(
        Place(job.record, 1, 1), "print.engine", Severity.WARNING, f"印制 {job.path} 时：{message}", hint
    )
