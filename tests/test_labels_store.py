"""Labels into the store and which of them count."""

from __future__ import annotations

import datetime
import io
import json
from dataclasses import replace

import openpyxl
import pytest

from insek.domain import TagKind
from insek.errors import ConfigError, MissingInputError, OutputError, UsageError
from insek.learn.entries import Answer, Entry
from insek.learn.exchange import WRITERS
from insek.learn.importing import ImportSettings, import_file
from insek.learn.labels import label_record, labels_of, load_labels, parse_label, read_labels, text_digest
from insek.learn.policy import load_vocabulary
from insek.learn.settle import settled
from insek.project import Project

NOON = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
BERATUNG = "Die Stadt Elsterhagen berät Geflüchtete in sechs Sprachen."
KANAL = "Der Kanal am Bahnhof wird im kommenden Jahr saniert."


@pytest.fixture(scope="module")
def words(project, guideline):
    return load_vocabulary(project.guideline_folder, guideline)


def entry(text=BERATUNG, themes=("migration",), annotator="anna", **changes):
    answer = Answer(themes, ("social",) if themes else themes, "inventory" if themes else None,
                    "substance" if themes else None)  # fmt: skip
    base = {"id": text_digest(text), "text": text, "digest": text_digest(text), "document": "elsterhagen.pdf",
            "municipality": "Elsterhagen", "pages": "12", "answer": answer, "annotator": annotator}  # fmt: skip
    return Entry(**{**base, **changes})


@pytest.fixture
def bring(place, guideline, words, tmp_path):
    def bring(*entries, name="bogen.xlsx", form="xlsx", minutes=0, **settings):
        path = tmp_path / name
        path.write_bytes(WRITERS[form](entries, words))
        now = NOON + datetime.timedelta(minutes=minutes)
        return import_file(path, place, guideline, ImportSettings(now=now, **settings))

    return bring


def stored(place, guideline):
    return read_labels(place.labels_folder, guideline)


def files(place):
    return {p.name: p.read_bytes() for p in place.labels_folder.iterdir()}


# --- import ----------------------------------------------------------------------------------------------------------


def test_an_import_keeps_what_the_split_and_the_reader_need(place, guideline, bring):
    done = bring(entry(picked="random"), entry(KANAL, ()), entry("Offen gelassen, weil unklar.", None))
    assert (done.added, done.known, done.unlabelled, done.faults) == (2, 0, 1, ())
    assert done.target == place.labels_folder / "bogen.jsonl"
    first, second = stored(place, guideline)
    assert (first.municipality, first.document, first.pages) == ("Elsterhagen", "elsterhagen.pdf", "12")
    assert (first.annotator, first.at[:10], first.codebook, first.picked) == ("anna", "2026-11-20", "1", "random")
    assert (first.themes, second.themes, second.fields) == (("migration",), (), ())
    assert label_record(first)["text_digest"] == text_digest(BERATUNG)
    assert parse_label(label_record(first), first.source, guideline) == first


def test_without_a_municipality_the_document_keeps_passages_together(place, guideline, bring):
    bring(entry(municipality=""), name="ohne.xlsx")
    (label,) = stored(place, guideline)
    assert label.municipality == label.series == "elsterhagen.pdf"


@pytest.mark.parametrize("form", sorted(WRITERS))
def test_importing_twice_changes_nothing(place, guideline, bring, form):
    assert bring(entry(), entry(KANAL, ()), form=form).added == 2
    before = files(place)
    again = bring(entry(), entry(KANAL, ()), form=form, minutes=5)
    assert (again.added, again.corrected, again.known, again.target) == (0, 0, 2, None)
    assert files(place) == before


def test_another_answer_of_the_same_hand_is_a_later_line(place, guideline, bring):
    bring(entry())
    done = bring(entry(themes=("migration", "integration")), minutes=5)
    assert (done.added, done.corrected) == (0, 1)
    assert len(stored(place, guideline)) == 2
    assert [label.themes for label in load_labels(place.labels_folder, guideline)] == [("migration", "integration")]
    old_sheet_again = bring(entry(), minutes=10)
    assert old_sheet_again.known == 1
    assert len(stored(place, guideline)) == 2


