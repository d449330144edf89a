"""How well a document could be read, beyond the states of its pages."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from insek.domain import BBox, Block, BlockKind, Page, ReadingQuality

UNSURE = 0.8
"""Mean confidence of OCR below which the text of a page needs a second look; clean print has 0.95."""
OVERLAP = 0.25
"""Share of the text of a page in blocks that lie over each other from which on its order is uncertain: lines of two
columns were taken for one, or text was printed over text. Boxes of honest blocks touch at most at their edges."""
COVERED = 0.3
"""Share of the smaller of two boxes from which on they lie over each other: a descender into the next line is less."""
SEAMS, SEAM_SHARE = 3, 0.3
"""Paragraphs that begin in the middle of a sentence though the one before has ended: this many, and this share."""
SAMPLES = 5
"""Running heads shown as a sample."""

_FLOWING = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)
_ENDED = re.compile(r"[.!?]['\"“”»)\]]*$")
_DIGITS = re.compile(r"\d+")


def reading_quality(pages: Sequence[Page]) -> ReadingQuality:
    """What the pages tell about their reading."""
    languages: dict[str, list[int]] = defaultdict(list)
    for page in pages:
        if page.language:
            languages[page.language].append(page.number)
    scanned = [p.confidence for p in pages if p.confidence is not None]
    lines = [line for p in pages for line in p.dropped]
    return ReadingQuality(
        words=sum(len(b.text.split()) for p in pages for b in p.blocks),
        engines=dict(sorted(Counter(p.engine for p in pages if p.engine).items())),
        languages={code: tuple(numbers) for code, numbers in sorted(languages.items())},
        ocr_confidence=round(sum(scanned) / len(scanned), 4) if scanned else None,
        unsure_pages=tuple(p.number for p in pages if p.confidence is not None and p.confidence < UNSURE),
        column_risk=tuple(p.number for p in pages if order_uncertain(p)),
        dropped_lines=len(lines),
        dropped_samples=_samples(lines),
    )


def _samples(lines: Sequence[str]) -> tuple[str, ...]:
    """The commonest lines with words, numbers aside, each as it stands first."""
    counts: Counter[str] = Counter()
    first: dict[str, str] = {}
    for line in lines:
        key = _DIGITS.sub("#", line)
        counts[key] += 1
        first.setdefault(key, line)
    often = [key for key, n in counts.most_common() if n > 1 and sum(c.isalpha() for c in key) >= 3]
    return tuple(first[key] for key in often[:SAMPLES])


def order_uncertain(page: Page) -> bool:
    """Whether the order of reading of a page looks wrong: text over text, or sentences torn apart."""
    flowing = [b for b in page.blocks if b.kind in _FLOWING]
    return _torn(flowing) or _overlaid(flowing)


def _torn(blocks: Sequence[Block]) -> bool:
    texts = [b.text for b in blocks if len(b.text) > 40]
    seams = sum(b[0].islower() and _ENDED.search(a) is not None for a, b in itertools.pairwise(texts))
    return seams >= SEAMS and seams >= SEAM_SHARE * len(texts)


def _overlaid(blocks: Sequence[Block]) -> bool:
    placed = [(b.bbox, len(b.text)) for b in blocks if b.bbox and len(b.text) > 40]
    if len(placed) > 400:  # a page of scraps: comparing all of them says nothing and takes seconds
        return False
    placed.sort(key=lambda p: p[0][1])
    hit: set[int] = set()
    for i, (box, _) in enumerate(placed):
        for j, (other, _) in enumerate(placed[i + 1 :], i + 1):
            if other[1] >= box[3]:
                break  # this one and all after it begin below
            if _share(box, other) > COVERED:
                hit |= {i, j}
    return sum(placed[i][1] for i in hit) > OVERLAP * sum(length for _, length in placed)


def _share(box: BBox, other: BBox) -> float:
    """Share of the smaller box that the other covers."""
    wide = min(box[2], other[2]) - max(box[0], other[0])
    high = min(box[3], other[3]) - max(box[1], other[1])
    if wide <= 0 or high <= 0:
        return 0.0
    areas = ((b[2] - b[0]) * (b[3] - b[1]) for b in (box, other))
    return wide * high / max(min(areas), 1.0)
