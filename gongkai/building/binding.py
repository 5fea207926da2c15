"""Which yearbooks a site has, and what each is made of: one PDF per locality and year, where the site wants them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gongkai.building.state import Unit, UnitState
from gongkai.keys import key_of
from gongkai.planning.plan import Plan, disclosure_title, pdf_address, yearbook_address


@dataclass(frozen=True, slots=True)
class Bound:
    """One department's disclosure in a yearbook: the department, its name, the folder of the year, its title."""

    unit: Unit
    department: str
    year: str
    title: str


@dataclass(frozen=True, slots=True)
class Yearbook:
    """One yearbook: its address, whose it is, its parts in the plan's order, the key of all it is made from."""

    path: str
    locality: str
    year: int | None
    parts: tuple[Bound, ...]
    key: str


def yearbooks(plan: Plan, units: Mapping[Unit, UnitState], base: str) -> Iterator[Yearbook]:
    """Every locality's years that have a PDF; ``base`` is the key of what shapes PDFs besides the records."""
    for locality in plan.localities:
        by_year: dict[str, list[tuple[int | None, Bound, str]]] = {}
        for department in locality.departments:
            made = units[locality.slug, department.slug].documents
            for disclosure in department.disclosures:
                path = pdf_address(locality.slug, department.slug, disclosure.slug)
                if path in made:
                    bound = Bound(
                        (locality.slug, department.slug),
                        department.name,
                        disclosure.slug,
                        disclosure_title(department, disclosure),
                    )
                    by_year.setdefault(disclosure.slug, []).append((disclosure.year, bound, made[path]))
        for slug, found in by_year.items():
            parts = tuple(bound for _, bound, _ in found)
            key = key_of(base, locality.name, slug, repr(parts), *(key for _, _, key in found))
            yield Yearbook(yearbook_address(locality.slug, slug), locality.name, found[0][0], parts, key)