def test_nothing_is_half_imported_and_every_bad_row_is_named(place, guideline, bring, words, tmp_path):
    book = openpyxl.load_workbook(io.BytesIO(WRITERS["xlsx"]([entry(), entry(KANAL, ()), entry("Drei Wege.")], words)))
    sheet = book["Prüfbogen"]
    heads = {c.value: c.column for c in sheet[1]}
    sheet.cell(2, heads["Feld 1"]).value = "Sociales"
    sheet.cell(3, heads["Text"]).value = "Der Kanal wird nicht saniert."
    book.save(tmp_path / "kaputt.xlsx")
    done = import_file(tmp_path / "kaputt.xlsx", place, guideline, ImportSettings())
    assert [row for row, _ in done.faults] == [2, 3]
    assert "gemeint ist wohl „Soziales“" in done.faults[0][1]
    assert "passt nicht zur Prüfsumme" in done.faults[1][1]
    assert files(place) == {}


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([entry(), entry(themes=())], "mit anderen Labels"),
        ([entry(), entry(KANAL, (), id=text_digest(BERATUNG))], "ein anderer Text"),
        ([entry(annotator="")], "von wem das Label ist"),
        ([entry("  ", digest=text_digest(""))], "„Text“ ist leer"),
        ([entry(kind="Absatz")], "unbekannte Art"),
    ],
)
def test_rows_that_cannot_both_be_right(place, bring, rows, told):
    done = bring(*rows)
    assert told in "; ".join(fault for _, fault in done.faults)
    assert files(place) == {}


def test_two_annotators_stand_side_by_side(place, guideline, bring):
    done = bring(entry(), entry(themes=(), annotator="ben"), form="jsonl")
    assert done.added == 2
    assert {label.annotator for label in stored(place, guideline)} == {"anna", "ben"}


def test_options_fill_in_and_a_dry_run_writes_nothing(place, guideline, bring):
    done = bring(entry(annotator=""), annotator="ben", reviewed=True, codebook="2", dry_run=True)
    assert (done.added, files(place)) == (1, {})
    bring(entry(annotator=""), annotator="ben", reviewed=True, codebook="2")
    (label,) = stored(place, guideline)
    assert (label.annotator, label.reviewed, label.codebook) == ("ben", True, "2")


def test_the_time_of_the_other_program_counts_and_cannot_undo_a_correction(place, guideline, bring, words, tmp_path):
    def export(themes, at, name):
        task = json.loads(WRITERS["label-studio"]([entry(themes=themes)], words))[0]
        task["annotations"][0]["updated_at"] = at
        (tmp_path / name).write_text(json.dumps([task]), "utf-8")
        return import_file(tmp_path / name, place, guideline, ImportSettings(now=NOON))

    export(("migration",), "2026-11-01T10:00:00.5+01:00", "a.json")
    assert [label.at for label in stored(place, guideline)] == ["2026-11-01T09:00:00.500000Z"]
    assert bring(entry(themes=())).corrected == 1
    assert export(("integration",), "2026-11-02T10:00:00Z", "b.json").known == 1
    assert export(("integration",), "2026-11-30T10:00:00Z", "c.json").corrected == 1
    assert load_labels(place.labels_folder, guideline)[0].themes == ("integration",)


def test_a_second_look_inherits_what_sheets_do_not_carry(place, guideline, bring):
    record = {"municipality": "Elsterhagen", "state": "Hessen", "size": "rural", "series": "reihe-z", "text": BERATUNG,
              "themes": [], "annotator": "anna", "at": "2026-01-01", "codebook": "1", "lookalike": True}  # fmt: skip
    (place.labels_folder / "alt.jsonl").write_text(json.dumps(record), "utf-8")
    bring(entry(annotator="ben"))
    label = stored(place, guideline)[1]
    assert (label.state, label.size, label.series, label.lookalike) == ("Hessen", "rural", "reihe-z", False)


def test_names_never_lead_out_of_the_folder_or_over_a_file(place, guideline, bring):
    (place.labels_folder / "insek-mit.jsonl").write_text("", "utf-8")
    assert bring(entry(), name="INSEK mit.xlsx").target == place.labels_folder / "insek-mit-2.jsonl"
    assert bring(entry(KANAL, ()), name="..xlsx").target == place.labels_folder / "import.jsonl"


def test_a_label_folder_outside_of_the_project_is_not_written(place, bring, tmp_path):
    (tmp_path / "fremd").mkdir()
    place.labels_folder.rmdir()
    place.labels_folder.symlink_to(tmp_path / "fremd")
    with pytest.raises(OutputError, match="aus dem Projekt hinaus"):
        bring(entry())
    assert list((tmp_path / "fremd").iterdir()) == []


