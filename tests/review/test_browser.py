"""The desk in Chromium with real processes: keyboard, undo, two tabs, kill -9, a second annotator, hostile text."""

from __future__ import annotations

import json

import pytest

from insek.guideline import load_guideline
from insek.learn.labels import load_labels
from insek.reviews import counting, read_reviews

from .desks import BIDI, LONG, SCRIPT, DeskProcess, decisions

pytestmark = pytest.mark.browser
AUDIT = "/passage?q=audit&seed=20231"


@pytest.fixture
def desk(run, place):
    with DeskProcess(run, place.root, "Ute", "--plans", str(run.parent / "plaene")) as desk:
        yield desk


def done(page) -> int:
    """Number of decided passages that the page tells of."""
    return int(page.locator("progress").get_attribute("value"))


def decide(page, key: str) -> None:
    """Press a key that decides, and wait for the next page."""
    with page.expect_navigation():
        page.keyboard.press(key)


def follow(page, selector: str) -> None:
    """Click on what leads to another page, and wait for that page."""
    with page.expect_navigation():
        page.click(selector)


def test_ten_passages_by_keyboard_alone_are_on_disk(desk, page, run, place):
    page.goto(desk.url)
    page.goto(desk.base + AUDIT)
    for n in range(10):
        assert done(page) == n
        if n % 3 == 0:
            if n == 0:  # all but the theme of the suggestion is chosen anew
                chosen = page.locator("input[name=theme]:checked, input[name=field]:checked").all()
                for key in [box.get_attribute("data-key") for box in chosen]:
                    page.keyboard.press(key)
                for key in ("1", "w", "7", "h"):
                    page.keyboard.press(key)
                page.keyboard.press("c")
                page.keyboard.type("zaehlt a r u nicht als Taste")
                page.keyboard.press("Escape")
                decide(page, "Enter")
            else:
                decide(page, "r")
        else:
            decide(page, "u" if n % 3 == 1 else "r")
        assert len(decisions(run)) == n + 1  # before the next passage is shown
    first, *rest = decisions(run)
    assert (first["themes"], first["fields"], first["stage"], first["depth"]) == (
        ["migration"], ["housing"], "goals", "mention")  # fmt: skip
    assert first["comment"] == "zaehlt a r u nicht als Taste"
    assert first["annotator"] == "Ute"
    assert first["codebook"]
    assert len({line["passage"] for line in (first, *rest)}) == 10
    guideline = load_guideline(place.guideline_folder)
    learned = {label.id: label for label in load_labels(place.labels_folder, guideline)}
    assert learned[first["id"]].themes == ("migration",)
    assert learned[first["id"]].picked == "random"
    assert sum(label.themes is None for label in learned.values()) == sum(line["unsure"] for line in rest)


def test_the_picture_shows_the_page_and_boxes_the_passage(desk, page):
    page.goto(desk.url)
    page.goto(desk.base + AUDIT)
    loaded = page.locator("svg image").get_attribute("href")
    assert desk.base in page.evaluate("document.URL")
    size = page.evaluate(
        "async (href) => { const i = new Image(); i.src = href; await i.decode(); return i.width }", loaded
    )
    assert size > 1000
    assert page.locator("svg rect").count() >= 1


def test_undo_takes_back_one_decision_after_the_other(desk, page, run, place):
    page.goto(desk.url)
    page.goto(desk.base + AUDIT)
    for _ in range(3):
        decide(page, "r")
    assert done(page) == 3
    decide(page, "z")
    assert "Zurückgenommen" in page.inner_text("main")
    assert done(page) == 2
    decide(page, "z")
    assert done(page) == 1
    lines = decisions(run)
    assert [line["undoes"] for line in lines] == [None, None, None, 3, 2]  # nothing was removed
    assert lines[3]["passage"] == lines[2]["passage"]
    guideline = load_guideline(place.guideline_folder)
    assert len(counting(read_reviews(run, guideline))) == 1
    assert sum(label.themes == () for label in load_labels(place.labels_folder, guideline)) == 1


def test_two_tabs_do_not_overwrite_each_other(desk, context, run):
    one, two = context.new_page(), context.new_page()
    one.goto(desk.url)
    for tab in (one, two):
        tab.goto(desk.base + AUDIT)
    decide(one, "r")
    decide(two, "u")
    assert "inzwischen an anderer Stelle entschieden" in two.inner_text("[role=alert]")
    assert "keines der Themen" in two.inner_text("main")
    assert len(decisions(run)) == 1
    decide(two, "u")  # having seen it, one may decide otherwise
    assert [line["unsure"] for line in decisions(run)] == [False, True]


def test_the_same_decision_sent_twice_is_one(desk, run):
    desk.enter()
    fields = {**desk.form(AUDIT), "act": "reject"}
    assert desk.ask("POST", "/entscheiden", fields)[0] == 303
    assert desk.ask("POST", "/entscheiden", fields)[0] == 303
    assert len(decisions(run)) == 1


