"""Pages as layout programs, slides and old word processors make them: order, blocks, headings, what is set aside."""

from __future__ import annotations

import random
from pathlib import Path

import pypdf
import pytest
from pypdf.generic import ContentStream, NameObject

from insek.domain import Block, BlockKind, Document
from insek.extract import ExtractSettings, read_document
from insek.extract.drawing import only_labels
from insek.extract.words import Word

from .conftest import PROSE, Setter, prose

NO_OCR = ExtractSettings(ocr="off")


def blocks(document: Document, *kinds: BlockKind) -> list[Block]:
    return [b for p in document.pages for b in p.blocks if not kinds or b.kind in kinds]


def texts(document: Document, *kinds: BlockKind) -> list[str]:
    return [b.text for b in blocks(document, *kinds)]


def flat(document: Document) -> str:
    return " ".join(texts(document))


def shuffled(plan: Path, target: Path, seed: int) -> Path:
    """The same pages with the pieces of their content streams in random order."""
    writer = pypdf.PdfWriter(clone_from=plan)
    for page in writer.pages:
        stream = ContentStream(page.get_contents(), writer)
        pieces: list[list[tuple[object, bytes]]] = [[]]
        for operation in stream.operations:
            pieces[-1].append(operation)
            if operation[1] == b"EMC":
                pieces.append([])
        random.Random(seed).shuffle(pieces)
        stream.operations = [operation for piece in pieces for operation in piece]
        page[NameObject("/Contents")] = writer._add_object(stream)
    writer.write(target)
    return target


@pytest.mark.parametrize("columns", [2, 3])
def test_the_order_of_the_content_stream_does_not_matter(set_plan: Setter, tmp_path: Path, columns: int) -> None:
    plan = set_plan("= Ausgangslage der Stadt\n" + prose(0, 40), page=f'paper: "a4", columns: {columns}')
    straight = read_document(plan)
    mixed = read_document(shuffled(plan, tmp_path / "mixed.pdf", seed=columns))
    assert [b.text for b in blocks(mixed)] == [b.text for b in blocks(straight)]
    assert flat(mixed).count(PROSE[0]) == 5


def test_four_columns_on_a_wide_sheet(set_plan: Setter) -> None:
    document = read_document(set_plan(prose(0, 60), page='paper: "a3", flipped: true, columns: 4'))
    assert [flat(document).count(s) for s in PROSE] == [8, 8, 8, 8, 7, 7, 7, 7]


def test_short_ragged_lines_are_columns_not_cells(set_plan: Setter) -> None:
    body = "\n\n".join(" ".join(PROSE[(3 * i + j) % 8] for j in range(1 + i % 3)) for i in range(24))
    ragged = "#set par(justify: false)\n#set text(hyphenate: false)"
    document = read_document(set_plan(body, page='paper: "a4", columns: 4', head=ragged))
    assert not blocks(document, BlockKind.TABLE_ROW)
    assert all(sentence in flat(document) for sentence in PROSE)


def test_a_watermark_is_set_aside(set_plan: Setter) -> None:
    mark = "background: rotate(-45deg, text(80pt, fill: luma(200))[ENTWURF])"
    document = read_document(set_plan(prose(0, 40), page=f'paper: "a4", columns: 2, {mark}'))
    assert flat(document).count(PROSE[0]) == 5
    assert "ENTWURF" not in flat(document)
    assert all("ENTWURF" in page.dropped for page in document.pages)


def test_a_title_along_the_edge_is_a_running_line(set_plan: Setter) -> None:
    edge = "background: place(left + horizon, dx: 8mm, rotate(-90deg, reflow: true)[Leitbild Lindental 2035])"
    document = read_document(set_plan(prose(0, 40), page=f'paper: "a4", columns: 2, {edge}'))
    assert "Leitbild" not in flat(document)
    assert "Leitbild Lindental 2035" in document.pages[1].dropped


def test_a_sidebar_is_read_after_the_text(set_plan: Setter) -> None:
    note = "Lindental hat zwölftausend Einwohnerinnen und Einwohner. Jeder fünfte Mensch ist zugewandert."
    side = f"rect(fill: luma(230), inset: 8pt)[#set text(8pt)\n*Zahlen und Fakten* \\ {note}]"
    body = f"#grid(columns: (1fr, 5cm), column-gutter: 7mm, [{prose(0, 8)}], {side})"
    found = texts(read_document(set_plan(body)))
    assert found[:8] == PROSE
    assert found[-1].endswith(note)


