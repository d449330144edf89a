"""Words that OCR read, made into words as a PDF would give them: straight lines, baselines, font sizes, weight.

A scanned page lies a little askew and OCR gives boxes of ink, no fonts. The skew is measured on the lines and turned
back; the words of one line get one baseline and one size, so that the layout code sees what it sees in a PDF.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from insek.extract.drawn import Stroke, as_rules, drawn_lines
from insek.extract.tesseract import Picture, Read
from insek.extract.words import BOLD, BULLETS, PLAIN, Rule, Word

LINE_FLOOR = 0.5
"""Mean confidence below which a line is noise: maps, logos and stamps read as letters stay below 0.4, smudged lines
of text above 0.6. Whole lines are dropped, never single words: a sentence with a doubtful word says more than a
sentence with a hole, and the hole may have been a "nicht"."""
SIGN_FLOOR = 0.8
"""Words without letter or digit are mostly specks and drawn lines; real ones ("–", "€", "|") are read surely."""
SPECK = 0.3
"""Confidence below which a word much lower than its line is a speck."""
MAX_SKEW = 0.09
"""Rise of a line per unit of width beyond which it is no skew of a scanner (five degrees)."""
HIGH, LOW, DEEP = 0.70, 0.47, 0.21
"""Height of capitals and of small letters, and depth of descenders, in font sizes; mean of the fonts in use."""
STRONG = 1.28
"""Strokes thicker than those of the page's text by this factor are bold; measured 1.35-1.6 for bold faces."""
DARK = 128
"""Grey values below are ink."""

_DESCENDING = frozenset("gjpqyçßQJ,;()[]{}§|/\\„‚_@&")
_SMALL = frozenset("acemnorsuvwxz")
_FLAT = frozenset("-–—·•.,:;'’‘“”\"*°=~_")
"""Signs whose box says nothing about the font size."""
_ITEM_MARKS = frozenset("e°©®«»¢*¤+")
"""What bullets are taken for at the beginning of a line."""
_UPRIGHTS = "|[]Il!1ı"
"""What upright lines are taken for."""
_INK = bytes(1 if v < DARK else 0 for v in range(256))


@dataclass(slots=True)
class Scan:
    """What OCR gave for one page: words, what it was not sure of, drawn lines, mean confidence 0-1 of the words."""

    words: list[Word] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    confidence: float = 0.0
    sideways: bool = False
    """Whether most long words stand upright: Tesseract reads these too, but in no order."""
    slope: float = 0.0
    """Rise of the lines per unit of width before they were turned straight."""
    turn: int = 0
    """Degrees by which the picture was turned clockwise to be read; the words lie on the page so turned."""


def scanned_words(reads: Sequence[Read], picture: Picture, width: float) -> Scan:
    """Words in points on a page of this width, noise taken out."""
    lines: dict[tuple[int, int, int], list[Read]] = defaultdict(list)
    for read in reads:
        lines[read.line].append(read)
    long = [r.bottom - r.top > r.right - r.left for r in reads if len(r.text) > 3]
    scan = Scan(sideways=2 * sum(long) > len(long))
    flat, tall = drawn_lines(picture)
    lines = {key: _without_drawn(line, tall, scan.dropped) for key, line in lines.items()}
    kept = [line for found in lines.values() if (line := _sure(found, scan.dropped))]
    if not kept:
        return scan
    scan.slope = slope = _skew(kept)
    strokes = [_stroke(line, picture) for line in kept]
    shapes = [_shape(line, slope, picture) for line in kept]
    usual = _usual_stroke(kept, [s / size for s, (_, size) in zip(strokes, shapes, strict=True)])
    scale = width / picture.width
    for line, stroke, (base, size) in zip(kept, strokes, shapes, strict=True):
        weight = BOLD if stroke / size > STRONG * usual else PLAIN
        scan.words += _placed(line, base, size, weight, slope, picture, scale)
    scan.rules = as_rules(flat, tall, slope, picture, scale)
    scan.confidence = mean_confidence(r for line in kept for r in line)
    return scan


def mean_confidence(reads: Iterable[Read]) -> float:
    """Mean confidence by letters; 0 without words."""
    total = weighed = 0.0
    for read in reads:
        total += len(read.text)
        weighed += len(read.text) * read.confidence
    return weighed / total if total else 0.0


def _without_drawn(line: list[Read], tall: Sequence[Stroke], dropped: list[str]) -> list[Read]:
    """A line without the upright lines of tables that were read as "|", "I" or "[", and without stray specks."""
    line = [_stripped(r, tall) for r in line]
    drawn = [r for r in line if len(r.text) == 1 and r.text in _UPRIGHTS and any(_covers(s, r) for s in tall)]
    height = max(r.bottom - r.top for r in line)
    specks = [r for r in line if r.confidence < SPECK and r.bottom - r.top < 0.3 * height]
    if not (drawn or specks):
        return line
    dropped.extend(r.text for r in line if r in drawn or r in specks)
    return [r for r in line if r not in drawn and r not in specks]


def _stripped(read: Read, tall: Sequence[Stroke]) -> Read:
    """A word without the upright line beside it that was read as its last or first letter: "So-|"."""
    text = read.text.strip("|")
    if text in ("", read.text):
        return read
    near = read.bottom - read.top
    wide = read._replace(left=read.left - near, right=read.right + near)
    return read._replace(text=text) if any(_covers(s, wide) for s in tall) else read