def test_kill_9_loses_nothing(run, place, page):
    options = ("--plans", str(run.parent / "plaene"))
    with DeskProcess(run, place.root, "Ute", *options) as desk:
        page.goto(desk.url)
        page.goto(desk.base + AUDIT)
        for _ in range(4):
            decide(page, "r")
        shown = page.inner_text("blockquote")
        page.keyboard.press("1")
        desk.kill()
    before = (run / "reviews.jsonl").read_bytes()
    with (run / "reviews.jsonl").open("ab") as file:
        file.write(b'{"plan": "loheck", "pass')  # what a cut-off write leaves
    [labels] = place.labels_folder.glob("desk-*.jsonl")
    labels.write_bytes(b"".join(labels.read_bytes().splitlines(keepends=True)[:-1]))  # killed between the two files
    with DeskProcess(run, place.root, "Ute", *options) as desk:
        page.goto(desk.url)
        page.goto(desk.base + AUDIT)
        assert done(page) == 4
        assert page.inner_text("blockquote") == shown
        decide(page, "r")
        assert done(page) == 5
    after = (run / "reviews.jsonl").read_bytes()
    assert after.startswith(before)
    assert len(decisions(run)) == 5
    assert len(labels.read_text("utf-8").splitlines()) == 5
    assert len(load_labels(place.labels_folder, load_guideline(place.guideline_folder))) == 5


def test_the_second_annotator_sees_nothing_until_she_has_decided(run, place, page):
    with DeskProcess(run, place.root, "Ute") as desk:
        page.goto(desk.url)
        page.goto(desk.base + AUDIT)
        for key in ("r", "r", "r"):
            decide(page, key)
    with DeskProcess(run, place.root, "Bela", "--blind") as desk:
        page.goto(desk.url)
        assert "belegt" not in page.inner_text("main")
        page.goto(f"{desk.base}/passage?q=second")
        assert page.locator(".told").count() == 0
        assert page.locator("mark").count() == 0
        assert "Ute" not in page.inner_text("main")
        assert page.locator("input:checked").count() == 0
        assert page.goto(f"{desk.base}/bericht/loheck").status == 404
        assert page.goto(f"{desk.base}/passage?q=uncertain").status == 404
        page.goto(f"{desk.base}/passage?q=second")
        address = page.url
        decide(page, "Enter")
        assert "Noch nichts gewählt" in page.inner_text("[role=alert]")
        for key in ("2", "5", "d"):
            page.keyboard.press(key)
        decide(page, "Enter")
        decide(page, "r")
        decide(page, "p")
        page.goto(address + f"&p={decisions(run)[3]['plan']}/{decisions(run)[3]['passage']}")
        assert "Ute" in page.inner_text("main")  # now she may compare
        page.goto(f"{desk.base}/einigkeit")
        row = page.inner_text("tr:has(th:text('Thema: Integration'))")
        assert row.split("\t")[1] == "2"
        assert "Bela und Ute" in row
    assert [line["informed"] for line in decisions(run)] == [False] * 5


def test_a_second_look_goes_before_the_first(run, place, page, guideline):
    with DeskProcess(run, place.root, "Ute") as desk:
        page.goto(desk.url)
        page.goto(desk.base + AUDIT)
        decide(page, "r")
    with DeskProcess(run, place.root, "Chefin") as desk:
        page.goto(desk.url)
        page.goto(f"{desk.base}/passage?q=check")
        assert "Ute" in page.inner_text(".other")
        for key in ("1", "5", "d"):
            page.keyboard.press(key)
        decide(page, "Enter")
        assert "1 davon mit zweitem Blick geprüft" in page.inner_text("main")
    [label] = counting(read_reviews(run, guideline)).values()
    assert (label.annotator, label.reviewed, label.themes) == ("Chefin", True, ("migration",))


def test_where_others_disagree_a_mere_enter_settles_nothing(run, place, page):
    for name, options, key in (("Ute", (), "r"), ("Bela", ("--blind",), "3")):
        with DeskProcess(run, place.root, name, *options) as desk:
            page.goto(desk.url)
            page.goto(desk.base + AUDIT)
            for pressed in (key, "5", "d") if key == "3" else ():
                page.keyboard.press(pressed)
            decide(page, "Enter" if key == "3" else key)
    with DeskProcess(run, place.root, "Chefin") as desk:
        page.goto(desk.url)
        page.goto(f"{desk.base}/passage?q=check")
        assert page.locator("input:checked").count() == 0
        decide(page, "Enter")
        assert "Noch nichts gewählt" in page.inner_text("[role=alert]")
        assert len(decisions(run)) == 2


