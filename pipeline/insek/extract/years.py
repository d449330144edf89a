"""The year of a plan: the one in its name, the one it is dated with, and never the year it plans for.

"Stand: Mai 2022" and "beschlossen am 3. März 2022" date a plan; "ISEK 2035" and "bis 2030" name its horizon. Which of
the two a year in a title is ("Wohnungsmarktbericht 2014", "Kulturkonzept 2025") shows by what else tells of the time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from insek.domain import Page

FIRST_PAGES = 4
OLDEST, NEWEST = 1985, 2100
BEFORE, AFTER = 3, 1
"""Years by which a paper may be printed after or before the year in its name: reports come late, programmes early."""
SHORT = 15
"""Words of a line that dates a paper; in longer ones a date may belong to something else."""
LOOSE = 3
"""... and where only the text tells of the time, for it may look back from further away."""
OFTEN = 2
"""Mentions of a year as past ("seit 2019", "am 3. März 2019") that make it the latest a text looks back on."""

_MONTH = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
_STATED = re.compile(
    r"(?:\b(?:Stand|Beschluss\w*|beschlossen|Fassung|Redaktionsschluss|Copyright|Druck|Auflage)\b|©)[^\n]{0,40}?\b((?:19|20)\d\d)\b",
    re.I,
)
_MONTHLY = re.compile(rf"\b(?:{_MONTH}) ((?:19|20)\d\d)\b")
_PAST = re.compile(rf"\b[0-3]?\d\.\s?(?:[01]?\d\.\s?|(?:{_MONTH}) )((?:19|20)\d\d)\b"
                   r"|\b[Ss]eit (?:dem |Ende |Anfang |Mitte )?(?:Jahr )?((?:19|20)\d\d)\b")  # fmt: skip
_YEAR = re.compile(r"(?<![\d/–-])(?<!bis )(?<!– )(?<!- )\b(19[89]\d|20[0-4]\d)\b(?!\s?[–/-]\s?\d|\s+bis\b)")


def propose_year(
    pages: Sequence[Page], source: str, created: int | None, title: tuple[str, str] | None
) -> tuple[int, str] | None:
    """The year and where it comes from: the origin of the title, `page:<n>`, `file_name`, `text` or `created`.

    Args:
        pages: all pages.
        source: name of the file.
        created: year in which the file was made, by its metadata.
        title: the proposed title and its origin.
    """
    dated = _dated(pages, created)
    looking_back = None if dated or created else _latest(pages)
    near = dated[0] if dated else created or looking_back
    after = AFTER if dated or created else LOOSE
    named = [*([title] if title else []), (Path(source).stem.replace("_", " "), "file_name")]
    for text, origin in named:
        years = {int(y) for y in _YEAR.findall(text)}
        if near and len(years) == 1 and -after <= near - (year := years.pop()) <= BEFORE:
            return year, origin
    if dated:
        return dated
    if created:
        return created, "created"
    return (looking_back, "text") if looking_back else None


def _dated(pages: Sequence[Page], created: int | None) -> tuple[int, str] | None:
    """The date that the first pages bear: one that is stated as such before one that merely stands there."""
    limit = (created or NEWEST) + 1
    for pattern, words in ((_STATED, SHORT), (_MONTHLY, SHORT), (_MONTHLY, 1000)):
        counts: Counter[int] = Counter()
        where: dict[int, int] = {}
        for page, line in _lines(pages, words):
            for text in pattern.findall(line):
                if OLDEST <= (year := int(text)) <= limit:
                    counts[year] += 1
                    where.setdefault(year, page)
        if counts:
            year = max(counts, key=lambda y: (counts[y], y))
            return year, f"page:{where[year]}"
    return None


def _lines(pages: Sequence[Page], words: int) -> Iterator[tuple[int, str]]:
    for page in pages[:FIRST_PAGES]:
        for line in (*(b.text for b in page.blocks), *page.dropped):
            if line.count(" ") < words:
                yield page.number, line


def _latest(pages: Sequence[Page]) -> int | None:
    """The latest year with full dates in it: meetings and decisions are told after they took place."""
    counts = Counter(int(m[1] or m[2]) for page in pages for m in _PAST.finditer(page.text))
    years = [y for y, n in counts.items() if n >= OFTEN and OLDEST <= y <= NEWEST]
    return max(years, default=None)
