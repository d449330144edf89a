"""Highlights on the pages of a PDF, with appearance streams: PDFium and browsers draw nothing without."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from insek.domain import BBox
from insek.report.annotate.frame import Frame, frame_of
from insek.report.annotate.notes import Note
from insek.report.palette import THEME_COLOURS

if TYPE_CHECKING:
    from pikepdf import Object, Page, Pdf

_PALE = 0.28
"""How much of a theme colour the fill has: black text on it keeps a contrast above 10 : 1."""
_MARGIN, _BAR = 1.0, 2.0
"""Points that a highlight reaches beyond its text, and the width of the bar at its left edge."""
_WHOLE = 0.85
"""A box over so much of the page is no place (writing along the edge has none): it gets a note instead."""
_ICON = 18.0
"""Side of the sign of a note, in points."""
_PRINTED = 4
"""Flag of an annotation that is printed, too."""
Colour = tuple[float, float, float]


def add_marks(pdf: Pdf, notes: Sequence[Note], about: str) -> None:
    """Put a highlight, or a note, for each note on its page; `about` is a note on the first page.

    Pages that the PDF does not have any more are passed over.
    """
    pages = list(pdf.pages)
    frames: dict[int, Frame] = {}
    if pages:
        _sign(pdf, pages[0], frame_of(pages[0]), 0, "insek-copy", about, _rgb(THEME_COLOURS[0]))
    signs: dict[int, int] = {1: 1}
    for note in notes:
        if note.page > len(pages):
            continue
        page = pages[note.page - 1]
        frame = frames.setdefault(note.page, frame_of(page))
        colour = _rgb(THEME_COLOURS[note.theme % len(THEME_COLOURS)])
        boxes = [box for box in note.boxes if _is_place(box, frame)]
        if boxes:
            _highlight(pdf, page, frame, note, boxes, colour)
        else:
            place = signs.setdefault(note.page, 0)
            signs[note.page] += 1
            _sign(pdf, page, frame, place, note.id, note.text, colour)


def _rgb(colour: str) -> Colour:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _is_place(box: BBox, frame: Frame) -> bool:
    width, height = min(box[2], frame.width) - max(box[0], 0), min(box[3], frame.height) - max(box[1], 0)
    return width > 0 and height > 0 and width * height < _WHOLE * frame.width * frame.height


def _highlight(pdf: Pdf, page: Page, frame: Frame, note: Note, boxes: Iterable[BBox], colour: Colour) -> None:
    wide = [(x0 - _MARGIN, y0 - _MARGIN, x1 + _MARGIN, y1 + _MARGIN) for x0, y0, x1, y1 in boxes]
    pale = tuple(1 - (1 - c) * _PALE for c in colour)
    bars = [(x0 - _BAR, y0, x0, y1) for x0, y0, _, y1 in wide]
    areas = [frame.box(box) for box in wide]
    edges = [frame.box(box) for box in bars]
    drawn = [f"{_numbers(pale)} rg", *(f"{_rectangle(a)} re f" for a in areas),
             f"{_numbers(colour)} rg", *(f"{_rectangle(a)} re f" for a in edges)]  # fmt: skip
    corners = [v for a in areas for v in (a[0], a[3], a[2], a[3], a[0], a[1], a[2], a[1])]
    entries = {"/QuadPoints": _rounded(corners), "/C": _rounded(pale)}
    _annotate(pdf, page, "/Highlight", _around([*areas, *edges]), note.id, note.text, drawn, entries)


def _sign(pdf: Pdf, page: Page, frame: Frame, place: int, name: str, text: str, colour: Colour) -> None:
    """A note without a place in the text, in a row along the upper edge: `place` counts from the left, from 0."""
    from pikepdf import Name

    left = 6 + place * (_ICON + 4)
    box = frame.box((left, 6, left + _ICON, 6 + _ICON))
    x0, y0, x1, y1 = box
    stem, middle = (x1 - x0) / 9, (x0 + x1) / 2
    drawn = [
        f"{_numbers(colour)} rg {_rectangle(box)} re f 1 g",
        f"{_rectangle((x0 + 3, y0 + 3, x1 - 3, y1 - 3))} re f {_numbers(colour)} rg",
        f"{_rectangle((middle - stem, y0 + 5, middle + stem, y1 - 5))} re f",
    ]
    _annotate(pdf, page, "/Text", box, name, text, drawn, {"/C": _rounded(colour), "/Name": Name.Note})


def _annotate(pdf: Pdf, page: Page, subtype: str, box: BBox, name: str, text: str, drawn: Sequence[str],
              entries: dict[str, Any]) -> None:  # fmt: skip
    from pikepdf import Array, Dictionary, Name, String

    arrays = {key: Array(value) if isinstance(value, list) else value for key, value in entries.items()}
    annotation = Dictionary(
        Type=Name.Annot,
        Subtype=Name(subtype),
        Rect=Array(_rounded(box)),
        Contents=String(text),
        T=String("insek"),
        NM=String(name),
        F=_PRINTED,
        P=page.obj,
        AP=Dictionary(N=_appearance(pdf, box, drawn, "/Multiply" if subtype == "/Highlight" else "/Normal")),
    )
    for key, value in arrays.items():
        annotation[key] = value
    if not isinstance(page.obj.get("/Annots"), Array):
        page.obj["/Annots"] = Array()
    page.obj["/Annots"].append(pdf.make_indirect(annotation))


def _appearance(pdf: Pdf, box: BBox, drawn: Sequence[str], blend: str) -> Object:
    """A form in the coordinates of the page; multiplied onto it, it leaves the text black."""
    from pikepdf import Array, Dictionary, Name, Stream

    return pdf.make_indirect(
        Stream(
            pdf,
            "\n".join(["/M gs", *drawn]).encode("ascii"),
            Type=Name.XObject,
            Subtype=Name.Form,
            BBox=Array(_rounded(box)),
            Group=Dictionary(S=Name.Transparency),
            Resources=Dictionary(ExtGState=Dictionary(M=Dictionary(Type=Name.ExtGState, BM=Name(blend)))),
        )
    )


def _around(boxes: Sequence[BBox]) -> BBox:
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def _rounded(values: Iterable[float]) -> list[float]:
    return [round(v, 2) for v in values]


def _numbers(values: Iterable[float]) -> str:
    return " ".join(f"{v:.3f}" for v in values)


def _rectangle(box: BBox) -> str:
    return _numbers((box[0], box[1], box[2] - box[0], box[3] - box[1]))