def test_the_bundled_project_and_missing_files(place, guideline, tmp_path):
    with pytest.raises(UsageError, match="mitgelieferte"):
        import_file(tmp_path / "x.xlsx", Project.bundled_defaults(), guideline, ImportSettings())
    with pytest.raises(MissingInputError, match="gibt es nicht"):
        import_file(tmp_path / "x.xlsx", place, guideline, ImportSettings())


def test_the_store_refuses_a_changed_text(place, guideline, bring):
    target = bring(entry()).target
    changed = target.read_text("utf-8").replace("sechs Sprachen", "zwei Sprachen")
    target.write_text(changed, "utf-8")
    with pytest.raises(ConfigError, match=r"bogen\.jsonl, Zeile 1: die Kennung passt nicht"):
        stored(place, guideline)


# --- which label counts ----------------------------------------------------------------------------------------------


@pytest.fixture
def line(guideline):
    def line(annotator, themes, at="2026-11-01", fields=None, stage=None, depth=None, **changes):
        record = {"municipality": "Rottmünde", "text": BERATUNG, "annotator": annotator, "at": at, "codebook": "1",
                  "themes": themes, "fields": fields, "stage": stage, "depth": depth, **changes}  # fmt: skip
        return parse_label(record, f"a.jsonl, Zeile {annotator}", guideline)

    return line


def test_the_latest_reviewed_line_counts(line):
    lines = [line("anna", ["migration"], reviewed=True, at="2026-11-03"), line("ben", []), line("cem", []),
             line("dora", ["integration"], reviewed=True, at="2026-11-02")]  # fmt: skip
    assert [label.annotator for label in settled(lines)] == ["anna"]


def test_of_one_annotator_the_latest_line_counts(line):
    assert [label.themes for label in settled([line("anna", ["migration"], at="2026-11-02"),
                                               line("anna", [], at="2026-11-01")])] == [("migration",)]  # fmt: skip


def test_the_majority_counts_question_by_question(line):
    lines = [line("anna", ["migration"], fields=["social"], stage="goals", depth="mention"),
             line("ben", ["migration", "integration"], fields=["social", "culture"], stage="goals", depth="substance"),
             line("cem", ["migration"], fields=["social"], stage="measures", depth="substance")]  # fmt: skip
    (label,) = settled(lines)
    assert (label.themes, label.fields, label.stage, label.depth) == (("migration",), ("social",), "goals", "substance")


def test_a_tie_leaves_the_question_open(line):
    (label,) = settled([line("anna", ["migration"]), line("ben", [])])
    assert label.themes is None
    (label,) = settled([line("anna", ["migration"], fields=["social"], stage="goals"),
                        line("ben", ["migration"], fields=["culture"], stage="goals")])  # fmt: skip
    assert (label.themes, label.fields, label.stage) == (("migration",), None, "goals")


def test_no_theme_by_majority_means_nothing_else(line):
    (label,) = settled([line("anna", []), line("ben", []), line("cem", ["migration"], fields=["social"])])
    assert (label.themes, label.fields, label.stage) == ((), (), None)


def test_who_did_not_answer_has_no_vote(line):
    (label,) = settled([line("anna", None), line("ben", ["migration"])])
    assert label.themes == ("migration",)


def test_negatives_are_labels_and_silence_is_none(line, guideline):
    labels = list(labels_of(line("anna", ["migration"], fields=None, stage="goals", reviewed=True), guideline))
    themes = {label.tag.value: label.present for label in labels if label.tag.kind is TagKind.THEME}
    assert themes == {t: t == "migration" for t in guideline.theme_ids}
    assert {label.tag.kind for label in labels} == {TagKind.THEME, TagKind.STAGE}
    assert all(label.tag.source == "human:anna" and label.reviewed for label in labels)
    assert list(labels_of(line("anna", None), guideline)) == []


def test_digest_is_of_what_is_seen():
    assert text_digest("Bürger\u00adrat  am\r\nMarkt") == text_digest("Bu\u0308rger\u00adrat am Markt\x07 ")
    assert text_digest("Bürgerrat") != text_digest("Bürgerrat.")


def test_corrections_need_another_time(line, tmp_path, guideline):
    same = [label_record(line("anna", themes)) for themes in (["migration"], [])]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(r) + "\n" for r in same), "utf-8")
    with pytest.raises(ConfigError, match="spätere Zeit"):
        load_labels(tmp_path, guideline)
    same[1]["at"] = "2026-11-02"
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(r) + "\n" for r in same), "utf-8")
    assert [label.themes for label in load_labels(tmp_path, guideline)] == [()]
    assert replace(line("anna", []), comment="x").digest == text_digest(BERATUNG)
