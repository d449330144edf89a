"""Highlighted copies: the mark is where the reader sees the text, however the page is turned; nothing active stays."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import typst
from click.testing import CliRunner
from pikepdf import Array, Dictionary, Name, String
from PIL import ImageChops

from insek.batch import ScreenSettings, screen
from insek.batch.highlighting import highlight
from insek.cli import main
from insek.domain import Decision, Region, Tag, TagKind
from insek.errors import InputError
from insek.guideline import Guideline, load_guideline
from insek.project import Project
from insek.report.annotate import highlighted_pdf
from insek.report.model import PlanResult
from insek.run import Reading, read, scored

TEXT = "Die Stadt Auenfurt richtet für geflüchtete Familien eine Anlaufstelle mit Beratung in mehreren Sprachen ein."
OTHER = "Der Bahnhof erhält ein neues Dach, und die Radwege am Fluss werden auf drei Meter verbreitert und beleuchtet."
SCALE = 1.0


@pytest.fixture(scope="module")
def sheet() -> bytes:
    """A page of 400 x 500 points with two paragraphs; the first is the one to highlight."""
    source = (
        f"#set page(width: 400pt, height: 500pt, margin: 60pt)\n#set text(lang: 'de', size: 11pt)\n{TEXT}\n\n{OTHER}\n"
    )
    return typst.compile(source.replace("'", '"').encode())


def decided(reading: Reading, guideline: Guideline, needle: str = "geflüchtete") -> PlanResult:
    """The plan with one theme on the passage that holds the needle."""
    theme = next(t.id for t in guideline.themes if t.on_theme)
    tagged = []
    for passage in reading.passages:
        decision = Decision(passage.id)
        if needle in passage.text:
            at = passage.text.index(needle)
            tag = Tag(passage.id, TagKind.THEME, theme, "rule:probe", spans=((at, at + len(needle)),))
            field, stage = guideline.field_ids[0], guideline.stage_ids[0]
            decision = Decision(passage.id, (theme,), (field,), stage, guideline.depth_ids[0], True, {theme: 0.9},
                                (tag,))  # fmt: skip
        tagged.append((passage, decision))
    return scored(reading.document, tuple(tagged), "auenfurt", guideline)


def plan_of(data: bytes, folder: Path, guideline: Guideline) -> PlanResult:
    path = folder / "auenfurt.pdf"
    path.write_bytes(data)
    return decided(read(path), guideline)


def marks_of(data: bytes, page: int = 0) -> list[pikepdf.Object]:
    """Highlights of a page; the note on the copy is left out."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [dict(a) for a in pdf.pages[page].obj.get("/Annots", []) if str(a["/NM"]) != "insek-copy"]


def rendered(data: bytes):
    pdf = pypdfium2.PdfDocument(data)
    try:
        return pdf[0].render(scale=SCALE, may_draw_forms=True).to_pil().convert("RGB")
    finally:
        pdf.close()


def changed(data: bytes, **entries) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for key, value in entries.items():
            pdf.pages[0].obj[f"/{key}"] = Array(value) if isinstance(value, list) else value
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


UPRIGHT = {90: (0, 1, -1, 0, 500, 0), 180: (-1, 0, 0, -1, 400, 500), 270: (0, -1, 1, 0, 0, 400)}
"""What makes content of 400 x 500 points read upright on a page that is turned clockwise by so many degrees."""


