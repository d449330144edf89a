"""What holds for every report, whatever the plan: schema, all cells, links, honesty about what was not read."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from string import Formatter

import pytest
from jinja2.bccache import Bucket
from jsonschema import Draft202012Validator

import insek.report
from insek.domain import BlockKind, Decision, Document, Page, PageState, Passage, Status
from insek.errors import UsageError
from insek.guideline import Guideline
from insek.report import RENDERERS, RunResult, coverage_csv, documents_csv, engine, index_html
from insek.report.model import PlanResult
from insek.report.texts import LANGUAGES, texts
from insek.score import score

from .plans import PROVENANCE, failed, plan, unreadable
from .towns import ENTRIES, city

PACKAGE = Path(insek.report.__file__).parent


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    data = json.loads((PACKAGE / "coverage.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(data)
    return Draft202012Validator(data)


def html(result: PlanResult, guideline: Guideline, lang: str = "de") -> str:
    return RENDERERS["html"](result, guideline, PROVENANCE, lang)


def words(page: str) -> str:
    body = re.sub(r"<style>.*?</style>|<script>.*?</script>", "", page, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_json_keeps_to_its_schema(real: Guideline, schema: Draft202012Validator) -> None:
    for result in (city(real), unreadable(real), failed(), failed(sha256="")):
        data = json.loads(RENDERERS["json"](result, real, PROVENANCE, "de"))
        assert [e.message for e in schema.iter_errors(data)] == []
        assert list(data["cells"]) == list(data["fields"]) == list(real.field_ids)
        assert all(list(row) == list(real.stage_ids) for row in data["cells"].values())


def test_schema_refuses_what_is_not_in_the_contract(real: Guideline, schema: Draft202012Validator) -> None:
    data = json.loads(RENDERERS["json"](city(real), real, PROVENANCE, "de"))
    del data["cells"]["housing"]["goals"]["score"]
    assert list(schema.iter_errors(data))
    data = json.loads(RENDERERS["json"](city(real), real, PROVENANCE, "de")) | {"extra": 1}
    assert list(schema.iter_errors(data))


def test_every_cell_has_a_place_and_every_link_a_target(real: Guideline) -> None:
    page = html(city(real), real)
    targets = re.findall(r' id="([^"]+)"', page)
    assert len(targets) == len(set(targets))
    for field in real.field_ids:
        for stage in real.stage_ids:
            assert targets.count(f"{field}-{stage}") == 1
            assert f'href="#{field}-{stage}"' in page
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(targets)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_needs_nothing_from_outside_and_no_script(real: Guideline, lang: str) -> None:
    page = html(city(real), real, lang)
    assert not re.search(r"https?:|<script|<link|<img|@import|url\((?!#)|\bon[a-z]+=", page)
    assert "default-src 'none'" in page


def test_state_is_told_by_shape_and_word(real: Guideline) -> None:
    page = html(city(real), real)
    matrix = page[page.index('<table class="matrix"') : page.index("</table>")]
    cells = re.findall(r'<td role="cell" class="s-(\w+)">(.*?)</td>', matrix)
    assert len(cells) == len(real.fields) * len(real.stages)
    for state, content in cells:
        assert f'<use href="#I-{state}"/>' in content
        assert texts("de")(f"state_{state}") in content


def test_unreadable_plan_says_so_first_and_has_no_index(real: Guideline) -> None:
    text = words(html(unreadable(real), real))
    assert "Der Plan konnte nicht gelesen werden" in text
    assert "Kein Index" in text
    assert "von 100 Der Index" not in text
    assert "nicht gefunden" not in text[: text.index("So lesen Sie")]
    row = documents_csv(RunResult(real, (unreadable(real),), {})).splitlines()[1].split(",")
    assert row[5:15] == [""] * 10


def test_failed_file_gives_reason_and_remedy(real: Guideline) -> None:
    text = words(html(failed(), real))
    assert "Die Datei ist kein PDF, obwohl sie so heißt." in text
    assert "Die Datei neu beschaffen." in text
    assert "Lücken" not in text
    rows = coverage_csv(RunResult(real, (failed(),), {})).splitlines()[1:]
    assert len(rows) == 63
    assert all(",not_readable,,0," in row for row in rows)


def test_cell_that_was_not_readable_never_reads_like_not_found(real: Guideline) -> None:
    page = html(city(real), real)
    gap = page[page.index('<div id="health-goals">') :]
    gap = words(gap[: gap.index("</dd>")])
    assert "nicht lesbar" in gap
    assert "keine festgestellte Lücke" in gap
    assert "nichts gefunden" not in gap


def test_field_without_a_single_readable_cell_has_no_value(real: Guideline) -> None:
    data = json.loads(RENDERERS["json"](city(real), real, PROVENANCE, "de"))
    assert data["fields"]["health"] is None
    head = words(html(city(real), real).split("<nav")[0])
    assert "Gesundheit" not in head


def test_fields_as_empty_as_the_last_one_named_are_counted(real: Guideline) -> None:
    text = words(html(plan(real, ENTRIES[:2]), real))
    assert "und 5 weitere Felder mit demselben Wert" in text


def test_too_little_readable_text_gives_evidence_but_no_index(real: Guideline) -> None:
    few = plan(real, ENTRIES[:6], readable_share=0.3, status=Status.PARTIAL, unread_pages=(20, 21, 22))
    text = words(html(few, real))
    assert "Zu wenig vom Plan ist lesbar" in text
    assert "Kein Index" in text
    assert "die Seiten 20–22 der Datei" in text
    assert "Wohnlotsinnen" in text


def test_more_quotes_than_shown_are_counted(real: Guideline) -> None:
    text = words(html(city(real, 9), real))
    assert f"{real.scoring.max_quotes} von 18 Passagen gezeigt" in text


def test_matching_words_are_marked_and_explained(real: Guideline) -> None:
    page = html(city(real), real)
    assert "begleiten <mark>geflüchtete</mark> Familien" in page
    assert '<mark class="w">Wohnlotsinnen</mark>' in page
    assert "Thema Migration – „geflüchtete“ (Regel mig-flucht); Modell (93 %)" in words(page)
    assert "Seite 13 (in der Datei: 15)" in page


def test_quote_cut_out_of_a_passage_is_marked_at_the_right_place(real: Guideline) -> None:
    entry = replace(ENTRIES[4], quote="… soll für Zugewanderte ohne Benachteiligung möglich …")
    assert "soll</mark> für <mark>Zugewanderte</mark> ohne" in html(plan(real, [entry]), real)


def test_english_report_has_english_words_and_german_quotes(real: Guideline) -> None:
    page = html(city(real), real, "en")
    text = words(page)
    assert '<html lang="en">' in page
    assert '<blockquote lang="de">' in page
    assert "Wohnlotsinnen begleiten" in text
    for german in ("Handlungsfeld", "nicht gefunden", "Passagen", "Zählt, weil"):
        assert german not in text.replace("3 Handlungsfelder", "")


def test_settings_of_the_run_are_told_in_words(real: Guideline) -> None:
    reviews = {"passages": 3, "by": ["Ana", "Ute"], "digest": "5f1c"}
    provenance = {"mode": "rules", "ocr": "off", "model": None, "lang": "de", "reviews": reviews}
    page = words(RENDERERS["html"](city(real), real, provenance, "de"))
    for told in ("Bewertet mit Regeln allein", "Texterkennung (OCR) ausgeschaltet", "Modell –",
                 "Sprache der Berichte Deutsch", "3 Passagen, von Ana, Ute (Prüfsumme 5f1c)"):  # fmt: skip
        assert told in page


def test_unknown_language_is_refused(real: Guideline) -> None:
    with pytest.raises(UsageError, match="Sprache „fr“"):
        html(failed(), real, "fr")


def test_both_languages_have_the_same_texts_and_placeholders() -> None:
    german, english = texts("de")._texts, texts("en")._texts
    assert list(german) == list(english)
    for key, text in german.items():
        if isinstance(text, str):
            names = [{n for _, n, _, _ in Formatter().parse(s) if n} for s in (text, english[key])]
            assert names[0] == names[1], key
        else:
            assert len(text) == len(english[key]), key


def test_every_text_is_used() -> None:
    sources = "".join(p.read_text("utf-8") for p in [*PACKAGE.parent.rglob("*.py"), *PACKAGE.glob("templates/*.j2")])
    built = (
        "state_",
        "depth_",
        "status_",
        "page_",
        "anchoring_",
        "sure_",
        "kind_",
        "passages_",
        "pages_",
        "gap_",
        "paper_gap_",
        "near_",
        "weights_",
        "col_",
        "ev_",
        "engine_",
        "language_",
        "found_",
        "from_",
        "wb_sheet_",
        "wb_near_",
        "wb_criterion_",
        "criterion_",
        "plans_",
    )
    unused = [k for k in texts("de")._texts if f'"{k}"' not in sources and not k.startswith(built)]
    assert unused == []


def test_same_input_gives_the_same_bytes(real: Guideline) -> None:
    for render in RENDERERS.values():
        assert render(city(real), real, PROVENANCE, "de") == render(city(real), real, PROVENANCE, "de")


def test_overview_puts_troubled_files_first_and_links_the_rest(real: Guideline) -> None:
    page = index_html(RunResult(real, (city(real), unreadable(real), failed()), PROVENANCE))
    problems = page[: page.index('id="files"')]
    order = [problems.index(name) for name in ("kaputt.pdf", "Altenried", "Lindenhagen")]
    assert order == sorted(order)
    assert "Die Datei neu beschaffen." in problems
    assert 'href="./lindenhagen-2021/report.html"' in page
    assert "./kaputt/" not in page


def test_overview_of_a_thousand_plans_stays_lean(real: Guideline) -> None:
    plans = tuple(replace(city(real), slug=f"s{i}") for i in range(1000))
    assert len(index_html(RunResult(real, plans, PROVENANCE))) < 1_500_000


def test_folder_that_cannot_be_written_to_is_no_fault(real: Guideline, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    blocked = tmp_path / "file"
    blocked.write_text("")
    bucket = Bucket(engine._environment(), "key", "sum")
    engine._Compiled(str(blocked / "folder")).dump_bytecode(bucket)
    assert blocked.read_text() == ""


def test_reports_do_without_pandas() -> None:
    code = "import sys, insek.report; sys.exit('pandas' in sys.modules or 'spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_json_of_a_scored_plan_tells_gaps_criteria_structures_measures_and_threads(
    real: Guideline, schema: Draft202012Validator
) -> None:
    sample = city(real)
    pages = (Page(1, PageState.TEXT), Page(2, PageState.TEXT))
    result = replace(sample, coverage=score(Document(sample.sha256, sample.source, pages), sample.passages, real))
    data = json.loads(RENDERERS["json"](result, real, PROVENANCE, "de"))
    assert [e.message for e in schema.iter_errors(data)] == []
    assert list(data["criteria"]) == [c.id for c in real.criteria]
    assert list(data["structures"]) == [s.id for s in real.structures]
    assert list(data["threads"]) == list(real.field_ids)
    assert data["measures"]
    empty = [(f, s) for f, row in data["cells"].items() for s, c in row.items() if not c["n_evidence"]]
    assert [(g["field"], g["stage"]) for g in data["gaps"]] == empty
    stages = {s.id: s for s in real.stages}
    for gap in data["gaps"]:
        assert (gap["section"], gap["expects"]) == (stages[gap["stage"]].section, stages[gap["stage"]].expects)
        assert all(data["criteria"][c]["state"] != "met" for c in gap["open_criteria"])
        assert all(near["why"] and near["quote"] and near["page"] for near in gap["nearest"])
    assert any(gap["nearest"] for gap in data["gaps"])
    broken = data | {"gaps": [data["gaps"][0] | {"nearest": [{**data["gaps"][0]["nearest"][0], "why": "so halt"}]}]}
    assert list(schema.iter_errors(broken))


@pytest.mark.parametrize(("doubtful", "told"), [(0, "enthalten etwas."), (1, "1 Passage für diese Zelle blieb nur"),
                                                (2, "2 Passagen für diese Zelle blieben nur")])  # fmt: skip
def test_empty_cell_tells_in_one_sentence_how_sure_it_is(real: Guideline, doubtful: int, told: str) -> None:
    sample = city(real)
    pages = tuple(Page(n, PageState.IMAGE_ONLY if n == 12 else PageState.TEXT) for n in range(1, 51))
    near = [(Passage(f"n{i}", "d", (1, 1), BlockKind.PARAGRAPH, (), "Text"),
             Decision(f"n{i}", scores={"migration": 0.2}, near_fields=("mobility",), near_stage="goals"))
            for i in range(doubtful)]  # fmt: skip
    passages = (*sample.passages, *near)
    coverage = score(Document(sample.sha256, sample.source, pages), passages, real)
    page = html(replace(sample, coverage=coverage, passages=passages, unread_pages=(12,)), real)
    gap = words(page[page.index('<div id="mobility-goals">') :].split("</dd>")[0])
    assert "In den lesbaren 98 % der Seiten wurde hierzu nichts gefunden; nicht gelesen: Seiten 12 der Datei." in gap
    risk = 100 * coverage.cell("mobility", "goals").doubt.risk
    assert f"ist zu etwa {risk:.0f} % wahrscheinlich" in gap
    assert told in gap
    assert gap.count("aber das Thema ist zu unsicher (20 %).") == doubtful


@pytest.mark.parametrize("lang", LANGUAGES)
def test_gap_shows_what_came_near_and_why_it_was_not_enough(real: Guideline, lang: str) -> None:
    sample = city(real)
    pages = (Page(1, PageState.TEXT),)
    coverage = score(Document(sample.sha256, sample.source, pages), sample.passages, real)
    page = words(html(replace(sample, coverage=coverage), real, lang))
    reasons = {
        "de": "Das Feld passt, der Planungsschritt ist ein anderer: ",
        "en": "The field fits, the planning stage is another one: ",
    }
    near = [(g, e) for g in coverage.gaps for e, why in zip(g.nearest, g.why, strict=True) if why == "other_stage"]
    assert near
    assert page.count(reasons[lang]) == len(near)


def test_json_of_a_failed_file_calls_no_criterion_missing(real: Guideline) -> None:
    data = json.loads(RENDERERS["json"](failed(), real, PROVENANCE, "de"))
    assert {c["state"] for c in data["criteria"].values()} == {"not_readable"}
    assert {c["doubt"] for row in data["cells"].values() for c in row.values()} == {None}
    assert data["readable_interval"] is None
