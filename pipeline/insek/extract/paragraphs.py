"""Lines to blocks: where one paragraph, list item or heading ends and the next begins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from insek.domain import BBox, TableRow
from insek.extract.cells import GridRow
from insek.extract.hyphens import HYPHENS, join_all
from insek.extract.lines import Line, usual_step
from insek.extract.vocabulary import Vocabulary
from insek.extract.words import BOLD, BULLETS

GAP = 1.3
"""A baseline step this many times the usual one parts paragraphs; half a line of space is the least in use."""
ITEM = re.compile(rf"(?:[{BULLETS}]\s*|[–—*»>-]\s+|\(?\d{{1,2}}[.)]\s+(?!\w+\s*\d{{4}}\b)|\(?[a-z]\)\s+)(?=\S)")
_LEADER = re.compile(r"(?:\.\s?){4,}|…{2,}|_{4,}")
ENDS = re.compile(r"[.!?:;…]['\"“”»)\]]*$")


_DASHES = "–—-"
_NUMBER = re.compile(r"\(?(\d{1,2})[.)]\s")
JUSTIFIED = 3
"""Lines that end at the same place one after the other show where the text ends."""


def has_leader(text: str) -> bool:
    """Whether a text holds the dot leaders of a contents list; the plain tests first because nearly none does."""
    return (".." in text or ". ." in text or "…" in text or "__" in text) and _LEADER.search(text) is not None


@dataclass(slots=True)
class Chunk:
    """Lines that form one block, joined."""

    text: str
    bbox: BBox
    size: float
    weight: int
    lines: int
    cells: int = 0
    item: bool = False
    row: GridRow | None = None
    meaning: TableRow | None = None


def chunks(lines: Sequence[Line], known: Vocabulary) -> list[Chunk]:
    """Group the lines of a region into blocks."""
    if not lines:
        return []
    step, left = usual_step(lines), _edge([ln.x0 for ln in lines])
    rights = _right_edges(lines)
    dashes = sum(line.text[0] in _DASHES for line in lines)
    groups: list[list[Line]] = [[lines[0]]]
    for before, line, right in zip(lines, lines[1:], rights, strict=False):
        if _parts(before, line, groups[-1], step, left, right, dashes > 1):
            groups.append([line])
        else:
            groups[-1].append(line)
    return [_chunk(group, known) for group in groups]


def _edge(values: list[float]) -> float:
    """The left edge most lines keep to."""
    ordered = sorted(values)
    return ordered[len(ordered) // 4]


def _right_edges(lines: Sequence[Line]) -> list[float]:
    """Right edge of the text at each line: that of the region, or where justified lines end beside a picture."""
    furthest = max(ln.x1 for ln in lines)
    ends = [ln.x1 for ln in lines]
    out = []
    for i, end in enumerate(ends):
        near = ends[max(0, i - JUSTIFIED + 1) : i + JUSTIFIED]
        out.append(end if sum(abs(other - end) <= 1 for other in near) >= JUSTIFIED else furthest)
    return out


def _parts(before: Line, line: Line, group: list[Line], step: float, left: float, right: float, dashed: bool) -> bool:
    """Whether a new block begins with `line`; `dashed` where several lines of the region begin with a dash."""
    if before.cells or line.cells or has_leader(before.text):
        return True
    if abs(line.size - before.size) > 0.08 * before.size or _weight_changes(before, line, group, right):
        return True
    if line.base - before.base > GAP * step * line.size:
        return True
    if ITEM.match(line.text) and not (before.text[-1] in HYPHENS or _reads_on(before, line, group, right, dashed)):
        return True
    if before.text[-1] in HYPHENS:
        return False
    return _forced_break(before, line, right) or _indented(before, line, group, left)


def _reads_on(before: Line, line: Line, group: list[Line], right: float, dashed: bool) -> bool:
    """A number or dash that only came to stand at the beginning of a line ("am / 3. Mai", "so / – wie hier – auch")."""
    shift = abs(line.x0 - before.x0)
    if ENDS.search(before.text) or shift >= 0.6 * line.size:
        return False
    if line.text[0] in _DASHES and not dashed and line.text[2:3].islower():
        return True
    full = right - before.x1 < line.first_word + 3 * line.size
    if shift >= 2 or not full or _next_number(group[0], line):
        return False
    return line.text[0].isdigit() or (line.text[0] in _DASHES and not ITEM.match(group[0].text))


def _next_number(first: Line, line: Line) -> bool:
    """Whether a line begins with the number after the one that its block begins with: the next item of a list."""
    before, after = _NUMBER.match(first.text), _NUMBER.match(line.text)
    return before is not None and after is not None and int(after[1]) == int(before[1]) + 1


def _weight_changes(before: Line, line: Line, group: list[Line], right: float) -> bool:
    if before.weight == line.weight or line.text[0].islower():
        return False
    if BOLD not in (before.weight, line.weight) or ITEM.match(group[0].text):
        full = right - before.x1 < line.first_word + line.size
        if full and not ENDS.search(before.text):
            return False  # emphasis that ends with the line
    return all(ln.weight == before.weight for ln in group)


def _forced_break(before: Line, line: Line, right: float) -> bool:
    """The first word of `line` would have fitted on the line before: someone ended the line on purpose."""
    room = right - before.x1
    if room < line.first_word + 2 * line.size:
        return False
    share = room / max(right - min(before.x0, line.x0), 1.0)
    return share > (0.08 if ENDS.search(before.text) and not line.text[0].islower() else 0.22)


def _indented(before: Line, line: Line, group: list[Line], left: float) -> bool:
    if line.x0 - before.x0 < 0.8 * line.size or (len(group) == 1 and ITEM.match(before.text)):
        return False
    return before.x0 - left < 0.5 * line.size and bool(ENDS.search(before.text)) and not line.text[0].islower()


def _chunk(group: list[Line], known: Vocabulary) -> Chunk:
    text = join_all([ln.text for ln in group], known)
    bbox = (
        min(ln.x0 for ln in group),
        min(ln.top for ln in group),
        max(ln.x1 for ln in group),
        max(ln.bottom for ln in group),
    )
    weight = min(ln.weight for ln in group)
    size = max(group, key=lambda ln: len(ln.text)).size
    return Chunk(text, bbox, size, weight, len(group), group[0].cells, ITEM.match(text) is not None, group[0].row)
