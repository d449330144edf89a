"""Red thread, structures, criteria, measures, words and examples: what the pages say follows from the data."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from insek.batch import ScreenSettings, screen
from insek.domain import CriterionState, Measure, RedThread, Tag, TagKind
from insek.guideline import Guideline
from insek.learn.policy import load_vocabulary
from insek.project import Project
from insek.report import RENDERERS, RunResult, examples_html
from insek.report.markdown import escaped
from insek.report.model import HIGHLIGHTED, PlanResult
from insek.report.reasons import explain_briefly, names_of
from insek.report.register import _merged
from insek.report.texts import texts
from insek.rundir import render_again
from insek.verify import verify

from .plans import PROVENANCE, Entry, failed, plan
from .test_contract import words

BASE = Entry(3, "Der Park erhält Bäume.", ("green",), ("parks",), "steps", "substance", 0.9)


def html(result: PlanResult, guideline: Guideline, lang: str = "de") -> str:
    return RENDERERS["html"](result, guideline, PROVENANCE, lang)


def section(page: str, name: str) -> str:
    return page[page.index(f'<section id="{name}">') :].split("</section>")[0]


@pytest.mark.parametrize(
    ("held", "broken", "at", "told"),
    [
        (("findings", "aims", "steps"), (), None, "Durchgehend belegt."),
        (("findings",), ("aims", "steps"), "aims", "Beginnt bei „Befund“ und reißt bei „Ziele“."),
        (("steps",), ("findings", "aims"), None, "Beginnt erst bei „Schritte“."),
        ((), ("findings", "aims", "steps"), None, "Kein Schritt ist belegt."),
        ((), ("findings",), None, "Offen, weil ein Teil des Plans nicht gelesen werden konnte."),
        (("findings",), (), None, "Offen, weil ein Teil des Plans nicht gelesen werden konnte."),
        ((), (), None, "Nicht zu beurteilen, weil"),
    ],
)
def test_thread_is_told_in_one_sentence(toy: Guideline, held, broken, at: str | None, told: str) -> None:
    sample = plan(toy, [BASE])
    strength = len(held) / 3 if held or broken else None
    threads = (RedThread("parks", held, broken, at, strength), *sample.coverage.threads[1:])
    page = html(replace(sample, coverage=replace(sample.coverage, threads=threads)), toy)
    assert f"{told}" in words(section(page, "Thread"))
    assert f"{len(held)} von 3 Schritten belegt" in section(page, "Thread")


def test_criterion_shows_its_state_by_shape_and_word(toy: Guideline) -> None:
    sample = plan(toy, [BASE])
    for state, word in (("met", "erfüllt"), ("hinted", "angedeutet"), ("not_found", "nicht gefunden"),
                        ("not_readable", "nicht zu beurteilen")):  # fmt: skip
        results = (replace(sample.coverage.criteria[0], state=CriterionState(state)), *sample.coverage.criteria[1:])
        page = html(replace(sample, coverage=replace(sample.coverage, criteria=results)), toy)
        row = page[page.index('<tr id="K-counted">') :].split("</tr>")[0]
        assert f'<use href="#I-{state}"/></svg> <span>{word}</span>' in row
        assert f'id="I-{state}"' in page


def test_structures_not_found_are_named_too(toy: Guideline) -> None:
    text = words(section(html(plan(toy, [replace(BASE, structures=("tool_shed",))]), toy), "Structures"))
    assert "Nicht genannt oder nicht erkannt: Gartenamt, Baumbeirat." in text
    assert "Geräteschuppen 3 (1 Passage)" in text


def test_structures_tell_that_unread_pages_are_missing(toy: Guideline) -> None:
    page = html(plan(toy, [BASE], unread_pages=(2,), page_states={"text": 3, "failed": 1}), toy)
    assert "Nicht lesbare Seiten sind hier nicht berücksichtigt." in section(page, "Structures")


def test_measures_without_the_first_attribute_come_first(toy: Guideline) -> None:
    texts = ("Das Gartenamt pflanzt bis 2030 Linden.", "Linden am Markt.", "Das Gartenamt pflegt Eichen.")
    named = ((("lead", "Das Gartenamt"), ("horizon", "bis 2030")), (), (("lead", "Das Gartenamt"),))
    entries = [replace(BASE, page=i + 1, text=t, named=n) for i, (t, n) in enumerate(zip(texts, named, strict=True))]
    part = section(html(plan(toy, entries), toy), "Measures")
    text = words(part)
    assert "Zuständigkeit 2 von 3 nennen dies Ohne Zuständigkeit: 1 Zeithorizont 1 von 3 nennen dies" in text
    titles = re.findall(r'<th scope="row"><span lang="de">(.*?)</span>', part)
    assert titles == [texts[1], texts[0], texts[2]]
    assert part.count("nicht genannt</span>") == 3


def test_plan_without_measures_does_not_claim_there_are_none(toy: Guideline) -> None:
    text = words(section(html(plan(toy, [replace(BASE, stage="aims")]), toy), "Measures"))
    assert "das ist kein Beweis, dass keine da steht" in text


def test_guideline_without_attributes_lists_all_measures(toy: Guideline) -> None:
    bare = replace(toy, attributes=(), criteria=(), structures=(), levels=(), chain=())
    page = html(plan(bare, [BASE]), bare)
    assert "Alle Maßnahmen: 1" in page
    for name in ("Thread", "Structures", "Criteria"):
        assert f'id="{name}"' not in page
        assert f'href="#{name}"' not in page


def test_forms_of_a_word_are_one_entry() -> None:
    found = {"Geflüchtete": {1, 2}, "Geflüchteten": {2, 9}, "geflüchteter": {4}, "Zuzug": {3}}
    assert _merged(found) == {"Geflüchtete": {1, 2, 4, 9}, "Zuzug": {3}}


def test_words_and_pages_of_a_field_hold_passages_that_are_not_quoted(toy: Guideline) -> None:
    most = toy.scoring.max_quotes
    entries = [
        replace(BASE, page=n, p=1 - n / 100, words=(("theme", "green", "r", "Bäume"),)) for n in range(1, most + 3)
    ]
    page = html(plan(toy, entries), toy)
    numbers = ", ".join(str(n) for n in range(1, most + 3))
    assert f"Bäume {numbers}" in words(page).replace(" ,", ",")
    assert f"Alle Stellen: {numbers}" in words(page).replace(" ,", ",")


def test_number_printed_on_two_pages_is_told_with_that_of_the_file(toy: Guideline) -> None:
    entries = [replace(BASE, page=n, structures=("tool_shed",)) for n in (2, 5)]
    text = words(section(html(plan(toy, entries, page_labels={2: "1", 5: "1"}), toy), "Structures"))
    assert "1 (Datei: 2) , 1 (Datei: 5)" in text or "1 (Datei: 2), 1 (Datei: 5)" in text


def test_passage_over_two_pages_says_so(toy: Guideline) -> None:
    sample = plan(toy, [BASE])
    [(passage, decision)] = sample.passages
    page = html(replace(sample, passages=((replace(passage, pages=(3, 4)), decision),)), toy)
    assert "Seite 3 der Datei und nächste Seite" in page


@pytest.mark.parametrize(("path", "linked"), [("../a/plan.PDF", True), ("../a/plan.txt", False), (None, False)])
def test_only_a_pdf_is_linked_at_its_page(toy: Guideline, path: str | None, linked: bool) -> None:
    page = html(plan(toy, [BASE], path=path), toy)
    assert ("#page=3" in page) is linked
    assert (f'<a href="../{path}">' in page) is (path is not None)
    assert HIGHLIGHTED not in page


def test_copy_with_marks_is_linked_where_it_stands(toy: Guideline) -> None:
    assert f'href="{HIGHLIGHTED}#page=3"' in html(plan(toy, [BASE], highlighted=True), toy)


def test_examples_are_the_fullest_of_different_plans(toy: Guideline) -> None:
    plans = tuple(plan(toy, [replace(BASE, text=f"Plan {n}: Bäume.", p=0.5 + n / 10), replace(BASE, p=0.5)],
                       slug=f"plan-{n}") for n in range(5))  # fmt: skip
    page = examples_html(RunResult(toy, (*plans, failed()), PROVENANCE))
    cell = page[page.index('<div class="cell" id="parks-steps">') :].split("</div>")[0]
    assert re.findall("Plan ([0-9]): Bäume", cell) == ["4", "3", "2"]
    assert 'href="./plan-4/report.html#parks-steps"' in cell
    assert "in 5 Plänen belegt" in cell
    assert 'In keinem Plan dieses Laufs belegt: <span id="schools-findings">' in page


def test_mentions_are_no_examples(toy: Guideline) -> None:
    page = examples_html(RunResult(toy, (plan(toy, [replace(BASE, depth="mention")]),), PROVENANCE))
    assert "<figure" not in page


def test_all_places_of_the_report_exist_among_the_examples(real: Guideline) -> None:
    page = examples_html(RunResult(real, (plan(real, []),), PROVENANCE))
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert {f"{f}-{s}" for f in real.field_ids for s in real.stage_ids} <= set(ids)


def test_copy_with_marks_in_the_folder_is_found_by_report_and_verify(
    project: Project, tmp_path: Path, guideline
) -> None:
    source = tmp_path / "Pläne #1" / "plan.txt"
    source.parent.mkdir()
    source.write_text("1 Bestandsaufnahme\n\nDer Wohnraum für Migrantinnen und Migranten bleibt knapp.\n", "utf-8")
    out = tmp_path / "lauf"
    screen([source], out, project, ScreenSettings(mode="rules", jobs=1))
    report = out / "plan" / "report.html"
    assert 'href="../../Pl%C3%A4ne%20%231/plan.txt"' in report.read_text("utf-8")
    assert verify(out, guideline, load_vocabulary(project.guideline_folder, guideline)) == []
    (out / "plan" / HIGHLIGHTED).write_bytes(b"%PDF-")
    render_again(out, guideline, None)
    assert f'href="{HIGHLIGHTED}#page=1"' in report.read_text("utf-8")
    assert verify(out, guideline, load_vocabulary(project.guideline_folder, guideline)) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1. Ziel", r"1\. Ziel"),
        ("- Punkt", r"\- Punkt"),
        ("a_b*c", r"a\_b\*c"),
        ("<b>&amp;", r"\<b\>\&amp;"),
        ("www.x.de http://y", r"www\.x.de http\://y"),
        ("zwei\nZeilen | Spalte", r"zwei Zeilen \| Spalte"),
        ("2030 bis 2035", "2030 bis 2035"),
    ],
)
def test_markdown_is_escaped_and_no_more(text: str, told: str) -> None:
    assert escaped(text) == told


def test_markdown_of_a_failed_file_gives_reason_and_remedy(toy: Guideline) -> None:
    text = RENDERERS["markdown"](failed(), toy, PROVENANCE, "de")
    assert "Die Datei ist kein PDF, obwohl sie so heißt." in text
    assert "Die Datei neu beschaffen." in text
    assert "## Parks" not in text


def test_measure_title_and_quotes_of_any_length_keep_the_table_small(toy: Guideline) -> None:
    sample = plan(toy, [BASE])
    long = Measure("T" * 5000, 3, (sample.passages[0][0].id,), ("parks",), (), {"lead": "Amt " * 3000})
    part = section(html(replace(sample, coverage=replace(sample.coverage, measures=(long,))), toy), "Measures")
    assert len(part) < 4000


def test_reasons_are_told_briefly(toy: Guideline) -> None:
    rules = [Tag("p", TagKind.THEME, "green", f"rule:r{i}", spans=((0, 5),)) for i in range(5)]
    model = Tag("p", TagKind.THEME, "green", "model:m", 0.8, words=("bäum…",))
    person = Tag("p", TagKind.THEME, "green", "human:Ana")
    t = texts("de")
    names = names_of(toy, t)

    def told(*tags: Tag) -> str:
        [reason] = explain_briefly(tags, "Bäume am Teich", names, t)
        return reason.why

    assert told(*rules, model) == "„Bäume“ (Regeln r0, r1, r2 …); Modell (80\u00a0%)"
    assert told(model) == "Modell (80\u00a0%): „bäum…“"
    assert told(rules[0], person) == "„Bäume“ (Regel r0); von Hand durch Ana"
    assert told(replace(rules[0], spans=())) == "Regel r0"


def test_of_words_within_others_the_longest_is_told(toy: Guideline) -> None:
    hits = (("theme", "green", "a", "alte Bäume"), ("theme", "green", "b", "Bäume"))
    entry = replace(BASE, text="Dort stehen alte Bäume im Park.", words=hits)
    assert "mit Seiten: alte Bäume 3 " in words(html(plan(toy, [entry]), toy))
