"""Reports in a browser: a planner's questions by clicks, sorting and filtering, without scripts, narrow, on paper."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pypdfium2
import pytest

from insek.guideline import Guideline, load_guideline
from insek.report import RENDERERS
from report.test_hostile import LONG, TAG, hostile

pytestmark = pytest.mark.browser
VARNBURG = "varnburg-insek-2040/report.html"


def opened(page, path: Path):
    page.goto(path.as_uri())
    return page


def squeezed(text: str) -> str:
    """Letters and signs alone: where lines and hyphens fall differs between screen and paper."""
    return re.sub(r"[\s\u00ad\ufffe\x02-]+", "", text)


def printed(page) -> tuple[str, int]:
    """Squeezed text of the page on paper, and the number of sheets."""
    with pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True)) as document:
        sheets = [sheet.get_textpage().get_text_range() for sheet in document]
    return squeezed("".join(re.sub(r"\d+ / \d+\s*$", "", sheet.strip()) for sheet in sheets)), len(sheets)


def wait_until_seen(page, selector: str) -> None:
    """Wait until the beginning of an element is on the screen; fails when it never is."""
    page.wait_for_function(
        "s => { const y = document.querySelector(s).getBoundingClientRect().y; return 0 <= y && y < innerHeight }",
        arg=selector,
    )


def linked_text(link) -> str:
    """Text of the page of the PDF that a link leads to, and of the next: a passage may go on there."""
    url = urlsplit(link.evaluate("a => a.href"))
    number = int(re.fullmatch(r"page=(\d+)", url.fragment)[1])
    with pypdfium2.PdfDocument(unquote(url.path)) as document:
        pages = range(number - 1, min(number + 1, len(document)))
        return " ".join(document[i].get_textpage().get_text_range() for i in pages)


def test_where_the_plan_speaks_of_refugees_and_housing_takes_two_clicks(page, run_dir: Path, names) -> None:
    opened(page, run_dir / VARNBURG).locator(".matrix tbody").get_by_role("link", name=names["housing"]).click()
    wait_until_seen(page, "#housing")
    word = page.locator("#housing .reg span").filter(has=page.get_by_text(re.compile("^Geflüchtete"))).first
    assert "Geflüchtete" in linked_text(word.get_by_role("link").first)


def test_why_a_field_is_empty_takes_one_click(page, run_dir: Path, names) -> None:
    opened(page, run_dir / VARNBURG).locator("#Top").get_by_role("link", name=names["mobility"]).click()
    wait_until_seen(page, "#mobility")
    gap = page.locator("#mobility-goals").inner_text()
    for part in ("nicht gefunden", "Der Leitfaden (Kapitel", "ist zu etwa", "Am nächsten kam", "Beispiele aus anderen"):
        assert part in gap
    page.locator("#mobility-goals").get_by_role("link", name="Beispiele aus anderen").click()
    page.wait_for_url("**/examples.html#mobility-goals")


def test_measures_without_a_lead_take_one_click(page, run_dir: Path, names) -> None:
    opened(page, run_dir / VARNBURG).locator("nav").get_by_role("link", name="Maßnahmen").click()
    wait_until_seen(page, "#Measures")
    heading = page.locator("#M-without").inner_text()
    number = int(re.fullmatch(f"Ohne {names['lead']}: (\\d+)", heading)[1])
    rows = page.locator("#M-without + table tbody tr")
    assert rows.count() == number > 0
    assert set(rows.locator("td:nth-of-type(1)").all_inner_texts()) == {"nicht genannt"}
    named = page.locator("#M-with + table tbody td:nth-of-type(1)").all_inner_texts()
    assert named
    assert "nicht genannt" not in named


def test_page_of_the_integration_council_and_how_sure_it_is(page, run_dir: Path, names) -> None:
    opened(page, run_dir / VARNBURG).locator("nav").get_by_role("link", name="Strukturen").click()
    row = page.locator("#Structures tr").filter(has=page.get_by_role("rowheader", name=names["migrant_council"]))
    assert "Integrationsbeirat" in linked_text(row.locator("td").first.get_by_role("link").first)
    assert re.search("Zählt, weil: „.*“ \\(Regel ", row.inner_text())
    row.get_by_role("link", name="ganzes Zitat").click()
    quote = page.locator(":target")
    assert "Integrationsbeirat" in quote.inner_text()
    assert "Wie sicher:" in quote.inner_text()


def test_whether_the_file_can_be_trusted_takes_one_click(page, run_dir: Path) -> None:
    opened(page, run_dir / VARNBURG).locator("#Top").get_by_role("link", name="Wie gut der Plan gelesen").click()
    wait_until_seen(page, "#Reading")


def test_every_link_of_every_page_leads_somewhere(page, run_dir: Path) -> None:
    ids: dict[Path, set[str]] = {}
    links: set[tuple[Path, str]] = set()
    for path in run_dir.rglob("*.html"):
        opened(page, path)
        ids[path] = set(page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)"))
        for href in page.evaluate("[...document.links].map(a => a.href)"):
            url = urlsplit(href)
            assert url.scheme == "file"
            links.add((Path(unquote(url.path)), url.fragment))
    assert any(path.suffix == ".pdf" for path, _ in links)
    for path, fragment in links:
        assert path.is_file(), path
        assert fragment in ids.get(path, {fragment}) or not fragment, (path, fragment)


def test_overview_sorts_by_mouse_and_keyboard_and_no_column_moves(page, run_dir: Path) -> None:
    opened(page, run_dir / "index.html")
    widths = "[...document.querySelectorAll('#all thead th')].map(e => e.getBoundingClientRect().width)"
    before = page.evaluate(widths)
    index = page.locator("#all thead").get_by_role("button", name="Index")
    order = page.locator("#all tbody tr td:nth-child(6)")
    index.click()
    values = [int(v) for v in order.all_inner_texts() if v != "–"]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) > 1
    index.press("Enter")
    assert [int(v) for v in order.all_inner_texts() if v != "–"] == sorted(values)
    assert page.locator("#all [aria-sort=ascending]").inner_text().startswith("Index")
    assert page.evaluate(widths) == before


def test_overview_filters_by_words_and_status(page, run_dir: Path) -> None:
    opened(page, run_dir / "index.html")
    rows = page.locator("#all tbody tr:visible")
    assert rows.count() == 4
    page.get_by_label("Suchen").fill("VARNB")
    assert rows.count() == 1
    assert page.get_by_role("status").inner_text() == "Zeilen: 1"
    page.get_by_label("Suchen").fill("")
    page.get_by_label("Status").select_option("failed")
    assert rows.all_inner_texts()[0].startswith("kaputt.pdf")


def test_failed_file_stands_on_top_with_what_to_do(page, run_dir: Path) -> None:
    opened(page, run_dir / "index.html")
    row = page.locator("#problems tbody tr").first
    assert "kaputt.pdf" in row.inner_text()
    assert row.locator("td").nth(2).inner_text().strip()
    assert page.locator("#problems").bounding_box()["y"] < page.locator("#files").bounding_box()["y"]


def test_pages_need_no_script_and_nothing_from_outside(chromium, run_dir: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name in ("index.html", VARNBURG):
        opened(page, run_dir / name)
    assert asked == [(run_dir / name).as_uri() for name in ("index.html", VARNBURG)]
    page.locator(".matrix tbody a").first.click()
    page.wait_for_url("**#social")
    opened(page, run_dir / "index.html")
    assert page.locator("#all tbody tr:visible").count() == 4
    assert not page.locator("#tools").is_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 1024, 390])
@pytest.mark.parametrize("name", ["index.html", "examples.html", VARNBURG])
def test_nothing_is_wider_than_the_screen(chromium, run_dir: Path, name: str, width: int, scheme: str) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = opened(context.new_page(), run_dir / name)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    tables = page.locator("table:visible").evaluate_all("all => all.map(t => t.getBoundingClientRect().right)")
    assert all(right <= width for right in tables)  # nor is anything pushed to and fro within the page
    context.close()


def test_on_a_telephone_a_row_of_the_overview_says_what_each_value_is(page, run_dir: Path, names) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    row = opened(page, run_dir / "index.html").locator("#all tbody tr").filter(has_text="Varnburg")
    told = "e => getComputedStyle(e, '::before').content"
    labels = [cell.evaluate(told) for cell in row.locator("td").all()[1:]]
    assert labels[4] == '"Index"'
    assert [f'"{names["housing"]}"', '"Verankerung"'] == [labels[8], labels[-1]]
    mean = page.locator("#all tfoot td").all()
    assert [cell.evaluate(told) for cell in mean[:1] + mean[2:5]] == [labels[4], *labels[6:9]]
    page.locator("#all thead").get_by_role("button", name="Index").click()
    assert page.locator("#all tbody tr").first.inner_text().startswith("Varnburg")


@pytest.mark.parametrize("width", [1280, 390])
def test_hostile_plan_runs_nothing_and_keeps_its_width(page, tmp_path: Path, width: int) -> None:
    toy: Guideline = load_guideline(Path(__file__).parents[1] / "report" / "guideline")
    path = tmp_path / "report.html"
    path.write_text(RENDERERS["html"](hostile(toy), toy, {TAG: TAG}, "de"), "utf-8")
    page.set_viewport_size({"width": width, "height": 900})
    page.on("dialog", lambda dialog: pytest.fail("a script ran"))
    opened(page, path)
    assert page.locator("script").count() == 0
    assert TAG in page.locator("h1").inner_text()
    assert LONG in page.locator("blockquote").first.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_printed_report_is_a4_and_whole(page, run_dir: Path, names) -> None:
    data = opened(page, run_dir / VARNBURG).pdf(prefer_css_page_size=True)
    with pypdfium2.PdfDocument(data) as document:
        assert {tuple(round(v) for v in sheet.get_size()) for sheet in document} == {(595, 842)}
        text = " ".join(sheet.get_textpage().get_text_range() for sheet in document)
    for heading in ("Roter Faden", "Strukturen und Programme", "Prüffragen", "Maßnahmen und was", *names.values()):
        assert heading.split()[0] in text
    assert "Zum Inhalt springen" not in text
    assert "in der markierten Fassung" not in text


def test_printed_report_is_short_and_keeps_every_number_with_its_quote_and_pages(page, run_dir: Path) -> None:
    text, sheets = printed(opened(page, run_dir / "hattenbrueck/report.html"))
    assert sheets <= 20  # of a plan of 18 pages
    coverage = json.loads((run_dir / "hattenbrueck/coverage.json").read_text("utf-8"))
    quotes = [e["quote"] for row in coverage["cells"].values() for c in row.values() for e in c["evidence"]]
    assert len(quotes) > 15
    for quote in quotes:
        assert squeezed(quote)[:60] in text
    cells = page.locator(".gaps dt").all_text_contents()
    risks = page.locator(".gaps dd").filter(has_text="wahrscheinlich").count()
    assert len(cells) > 30
    assert text.count("wahrscheinlich:") >= risks
    for cell in cells:
        assert squeezed(cell) in text


def test_printed_report_of_a_plan_with_many_quotes_says_what_it_leaves_out(page, run_dir: Path) -> None:
    text, sheets = printed(opened(page, run_dir / VARNBURG))
    assert sheets <= 30
    many = page.locator(".cell:has(.ev:nth-of-type(4))")
    assert many.count()
    for cell in many.all():
        pages = squeezed(cell.locator("p.hint.paper, p.hint:not(.noprint)").last.text_content())
        assert pages.startswith("AlleStellen:")
        assert pages in text
        told = squeezed(cell.locator(".ct .paper").text_content())
        assert told.startswith("3von")
        assert told in text
    assert "evidence.csv" in text
