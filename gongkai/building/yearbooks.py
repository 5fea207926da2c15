"""Yearbooks as today's printer makes them: bound from the disclosures' finished PDFs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from gongkai.planning.plan import disclosure_title, pdf_address
from gongkai.planning.summaries import summarise
from gongkai.problems import Problem
from gongkai.reading.load import LoadedDepartment
from gongkai.reading.records import Disclosure
from gongkai.tables.sheets import has_sheets
from gongkai.tables.templates import Templates

if TYPE_CHECKING:
    from gongkai.printing.pdf import Printed, Printer


def yearbook_part(templates: Templates, loaded: LoadedDepartment, disclosure: Disclosure) -> bytes | None:
    """What a disclosure gives to its locality's yearbook, as JSON; None where it has no tables."""
    if not has_sheets(loaded, disclosure):
        return None
    summary = summarise(loaded.department)
    year = next(one for one in summary.disclosures if one.slug == disclosure.slug)
    title = disclosure_title(summary, year)
    path = pdf_address(loaded.locality.slug, loaded.department.slug, disclosure.slug)
    return json.dumps({"department": loaded.department.name, "title": title, "pdf": path}).encode()


def print_yearbook(
    printer: Printer,
    templates: Templates,
    path: str,
    locality: str,
    year: int | None,
    parts: Iterable[bytes],
    pdf: Callable[[str], Path],
) -> tuple[Printed, list[Problem]]:
    """One yearbook; ``pdf`` tells where the PDF of an address lies. Raises TemplateProblem."""
    from gongkai.printing.yearbook import Part, bind_yearbook

    listed = [json.loads(part) for part in parts]
    bound = [Part(one["department"], one["title"], pdf(one["pdf"])) for one in listed]
    return bind_yearbook(printer, templates, path, locality, year, bound)