def turned(data: bytes, degrees: int, shift: tuple[int, int] = (0, 0)) -> bytes:
    """The page as scanners and drawing programs make it: content lying, page turned; its corner at `shift`."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        page = pdf.pages[0]
        a, b, c, d, e, f = UPRIGHT[degrees % 360]
        page.contents_add(f"q {a} {b} {c} {d} {e + shift[0]} {f + shift[1]} cm".encode(), prepend=True)
        page.contents_add(b"Q")
        width, height = (500, 400) if degrees % 180 else (400, 500)
        page.obj["/MediaBox"] = Array([*shift, shift[0] + width, shift[1] + height])
        page.obj["/Rotate"] = degrees
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


PAGES = {
    "plain": lambda data: data,
    "turned right": lambda data: turned(data, 90),
    "on its head": lambda data: turned(data, 180),
    "turned left": lambda data: turned(data, 270),
    "turned backwards": lambda data: turned(data, -90),
    "shifted": lambda data: changed(data, MediaBox=[-80, -40, 360, 480]),
    "cropped": lambda data: changed(data, CropBox=[30, 200, 380, 470]),
    "crop box beyond the page": lambda data: changed(data, CropBox=[-100, 200, 900, 900]),
    "cropped, turned right": lambda data: changed(turned(data, 90), CropBox=[20, 10, 480, 380]),
    "cropped, on its head": lambda data: changed(turned(data, 180), CropBox=[20, 20, 390, 400]),
    "shifted, cropped, turned left": lambda data: changed(turned(data, 270, (70, -30)), CropBox=[90, 5, 540, 355]),
    "corners the wrong way round": lambda data: changed(data, MediaBox=[400, 500, 0, 0]),
    "larger unit": lambda data: changed(data, UserUnit=2),
}


@pytest.mark.parametrize("kind", PAGES)
def test_the_mark_is_where_the_reader_sees_the_text(kind: str, sheet: bytes, tmp_path: Path, real: Guideline) -> None:
    source = PAGES[kind](sheet)
    plan = plan_of(source, tmp_path, real)
    [passage] = [p for p, d in plan.passages if d.themes]
    left, top, right, bottom = passage.regions[0].bbox
    before, after = rendered(source), rendered(highlighted_pdf(source, plan, real))
    without_sign = (0, 30, before.width, before.height)  # the sign of the copy stands at the top
    seen = ImageChops.difference(before.crop(without_sign), after.crop(without_sign)).getbbox()
    assert seen is not None
    wanted = (left - 3, top - 1 - 30, right + 1, bottom + 1 - 30)
    assert all(abs(a / SCALE - b) <= 2.5 for a, b in zip(seen, wanted, strict=True)), (seen, wanted)
    grey = before.crop((int(left), int(top), int(right), int(bottom))).convert("L").histogram()
    assert sum(grey[:90]) > 100, "the box holds no text"


def test_text_under_a_mark_stays_black(sheet: bytes, tmp_path: Path, real: Guideline) -> None:
    plan = plan_of(sheet, tmp_path, real)
    before, after = (image.convert("L") for image in (rendered(sheet), rendered(highlighted_pdf(sheet, plan, real))))
    assert after.getextrema()[0] <= before.getextrema()[0]


def test_note_tells_theme_field_stage_and_reason(sheet: bytes, tmp_path: Path, real: Guideline) -> None:
    [mark] = marks_of(highlighted_pdf(sheet, plan_of(sheet, tmp_path, real), real))
    note = str(mark["/Contents"])
    assert str(mark["/Subtype"]) == "/Highlight"
    assert str(mark["/T"]) == "insek"
    for word in (real.fields[0].label, real.stages[0].label, "Thema", "Zählt, weil", "Regel probe", "„geflüchtete“"):
        assert word in note
    english = str(marks_of(highlighted_pdf(sheet, plan_of(sheet, tmp_path, real), real, "en"))[0]["/Contents"])
    assert real.fields[0].label_en in english


def test_same_source_and_tags_give_the_same_bytes(sheet: bytes, tmp_path: Path, real: Guideline) -> None:
    plan = plan_of(sheet, tmp_path, real)
    assert highlighted_pdf(sheet, plan, real) == highlighted_pdf(sheet, plan, real)


def test_text_without_a_place_gets_a_sign(sheet: bytes, tmp_path: Path, real: Guideline) -> None:
    plan = plan_of(sheet, tmp_path, real)
    passage, decision = next((p, d) for p, d in plan.passages if d.themes)
    boxes = [(0.0, 0.0, 400.0, 500.0), (-9e9, -9e9, 9e9, 9e9), (50.0, 50.0, 50.0, 60.0), (500.0, 10.0, 600.0, 30.0)]
    for box in boxes:
        moved = _moved(plan, passage, decision, (Region(1, box),))
        [mark] = marks_of(highlighted_pdf(sheet, moved, real))
        assert str(mark["/Subtype"]) == "/Text"
        assert "Zählt, weil" in str(mark["/Contents"])


def _moved(plan: PlanResult, passage, decision, regions) -> PlanResult:
    from dataclasses import replace

    return replace(plan, passages=((replace(passage, regions=regions), decision),))


def test_pages_that_are_not_there_are_passed_over(sheet: bytes, tmp_path: Path, real: Guideline) -> None:
    plan = plan_of(sheet, tmp_path, real)
    passage, decision = next((p, d) for p, d in plan.passages if d.themes)
    moved = _moved(plan, passage, decision, (Region(7, (10.0, 10.0, 50.0, 20.0)), Region(1, (60.0, 60.0, 90.0, 70.0))))
    assert len(marks_of(highlighted_pdf(sheet, moved, real))) == 1


BOX = (10, 10, 90, 30)


def loaded(data: bytes) -> bytes:
    """The sheet with everything a PDF can do to its reader."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        script = Dictionary(S=Name.JavaScript, JS=String("app.alert('boo')"))
        launch = Dictionary(S=Name.Launch, F=String("calc.exe"))
        file = pdf.make_indirect(
            Dictionary(Type=Name.Filespec, F=String("x.exe"), EF=Dictionary(F=pdf.make_stream(b"MZ-attached")))
        )
        field = pdf.make_indirect(Dictionary(
            FT=Name.Tx, T=String("feld"), V=String("Wert"), AA=Dictionary(K=script), Type=Name.Annot,
            Subtype=Name.Widget, Rect=Array(BOX), A=launch))  # fmt: skip
        _load_document(pdf, script, launch, file, field)
        _load_page(pdf.pages[0].obj, launch, file, field)
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def _load_document(pdf: pikepdf.Pdf, script: Dictionary, launch: Dictionary, file, field) -> None:
    root = pdf.Root
    root["/OpenAction"] = script
    root["/AA"] = Dictionary(WC=script)
    root["/Names"] = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script])),
                                EmbeddedFiles=Dictionary(Names=Array([String("x"), file])))  # fmt: skip
    root["/AF"] = Array([file])
    root["/Collection"] = Dictionary(View=Name.T)
    root["/AcroForm"] = Dictionary(Fields=Array([field]), XFA=pdf.make_stream(b"<xfa-form/>"), SigFlags=3)
    jump = pdf.make_indirect(Dictionary(S=Name.GoTo, D=Array([pdf.pages[0].obj, Name.Fit]), Next=launch))
    root["/Outlines"] = pdf.make_indirect(Dictionary(Type=Name.Outlines, Count=1))
    item = pdf.make_indirect(Dictionary(Title=String("Ziele"), Parent=root["/Outlines"], A=jump))
    root["/Outlines"]["/First"] = root["/Outlines"]["/Last"] = item


