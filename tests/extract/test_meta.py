"""Title, municipality and year, and where they come from."""

from __future__ import annotations

from pathlib import Path

import pypdf
import pytest

from insek.domain import Block, BlockKind, Document, Page, PageState
from insek.extract import read_document
from insek.extract.places import propose_municipality
from insek.extract.titles import propose_title
from insek.extract.years import propose_year

from .conftest import PROSE, Setter, prose


def page(number: int, *lines: str, dropped: tuple[str, ...] = (), kind: BlockKind = BlockKind.HEADING) -> Page:
    level = 1 if kind is BlockKind.HEADING else 0
    return Page(number, PageState.TEXT, tuple(Block(kind, t, level=level) for t in lines), dropped=dropped)


def title(*pages: Page, meta: str | None = None) -> tuple[str, str] | None:
    return propose_title(pages, meta)


def test_title_of_a_text_file(tmp_path: Path) -> None:
    plan = tmp_path / "lindental.txt"
    cover = "Stadt Lindental\nAmt für Stadtentwicklung\n\nFreiraumkonzept\nLindental-Süd\n\nStand: Mai 2019\n"
    plan.write_text(cover + "\f" + "\n\n".join(PROSE) + "\n\nWer in Lindental wohnt, geht zu Fuß.\n", encoding="utf-8")
    document = read_document(plan)
    assert (document.title, document.municipality, document.year) == (
        "Freiraumkonzept Lindental-Süd",
        "Lindental",
        2019,
    )
    assert dict(document.origins) == {"title": "page:1", "municipality": "file_name", "year": "page:1"}


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (["Stadt Lindental", "Stadtplanungsamt", "Rahmenplan", "Nordring"], "Rahmenplan Nordring"),
        (["Konzept zur offenen", "Beteiligung", "Endbericht"], "Konzept zur offenen Beteiligung"),
        (["Ziele und Maßnahmen", "Stadtteilentwicklungskonzept"], "Stadtteilentwicklungskonzept"),
        (["Marktstraße 14", "12345 Lindental", "Wohnbericht 2014", "www.lindental.example"], "Wohnbericht 2014"),
        (["Stadt Lindental"], None),
        (["1. Einleitung", "2.1 Ziele des Konzepts", "Inhalt", "Vorwort"], None),
    ],
)  # fmt: skip
def test_titles_on_the_cover(lines: list[str], wanted: str | None) -> None:
    found = title(page(1, *lines))
    assert (found and found[0]) == wanted


@pytest.mark.parametrize(
    ("meta", "wanted"),
    [
        ("Sportentwicklungsplan Lindental", ("Sportentwicklungsplan Lindental", "metadata")),
        ("Microsoft Word - Sportentwicklungsplan Lindental_3.docx", ("Sportentwicklungsplan Lindental", "metadata")),
        ("2023-11-15 GrÃ¼nplan Lindental.pptx [SchreibgeschÃ¼tzt]", ("Grünplan Lindental", "metadata")),
        ("Microsoft Word - Dokument1", ("Leitbild der Stadt", "page:1")),
        ("SEP_LT_v17_final.indd", ("Leitbild der Stadt", "page:1")),
        ("PowerPoint-Präsentation", ("Leitbild der Stadt", "page:1")),
        (None, ("Leitbild der Stadt", "page:1")),
    ],
)  # fmt: skip
def test_titles_in_the_metadata(meta: str | None, wanted: tuple[str, str]) -> None:
    cover = page(1, "Stadt Lindental", "Leitbild der Stadt") if "page" in wanted[1] else page(1, "Stadt Lindental")
    assert title(cover, meta=meta) == wanted


def test_title_from_running_heads() -> None:
    heads = [
        page(n, f"{n}.1 Ziele", dropped=(f"{n} | Verkehrskonzept Lindental", "Amt für Verkehr")) for n in range(2, 9)
    ]
    assert title(*heads) == ("Verkehrskonzept Lindental", "running_head")