def test_corrections_flow_into_the_report(desk, page, run):
    coverage = json.loads((run / "loheck" / "coverage.json").read_text("utf-8"))
    field, stage = next((f, s) for f, row in coverage["cells"].items() for s, c in row.items() if c["n_evidence"] == 1)
    page.goto(desk.url)
    page.goto(f"{desk.base}/passage?q=cell&plan=loheck&f={field}&s={stage}")
    text = page.inner_text("blockquote")
    decide(page, "r")
    page.goto(desk.base + "/")
    follow(page, "text=Berichte neu schreiben")
    page.locator("[data-verdict]", has_text="Fertig.").wait_for(timeout=60_000)
    after = json.loads((run / "loheck" / "coverage.json").read_text("utf-8"))
    assert after["cells"][field][stage]["n_evidence"] == 0
    assert after["provenance"]["reviews"]["by"] == ["Ute"]
    assert after["index"] < coverage["index"]
    report = page.goto(desk.base + "/bericht/loheck").text()
    assert "Von Hand entschieden" in report
    assert text[:40] not in "".join(e["quote"] for e in after["cells"][field][stage]["evidence"])
    page.goto(desk.base + "/")
    assert "Die Berichte sind älter" not in page.inner_text("main")


def test_a_decision_without_step_is_not_taken_from_the_cell_it_is_made_in(desk, run):
    desk.enter()
    coverage = json.loads((run / "loheck" / "coverage.json").read_text("utf-8"))
    field, stage = next((f, s) for f, row in coverage["cells"].items() for s, c in row.items() if c["n_evidence"])
    fields = {**desk.form(f"/passage?q=cell&plan=loheck&f={field}&s={stage}"), "theme": "migration", "act": "accept"}
    status, _, text = desk.ask("POST", "/entscheiden", fields)
    assert status == 422
    assert "Schritt und Tiefe" in text


def test_a_missing_passage_is_found_in_the_queue_of_an_empty_cell(desk, page, run):
    page.goto(desk.url)
    coverage = json.loads((run / "loheck" / "coverage.json").read_text("utf-8"))
    gap = next(g for g in coverage["gaps"] if g["nearest"])
    page.goto(f"{desk.base}/passage?q=gap&plan=loheck&f={gap['field']}&s={gap['stage']}")
    assert decisions_possible(page, gap["nearest"][0]["quote"])


def decisions_possible(page, quote: str) -> bool:
    return page.inner_text("blockquote")[:30] == quote[:30] and page.is_enabled("button[value=accept]")


def test_hostile_text_is_text(desk, page):
    page.goto(desk.url)
    page.goto(desk.base + AUDIT)
    text = ""
    while page.locator("blockquote").count():
        text += page.inner_text("blockquote").replace("\n", "")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        decide(page, "r")
    assert SCRIPT in text
    assert "&lt;b&gt;" in text
    assert "{{ 7*7 }}" in text
    assert "=1+1" in text
    assert LONG in text
    assert BIDI not in text
    assert "[U+202E]" in text
    assert "eingedrungen" not in page.title()


def test_help_opens_and_keys_are_quiet_while_it_is_open(desk, page, run):
    page.goto(desk.url)
    page.goto(desk.base + AUDIT)
    page.keyboard.press("?")
    assert page.is_visible("#help")
    page.keyboard.press("r")
    page.keyboard.press("Escape")
    assert not page.is_visible("#help")
    assert not (run / "reviews.jsonl").exists()


def test_everything_works_by_mouse_and_without_the_script(desk, chromium, run):
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto(desk.url)
    for leads_on in ("text=Stichprobe", "button[value=reject]", "text=Zurücknehmen"):
        follow(page, leads_on)
    page.click("label:has-text('Integration')")
    page.locator("input[name=stage]").first.check()
    page.locator("input[name=depth]").first.check()
    follow(page, "button[value=accept]")
    assert decisions(run)[-1]["themes"][-1:] != []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_without_the_pdf_the_desk_says_so_and_works(run, place, page):
    (run.parent / "plaene").rename(run.parent / "verschoben")
    with DeskProcess(run, place.root, "Ute") as desk:
        page.goto(desk.url)
        page.goto(desk.base + AUDIT)
        assert "Kein Bild der Seite" in page.inner_text(".sheet-box")
        assert "--plans" in page.inner_text(".sheet-box")
        decide(page, "r")
        assert done(page) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barriers_of_level_a_or_aa(desk, chromium, scheme):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is missing: pip install 'insek[test]'"
    )
    context = chromium.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto(desk.url)
    for path in ("/", AUDIT, "/passage?q=disputed", "/einigkeit", "/modelle", "/codebuch", "/gibtesnicht"):
        page.goto(desk.base + path)
        if path == AUDIT:
            page.keyboard.press("?")
            assert not _violations(axe, page), "help"
            page.keyboard.press("Escape")
        assert not _violations(axe, page), path
    context.close()


def _violations(axe, page) -> list[str]:
    levels = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    found = axe.Axe().run(page, options={"runOnly": levels, "resultTypes": ["violations"]}).response
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found["violations"]]
