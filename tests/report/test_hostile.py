"""Whatever a PDF or a file name holds shows as text: tags, entities, formulas, direction marks, endless words."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insek.guideline import Guideline
from insek.report import RENDERERS, RunResult, documents_csv, evidence_csv, examples_html, index_html, joined
from insek.report.safe import css_string, csv_text, mark, visible

from .plans import PROVENANCE, Entry, failed, plan

TAG = "<script>alert(\"x\")</script>&lt;b&gt;{{ 7*7 }}' onclick='x"
BIDI = "abc\u202egnp.exe\u2066\u0007\x1b[31m\u200b\u2028Ende"
LONG = "W" * 10_000
HALF = "halb\udcff"
MARKDOWN = (
    "- [x](javascript:alert(1)) ![](http://x) <b>fett</b> *a* _b_ `c` | d & &amp; # e ~f~ https://x.d\n1. neu\n# Kopf"
)


def hostile(guideline: Guideline):
    text = f"{TAG} {BIDI} {LONG} {HALF}"
    words = (
        ("theme", "green", "<i>regel</i>", "<script>"),
        ("field", "parks", "f", LONG),
        ("structure", "garden_office", "<b>s</b>", "alert"),
        ("criterion", "year_given", "<b>k</b>", LONG),
    )
    said = {"structures": ("garden_office",), "criteria": ("year_given",), "bundles": ("shade",)}
    path = (TAG, BIDI, LONG)
    entries = [
        Entry(1, text, ("green",), ("parks",), "aims", "substance", 0.9, path, words, (TAG,), **said),
        Entry(2, f"{TAG} bis 2030 {BIDI}", ("green",), ("parks",), "steps", "substance", 0.9, path, words,
              named=(("horizon", TAG), ("lead", f"bis 2030 {BIDI}"))),
        Entry(2, MARKDOWN, ("green",), ("streets",), "steps", "substance", 0.9, path, words,
              named=(("lead", MARKDOWN),)),
    ]  # fmt: skip
    return plan(
        guideline,
        entries,
        title=TAG + BIDI,
        municipality=TAG + LONG,
        source=TAG + HALF,
        error=TAG,
        todo=BIDI,
        warnings=(TAG, LONG),
        page_labels={1: TAG},
        slug="../<x>",
    )


@pytest.mark.parametrize("lang", ["de", "en"])
def test_pages_show_hostile_text_as_text(toy: Guideline, lang: str) -> None:
    provenance = PROVENANCE | {TAG: TAG, "date": BIDI}
    run = RunResult(toy, (hostile(toy), failed(source=TAG + HALF, error=TAG + BIDI, todo=LONG)), provenance)
    pages = [RENDERERS["html"](p, toy, provenance, lang) for p in run.plans]
    for page in (*pages, index_html(run, lang), examples_html(run, lang)):
        page.encode("utf-8")
        text = re.sub(r"<script>\(function.*?</script>", "", page, flags=re.S)
        assert "<script" not in text
        assert "<i>regel" not in text
        assert not re.search(r"<b>[skf]", text)
        assert not re.search(r"(href|src)=\"(?!#|\./|\.\./|index|examples|highlighted)", text)
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x1b\u2028]", text)
        assert "49" not in re.findall(r"<h1.*?</h1>", text)[0]


@pytest.mark.parametrize("text", ["</style><script>", '";}*{x:url(//a)}', "\\", "\n}", BIDI, "Ä & 9"])
def test_text_in_a_style_sheet_cannot_end_its_string(text: str) -> None:
    assert re.fullmatch(r'"(?:[A-Za-z0-9]|\\[0-9a-f]{6})*"', css_string(text))


def test_hostile_text_is_shown_and_not_swallowed(toy: Guideline) -> None:
    page = unescape(re.sub("</?mark[^>]*>", "", RENDERERS["html"](hostile(toy), toy, PROVENANCE, "de")))
    assert TAG in page
    assert "abc[U+202E]gnp.exe" in page
    assert LONG in page


def test_structures_criteria_and_measures_show_hostile_text(toy: Guideline) -> None:
    page = RENDERERS["html"](hostile(toy), toy, PROVENANCE, "de")
    for section in ("Structures", "Criteria", "Measures"):
        part = unescape(
            re.sub("</?mark[^>]*>", "", page[page.index(f'<section id="{section}">') :].split("</section>")[0])
        )
        assert TAG in part, section


def test_endless_word_is_cut_where_it_stands_in_a_table(toy: Guideline) -> None:
    page = RENDERERS["html"](hostile(toy), toy, PROVENANCE, "de")
    table = page[page.index('<section id="Criteria">') :].split("</section>")[0]
    assert 0 < max(map(len, re.findall("W+", table))) < 300


@pytest.mark.parametrize("lang", ["de", "en"])
def test_markdown_shows_hostile_text_as_text(toy: Guideline, lang: str) -> None:
    provenance = PROVENANCE | {TAG: MARKDOWN, "date": BIDI}
    for result in (hostile(toy), failed(source=TAG, error=MARKDOWN, todo=BIDI)):
        text = RENDERERS["markdown"](result, toy, provenance, lang)
        text.encode("utf-8")
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x09\x1b\u2028]", text)
        assert not re.search(
            r"(?<!\\)[<`\[\]]|(?<!\\)&|(?<![\\ ])\*(?! )a|http://|https://", re.sub("(?m)^> ", "", text)
        )
        for line in text.splitlines():
            if line.startswith("|"):
                assert len(re.findall(r"(?<!\\)\|", line)) in (5, 6)
            assert not re.match(r"(> )?(\d+[.)] |#+ Kopf|> - )", line)


def test_folder_name_cannot_lead_elsewhere(toy: Guideline) -> None:
    page = index_html(RunResult(toy, (hostile(toy),), {}))
    assert 'href="./../%3Cx%3E/report.html"' in page  # escaped; that slugs hold no dots is for those who make them


def test_json_stays_json(toy: Guideline) -> None:
    text = RENDERERS["json"](hostile(toy), toy, PROVENANCE, "de")
    data = json.loads(text.encode("utf-8"))
    assert data["document"]["title"] == TAG + BIDI
    assert data["document"]["source"].startswith(TAG)


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\u200b=1", "＝1", "\ufeff=1"]
)
def test_formulas_are_neutralised(cell: str) -> None:
    assert csv_text(cell).startswith("'")


def test_tables_hold_one_row_a_line_and_no_formula(toy: Guideline) -> None:
    entry = Entry(
        1, '=HYPERLINK("http://x")\nzweite\r\nZeile', ("green",), ("parks",), "aims", "substance", 0.9, ("=Kopf",)
    )
    run = RunResult(toy, (plan(toy, [entry], municipality="-Stadt", warnings=("@x",)),), {})
    for text in (documents_csv(run), joined(evidence_csv(p, run.guideline) for p in run.plans)):
        rows = list(csv.reader(io.StringIO(text[1:])))
        assert len(rows) == text.count("\n") == 2
        assert not [c for c in rows[1] if c[:1] in "=+-@\t\r" and c]


_NO_ACCENTS = st.characters(exclude_categories=("Mn", "Mc", "Me"))
"""Piled-up accents are cut per piece of text, so that a mark between them would make a difference."""


@given(st.text(_NO_ACCENTS, max_size=60), st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=5))
def test_marking_loses_and_lets_through_nothing(text: str, spans: list[tuple[int, int]]) -> None:
    html = str(mark(text, spans[:2], spans[2:]))
    assert unescape(re.sub(r"<mark( class=\"w\")?>|</mark>", "", html)) == visible(text)
    assert not re.search(r"<(?!/?mark)", html)
    assert html.count("<mark") == html.count("</mark>")


@given(st.text(max_size=60))
def test_visible_text_is_stable_and_can_be_written(text: str) -> None:
    once = visible(text)
    assert visible(once) == once
    once.encode("utf-8")