def test_words_beside_a_picture_stay_together(set_plan: Setter) -> None:
    caption = "Abb. 3: Das Bürgerhaus am Markt wird seit dem Umbau von zwölf Vereinen genutzt."
    picture = "rect(width: 7cm, height: 5cm, fill: luma(200))"
    body = f"#grid(columns: (7cm, 1fr), column-gutter: 5mm, {picture}, [#set text(8pt)\n{caption}])"
    document = read_document(set_plan(prose(0, 4) + f"\n\n{body}\n\n" + prose(4, 4)))
    assert texts(document) == [*PROSE[:4], caption, *PROSE[4:]]
    assert texts(document, BlockKind.CAPTION) == [caption]


def test_a_column_beside_pictures_keeps_its_paragraphs(set_plan: Setter) -> None:
    names = "#v(9cm)\n#set par(justify: false)\n*Anna Beispiel* \\ Vorsitzende des Beirats"
    body = f"#grid(columns: (5.5cm, 1fr), column-gutter: 9mm, [{prose(0, 4)}], [{names}])"
    found = texts(read_document(set_plan(body)))
    assert found[:4] == PROSE[:4]
    assert " ".join(found[4:]) == "Anna Beispiel Vorsitzende des Beirats"


def test_large_type_does_not_swallow_the_lines_beside_it(set_plan: Setter) -> None:
    poster = "#place(top + left, dx: 11cm, dy: {}pt)[#text(size: 72pt)[MIT]]"
    for shift in range(0, 36, 6):
        body = poster.format(shift) + f"\n#block(width: 9cm)[{prose(0, 4)}]"
        text = flat(read_document(set_plan(body))).replace("MIT ", "")
        assert all(sentence in text for sentence in PROSE[:4]), shift


@pytest.mark.parametrize("engine", ["pdfium", "pdfplumber"])
@pytest.mark.parametrize("shift", [0.2, 0.35, 0.8])
def test_type_printed_twice_to_look_bold_is_read_once(set_plan: Setter, shift: float, engine: str) -> None:
    twice = f"#let twice(t) = box[#t#place(top + left, dx: {shift}pt)[#t]]\n"
    body = f"#twice[Leitziel Nachbarschaft]\n\n{prose(0, 4)}\n\n#twice[Ziel Beteiligung]\n\n{prose(4, 4)}"
    assert texts(read_document(set_plan(twice + body), ExtractSettings(engine=engine))) == [
        "Leitziel Nachbarschaft", *PROSE[:4], "Ziel Beteiligung", *PROSE[4:]
    ]  # fmt: skip


def test_wide_letter_spacing_gives_words(set_plan: Setter) -> None:
    body = "#text(tracking: 0.45em, size: 14pt)[*MASSNAHMEN UND ZIELE*]\n\n" + prose(0, 4)
    assert texts(read_document(set_plan(body)), BlockKind.HEADING) == ["MASSNAHMEN UND ZIELE"]


def test_emphasis_and_dashes_at_line_ends_part_no_paragraph(set_plan: Setter) -> None:
    sentence = (
        "Der Rat will _Treffpunkte und Sprachangebote in allen Ortsteilen_ dauerhaft sichern – auch wenn die "
        "Förderung endet – und bittet die Verwaltung um *jährlichen Bericht* an den Beirat."
    )
    plain = sentence.replace("_", "").replace("*", "")
    for width in range(50, 120, 5):
        assert texts(read_document(set_plan(f"#block(width: {width}mm)[{sentence}]"))) == [plain], width


def test_footnotes_of_columns_follow_the_text(set_plan: Setter) -> None:
    notes = ["Bericht des Sozialamts", "Satzung des Beirats", "Umfrage im Frühjahr", "Haushalt der Stadt"]
    body = "\n\n".join(f"{p}#footnote[{notes[i]}, Band {i + 3}.]" for i, p in enumerate(PROSE[:4]))
    document = read_document(set_plan(body + "\n\n" + prose(4, 14), page='paper: "a4", columns: 2'))
    found = texts(document, BlockKind.FOOTNOTE)
    assert [note for note in notes if any(note in text for text in found)] == notes


def test_the_text_of_slides_is_no_heading(set_plan: Setter) -> None:
    slides = [
        f"= Ausgangslage\n- {PROSE[0]}\n- Zuzug aus vierzig Ländern\n- Fehlende Treffpunkte",
        "= Ablauf\n1. Einführung in das Thema\n2. Arbeit an Tischen\n3. Ausblick",
        f"= Quellen\n#text(size: 9pt)[{prose(0, 8)}]",
    ]
    page = 'paper: "presentation-16-9", margin: 1.5cm'
    look = "#set text(size: 22pt)\n#show heading: set text(32pt)"
    document = read_document(set_plan("\n#pagebreak()\n".join(slides), page=page, head=look), NO_OCR)
    assert texts(document, BlockKind.HEADING)[:2] == ["Ausgangslage", "Ablauf"]
    assert len(texts(document, BlockKind.LIST_ITEM)) == 6