def _covers(stroke: Stroke, read: Read) -> bool:
    """Whether the line runs through the word; the box may reach beyond the ends of the line."""
    if stroke.first > read.right + 2 or stroke.last < read.left - 2:
        return False
    shared = min(stroke.end, read.bottom) - max(stroke.start, read.top)
    return shared >= 0.6 * (read.bottom - read.top)


def _sure(line: list[Read], dropped: list[str]) -> list[Read]:
    """The words of a line worth keeping; the others go to `dropped`."""
    signs = [r for r in line if not any(c.isalnum() for c in r.text) and r.text not in BULLETS]
    specks = [r for r in signs if r.confidence < SIGN_FLOOR or (len(signs) == len(line) and r.text not in "-–—")]
    words = [r for r in line if r not in specks]
    if words and mean_confidence(words) < LINE_FLOOR:
        specks, words = line, []
    if specks:
        dropped.append(" ".join(r.text for r in specks))
    return words


def _sits(read: Read) -> bool:
    """Whether the lower edge of a word's box is its baseline."""
    return not _DESCENDING.intersection(read.text) and any(c.isalnum() for c in read.text)


def _skew(lines: Sequence[Sequence[Read]]) -> float:
    """Rise of the lines per unit of width, downwards positive: the median over all long lines."""
    slopes: list[tuple[float, float]] = []
    for line in lines:
        points = [((r.left + r.right) / 2, float(r.bottom)) for r in line if _sits(r)]
        if len(points) >= 4:
            slopes.append((_slope(points), line[-1].right - line[0].left))
    if not slopes:
        return 0.0
    found = _weighted_median(slopes)
    return found if abs(found) <= MAX_SKEW else 0.0


def _slope(points: Sequence[tuple[float, float]]) -> float:
    """Slope of the straight line through the points (Theil-Sen: the median over pairs is not led by outliers)."""
    pairs = [(y1 - y0) / (x1 - x0) for i, (x0, y0) in enumerate(points) for x1, y1 in points[i + 1 :] if x1 - x0 > 20]
    return median(pairs) if pairs else 0.0


def _weighted_median(values: Sequence[tuple[float, float]]) -> float:
    """The value in the middle of the weights; pairs of value and weight."""
    ordered = sorted(values)
    half, seen = sum(w for _, w in ordered) / 2, 0.0
    for value, weight in ordered:
        seen += weight
        if seen >= half:
            return value
    return ordered[-1][0]


def _turned(read: Read, slope: float, picture: Picture) -> tuple[float, float, float, float]:
    """Box of a word (left, top, right, bottom in pixels) once the page is turned straight about its middle."""
    dx, dy = (read.left + read.right) / 2 - picture.width / 2, (read.top + read.bottom) / 2 - picture.height / 2
    right, up = slope * dy, slope * dx
    return read.left + right, read.top - up, read.right + right, read.bottom - up


def _shape(line: Sequence[Read], slope: float, picture: Picture) -> tuple[float, float]:
    """Baseline and font size of a line in pixels."""
    boxes = [(r, _turned(r, slope, picture)) for r in line]
    sitting = [box[3] for r, box in boxes if _sits(r)]
    words = [(r.text, box) for r, box in boxes if not _FLAT.issuperset(r.text)] or [(r.text, b) for r, b in boxes]
    if not sitting:  # words with descenders only: their boxes reach below the baseline
        sitting = [b[3] - DEEP / (HIGH + DEEP) * (b[3] - b[1]) for _, b in words]
    base = median(sitting)
    high = [(base - box[1]) / HIGH for text, box in words if not _SMALL.issuperset(text.strip(".,;:-"))]
    sizes = high or [(base - box[1]) / LOW for _, box in words]
    return base, max(median(sizes), 4.0)


def _stroke(line: Sequence[Read], picture: Picture) -> float:
    """Mean width of the strokes of a line in pixels: ink divided by the number of its runs in all rows."""
    ink = runs = 0
    for read in line:
        for y in range(read.top, min(read.bottom, picture.height)):
            start = y * picture.width
            row = b"\0" + picture.grey[start + read.left : start + read.right].translate(_INK)
            ink += row.count(1)
            runs += row.count(b"\0\1")
    return ink / runs if runs else 0.0


def _usual_stroke(lines: Sequence[Sequence[Read]], strokes: Sequence[float]) -> float:
    """Stroke width in font sizes that most letters of the page have."""
    weights = (float(sum(len(r.text) for r in line)) for line in lines)
    return _weighted_median(list(zip(strokes, weights, strict=True))) or 1.0


def _placed(
    line: Sequence[Read], base: float, size: float, weight: int, slope: float, picture: Picture, scale: float
) -> Iterable[Word]:
    for i, read in enumerate(line):
        left, _, right, _ = _turned(read, slope, picture)
        text = read.text
        if i == 0 and text in _ITEM_MARKS and len(line) > 1:
            text = "•"
        elif i == len(line) - 1 and len(text) > 1 and text[-1] in "¬—–" and text[-2].isalpha():
            text = text[:-1] + "-"  # a hyphen at the end of a line
        yield Word(text, left * scale, right * scale, base * scale, size * scale, weight)