def _load_page(page, launch: Dictionary, file, field) -> None:
    def annotation(subtype: Name, **entries) -> Dictionary:
        return Dictionary(Type=Name.Annot, Subtype=subtype, Rect=Array(BOX), **entries)

    page["/AA"] = Dictionary(O=launch)
    page["/Annots"] = Array([
        annotation(Name.Link, A=Dictionary(S=Name.URI, URI=String("https://tracker.example"))),
        annotation(Name.FileAttachment, FS=file),
        annotation(Name.RichMedia, RichMediaContent=Dictionary(Assets=Dictionary(Names=Array([file])))),
        annotation(Name.Stamp, Contents=String("Eingang 4. Mai"), A=launch),
        field,
        String("keine Anmerkung"),
    ])  # fmt: skip


def plain_text(data: bytes) -> bytes:
    """All objects of a PDF, uncompressed."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        out = io.BytesIO()
        pdf.save(out, qdf=True, static_id=True, compress_streams=False,
                 stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
                 object_stream_mode=pikepdf.ObjectStreamMode.disable)  # fmt: skip
        return out.getvalue()


ACTIVE = (b"boo", b"calc.exe", b"MZ-attached", b"tracker", b"xfa-form", b"/JavaScript", b"/Launch", b"/URI", b"/AA",
          b"/OpenAction", b"/EF", b"/XFA", b"/Collection", b"/SigFlags", b"/RichMedia", b"/FileAttachment")  # fmt: skip


def test_nothing_active_is_left_and_the_rest_is(sheet: bytes, tmp_path: Path, real: Guideline) -> None:
    source = loaded(sheet)
    assert [word for word in ACTIVE if word not in plain_text(source)] == []
    copy = highlighted_pdf(source, plan_of(source, tmp_path, real), real)
    assert [word for word in ACTIVE if word in plain_text(copy)] == []
    with pikepdf.open(io.BytesIO(copy)) as pdf:
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root] == ["Ziele"]
        kinds = [str(a["/Subtype"]) for a in pdf.pages[0].obj["/Annots"]]
        assert str(pdf.pages[0].obj["/Annots"][1]["/V"]) == "Wert"
        assert "Skripte" in str(pdf.pages[0].obj["/Annots"][2]["/Contents"])
    assert kinds == ["/Stamp", "/Widget", "/Text", "/Highlight"]


def test_a_password_is_said_to_be_the_reason(sheet: bytes, tmp_path: Path, real: Guideline) -> None:
    plan = plan_of(sheet, tmp_path, real)
    with pikepdf.open(io.BytesIO(sheet)) as pdf:
        closed, limited = io.BytesIO(), io.BytesIO()
        pdf.save(closed, encryption=pikepdf.Encryption(user="geheim", owner="amt"))
        pdf.save(limited, encryption=pikepdf.Encryption(user="", owner="amt"))
    with pytest.raises(InputError, match="Kennwort"):
        highlighted_pdf(closed.getvalue(), plan, real)
    assert len(marks_of(highlighted_pdf(limited.getvalue(), plan, real))) == 1


def test_damaged_files_are_copied_or_refused_with_a_reason(sheet: bytes, tmp_path: Path, real: Guideline) -> None:
    plan = plan_of(sheet, tmp_path, real)
    chance = random.Random(7)
    copied, refused = 0, []
    for _ in range(60):
        data = bytearray(loaded(sheet))
        for _ in range(chance.choice((1, 5, 40))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        part = bytes(data[: chance.choice((len(data), len(data), len(data) // 2, 30))])
        try:
            copy = highlighted_pdf(part, plan, real)
        except InputError as error:
            refused.append(error.what)
            continue
        copied += 1
        assert copy.startswith(b"%PDF-")
    assert copied > 20
    assert refused
    assert all("auenfurt.pdf" in what for what in refused)


@pytest.mark.parametrize("data", [b"", b"kein PDF", b"%PDF-1.7\n%%EOF\n"])
def test_what_is_no_pdf_is_refused(data: bytes, sheet: bytes, tmp_path: Path, real: Guideline) -> None:
    with pytest.raises(InputError, match="beschädigt"):
        highlighted_pdf(data, plan_of(sheet, tmp_path, real), real)


@pytest.mark.parametrize("entries", [
    {"Annots": 7}, {"MediaBox": ["a", 1]}, {"MediaBox": [0, 0, 0, 0]}, {"Rotate": Name.Quer}, {"CropBox": Dictionary()},
    {"Annots": [1, 2]}, {"Rotate": 45}, {"CropBox": [900, 900, 1200, 1200]},
])  # fmt: skip
def test_odd_pages_are_copied(entries, sheet: bytes, tmp_path: Path, real: Guideline) -> None:
    plan = plan_of(sheet, tmp_path, real)
    with pikepdf.open(io.BytesIO(sheet)) as pdf:
        for key, value in entries.items():
            made = [String(v) if isinstance(v, str) else v for v in value] if isinstance(value, list) else value
            pdf.pages[0].obj[f"/{key}"] = Array(made) if isinstance(made, list) else made
        out = io.BytesIO()
        pdf.save(out)
    assert len(marks_of(highlighted_pdf(out.getvalue(), plan, real))) == 1


def test_hostile_text_in_notes_is_short_and_visible(sheet: bytes, tmp_path: Path, real: Guideline) -> None:
    plan = plan_of(sheet, tmp_path, real)
    passage, decision = next((p, d) for p, d in plan.passages if d.themes)
    from dataclasses import replace

    theme = decision.themes[0]
    words = ("<script>alert(1)</script>", "=1+1", "abc\u202egnp.exe\x07", "W" * 10_000)
    tags = tuple(Tag(passage.id, TagKind.THEME, theme, f"rule:r{i}", words=(w,)) for i, w in enumerate(words))
    hostile = replace(passage, text=f"{'x' * 1_000_000} {passage.text}")
    moved = replace(plan, source="../\u202ex.pdf", passages=((hostile, replace(decision, reasons=tags)),))
    [mark] = marks_of(highlighted_pdf(sheet, moved, real))
    note = str(mark["/Contents"])
    assert len(note) <= 2000
    assert "<script>alert(1)</script>" in note
    assert "[U+202E]" in note
    assert "\u202e" not in note
    assert "\x07" not in note


@pytest.fixture
def done(tmp_path: Path, sheet: bytes, samples: Path) -> tuple[Path, Path]:
    """A run over a PDF on theme, a locked PDF, and a plan as text; the folder of plans and that of the run."""
    plans = tmp_path / "plaene"
    plans.mkdir()
    (plans / "auenfurt.pdf").write_bytes(sheet)
    (plans / "notiz.txt").write_text(f"2 Ziele\n\n{TEXT}\n", "utf-8")
    (plans / "kaputt.pdf").write_bytes(b"%PDF-1.7 abgebrochen")
    screen([plans], tmp_path / "lauf", Project.find(samples), ScreenSettings(mode="rules", ocr="off", jobs=1))
    return plans, tmp_path / "lauf"


def test_copies_of_a_run(done, samples: Path) -> None:
    plans, run = done
    guideline = load_guideline(Project.find(samples).guideline_folder)
    copies = {c.slug: c for c in highlight(run, guideline, [plans], jobs=1)}
    assert copies["auenfurt"].written
    assert not copies["notiz"].written
    assert copies["notiz"].error is None
    assert not copies["kaputt"].written
    first = (run / "auenfurt" / "highlighted.pdf").read_bytes()
    assert len(marks_of(first)) == 1
    highlight(run, guideline, [plans], jobs=2)
    assert (run / "auenfurt" / "highlighted.pdf").read_bytes() == first


def test_a_changed_or_missing_plan_is_named(done, tmp_path: Path, monkeypatch, samples: Path) -> None:
    plans, run = done
    monkeypatch.chdir(Project.find(samples).root)
    (plans / "auenfurt.pdf").write_bytes((plans / "auenfurt.pdf").read_bytes() + b"\n")
    result = CliRunner().invoke(main, ["highlight", str(run), "--plans", str(plans)])
    assert result.exit_code == 3
    assert "Keine Kopie: auenfurt.pdf" in result.stderr
    assert "--plans" in result.stderr
    assert not (run / "auenfurt" / "highlighted.pdf").exists()
    assert CliRunner().invoke(main, ["highlight", str(tmp_path / "nichts")]).exit_code == 66


def test_a_plan_as_text_that_has_gone_is_no_failure(done, samples: Path) -> None:
    plans, run = done
    (plans / "notiz.txt").unlink()
    copies = highlight(run, load_guideline(Project.find(samples).guideline_folder), [plans], jobs=1)
    assert [(c.slug, c.written) for c in copies if c.error is None] == [
        ("auenfurt", True), ("kaputt", False), ("notiz", False)]  # fmt: skip


def test_a_copy_goes_when_its_plan_is_tagged_anew(done, samples: Path) -> None:
    plans, run = done
    project = Project.find(samples)
    highlight(run, load_guideline(project.guideline_folder), [plans], jobs=1)
    screen([plans], run, project, ScreenSettings(mode="rules", ocr="off", jobs=1, lang="en", fresh=True))
    assert not (run / "auenfurt" / "highlighted.pdf").exists()


def test_screening_with_highlights(tmp_path: Path, sheet: bytes, samples: Path, monkeypatch) -> None:
    monkeypatch.chdir(Project.find(samples).root)
    (tmp_path / "auenfurt.pdf").write_bytes(sheet)
    asked = [str(tmp_path / "auenfurt.pdf"), "--out", str(tmp_path / "lauf"), "--rules-only", "--ocr", "off"]
    result = CliRunner().invoke(main, ["screen", *asked, "--highlight", "--workbook"])
    assert result.exit_code == 0, result.output
    assert "1 geschrieben" in result.output
    assert (tmp_path / "lauf" / "auenfurt" / "highlighted.pdf").is_file()
    verified = CliRunner().invoke(main, ["verify", str(tmp_path / "lauf"), str(tmp_path / "auenfurt.pdf")])
    assert verified.exit_code == 0, verified.output