def year(
    *pages: Page, source: str = "plan.pdf", created: int | None = None, name: str | None = None
) -> tuple[int, str] | None:
    return propose_year(pages, source, created, (name, "page:1") if name else None)


PARAGRAPH = BlockKind.PARAGRAPH


@pytest.mark.parametrize(
    ("lines", "options", "wanted"),
    [
        # a programme for an election is printed in the year before
        (["Beschlossen am 23. November 2013"], {"name": "Wahlprogramm 2014", "created": 2013}, (2014, "page:1")),
        (["Stand: Mai 2022", "Im Jahr 2009 gegründet"], {"name": "ISEK 2035"}, (2022, "page:3")),
        (["Stand: Mai 2022"], {"name": "Aktionsplan 2022-2030"}, (2022, "page:3")),
        (["© 2018 Stadt Lindental"], {"source": "isek_2030.pdf"}, (2018, "page:3")),
        ([], {"source": "sportbericht_2016.pdf", "created": 2017}, (2016, "file_name")),
        ([], {"source": "vision_2040.pdf", "created": 2017}, (2017, "created")),
        (["Am 3.4.2019 und am 5.6.2019 tagte der Rat, seit 2018."], {"name": "Leitbild 2035"}, (2019, "text")),
        (["Bis 2030 soll alles grün sein."], {}, None),
    ],
)  # fmt: skip
def test_years(lines: list[str], options: dict[str, object], wanted: tuple[int, str] | None) -> None:
    assert year(page(3, *lines, kind=PARAGRAPH), **options) == wanted  # type: ignore[arg-type]


def place(*texts: str, source: str = "plan.pdf") -> tuple[str, str] | None:
    return propose_municipality([page(i, t, kind=PARAGRAPH) for i, t in enumerate(texts, 1)], source)


def test_places() -> None:
    own = "In der Stadt Lindental leben viele. Wer in Lindental wohnt, bleibt."
    assert place(own) == ("Lindental", "page:1")
    assert place("Das Archiv Lindental. Lindentaler Wege. Lindental liest.", source="lindental_archiv.pdf") == (
        "Lindental",
        "file_name",
    )
    assert place("Gemeinde Rechtslage und Stadt Entwicklung.") is None
    assert place("Der Landkreis Nordrhein-Westfalen, in Nordrhein-Westfalen.") is None
    assert place(*[own] + ["Wege und Orte."] * 40) is None  # named on one page of many: another plan's town
    district = "Im Stadtteil Seefeld und in Seefeld, im Stadtteil Seefeld der Stadt Lindental. Leben in Lindental."
    assert place(district, source="seefeld.pdf") == ("Lindental", "page:1")


def with_title(plan: Path, target: Path, meta: str) -> Document:
    writer = pypdf.PdfWriter(clone_from=plan)
    writer.add_metadata({"/Title": meta, "/CreationDate": "D:20190304120000"})
    writer.write(target)
    return read_document(target)


def test_origins_of_a_pdf(set_plan: Setter, tmp_path: Path) -> None:
    document = with_title(set_plan(prose(0, 4)), tmp_path / "plan.pdf", "Spielplatzkonzept Lindental")
    assert (document.title, document.year) == ("Spielplatzkonzept Lindental", 2019)
    assert document.origins == (("title", "metadata"), ("year", "created"))


def test_a_title_as_long_as_a_text_is_not_looked_at() -> None:
    assert title(page(1, "Konzept Wohnen"), meta="Konzept " * 200 + "[" * 50_000) == ("Konzept Wohnen", "page:1")


def test_file_name_with_umlauts_in_two_parts_names_the_place() -> None:
    pages = [page(1, "Die Menschen in Mühlental", "Wohnen in Mühlental")]
    assert propose_municipality(pages, "Mu\u0308hlental_2020.pdf") == ("Mühlental", "file_name")