def test_smaller_numbered_type_stands_below_larger(set_plan: Setter) -> None:
    chapter = "#text(size: 18pt)[*{}. Abschnitt*]\n\n#text(size: 14pt)[*{}*]\n\n"
    section = "*{}. Begriff und Ziel*\n\n{}\n\n*{}.1 Grundlagen*\n\n{}\n\n"
    body = "".join(
        chapter.format(n, title) + section.format(1, PROSE[n], 1, PROSE[n + 1]) + section.format(2, PROSE[n + 2], 2, "")
        for n, title in ((1, "Die Stadt"), (2, "Der Beirat"), (3, "Die Vereine"))
    )
    levels = {b.text: b.level for b in blocks(read_document(set_plan(body)), BlockKind.HEADING)}
    assert levels["1. Abschnitt"] == 1
    assert levels["Die Stadt"] == 2
    assert levels["1. Begriff und Ziel"] == 3
    assert levels["2.1 Grundlagen"] == 4


def test_slogans_are_headings_but_items_and_loose_brackets_are_not(set_plan: Setter) -> None:
    body = f"*4. Gesundheit für alle!*\n\n{PROSE[0]}\n\n*siehe oben)*\n\n{PROSE[1]}\n\n#text(14pt)[• Mehr Treffpunkte]"
    assert texts(read_document(set_plan(body)), BlockKind.HEADING) == ["4. Gesundheit für alle!"]


ENTRIES = [
    ("1", "Anlass und Auftrag", 2), ("1.1", "Zuwanderung in Lindental", 3), ("1.2", "Beteiligung der Vereine", 4),
    ("2", "Handlungsfelder", 6), ("2.1", "Sprache und Bildung", 8), ("2.2", "Wohnen", 9), ("3", "Umsetzung", 11),
]  # fmt: skip


def test_contents_set_as_a_table_are_apparatus(set_plan: Setter) -> None:
    rows = "\n".join(
        f"#grid(columns: (1cm, 1fr, 1cm), [{n}], [{title}], align(right)[{page}])" for n, title, page in ENTRIES
    )
    document = read_document(
        set_plan(f"*Inhalt*\n#v(1em)\n{rows}\n#pagebreak()\n= 1 Anlass und Auftrag\n{prose(0, 8)}")
    )
    assert {b.kind for b in document.pages[0].blocks} == {BlockKind.APPARATUS}
    assert BlockKind.APPARATUS not in {b.kind for b in document.pages[1].blocks}


def test_contents_with_subtitles_are_apparatus(set_plan: Setter) -> None:
    rows = "\n\n".join(f"{n} {title} {page}\n\n_Womit sich die Stadt befasst_" for n, title, page in ENTRIES[:-1])
    body = f"= Inhaltsverzeichnis#super[1]\n{rows}\n\n3 Umsetzung 11\n#pagebreak()\n{prose(0, 8)}"
    document = read_document(set_plan(body))
    assert {b.kind for b in document.pages[0].blocks} == {BlockKind.APPARATUS}
    assert texts(document, BlockKind.PARAGRAPH) == PROSE


@pytest.mark.parametrize(
    "title",
    ["Literatur- und Quellenangaben", "Weiterführende Literatur", "Sachregister", "Verzeichnis der Abbildungen"],
)
def test_lists_have_many_names(set_plan: Setter, title: str) -> None:
    body = f"= Ausgangslage\n{prose(0, 4)}\n= 8.1 {title}\nKern, Sven: Integration in kleinen Städten. Lindental 2020."
    document = read_document(set_plan(body))
    assert any("Kern" in text for text in texts(document, BlockKind.APPARATUS))
    assert texts(document, BlockKind.PARAGRAPH) == PROSE[:4]


def placed(lines: list[str]) -> list[Word]:
    """Words in lines of their own, set 10 points high; two spaces leave a wide gap."""
    out = []
    for i, line in enumerate(lines):
        x = 50.0
        for text in line.split(" "):
            out += [Word(text, x, x + 5 * len(text), 60.0 + 14 * i, 10.0)] if text else []
            x += 5 * len(text) + (2.5 if text else 30)
    return out


def test_lettering_of_drawings_is_told_from_text() -> None:
    labels = ["Foyer  |  12 m  w", "wc  ı  Treppe  =", "{n  Büro  A  ii", "Lager  e  35 m?  h", "Hof  N  u  Saal"] * 2
    assert only_labels(placed(labels))
    figures = [f"Nord  {i}.200  {i + 3},5 %  2030" for i in range(20)]
    assert not only_labels(placed(figures))
    assert not only_labels(placed(PROSE * 4))
    assert not only_labels(placed(["Rathaus", "Markt 1", "Lindental"]))
    legend = [f"{i}  Neuer Treffpunkt im Stadtteil wird eröffnet" for i in range(20)]
    assert not only_labels(placed(labels + legend))
