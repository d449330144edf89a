"""Title, municipality and year of a plan, proposed with where each was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from insek.domain import Page
from insek.extract.places import propose_municipality
from insek.extract.titles import propose_title
from insek.extract.years import propose_year


class Proposal(NamedTuple):
    """What a plan seems to be; `origins` as in `Document`."""

    title: str | None
    municipality: str | None
    year: int | None
    origins: tuple[tuple[str, str], ...]


def propose(pages: Sequence[Page], source: str, meta_title: str | None, created: int | None) -> Proposal:
    """Proposals from the pages, the file name and the metadata (title, year in which the file was made)."""
    title = propose_title(pages, meta_title)
    place = propose_municipality(pages, source)
    year = propose_year(pages, source, created, title)
    found = {"title": title, "municipality": place, "year": year}
    origins = tuple((name, value[1]) for name, value in found.items() if value)
    return Proposal(title and title[0], place and place[0], year and year[0], origins)
