"""From decisions to coverage: fields x stages with states, scores and evidence, and what follows from them. Pure.

Formula (design notes 0005 and 0010, and in each report). For the passages i on theme in a cell, with calibrated
probability p_i and depth weight w_i, the score of the cell is 1 - prod(1 - w_i p_i), at most `mention_cap` where no
passage has substance. A field scores 100 times the mean of its cells weighted by stage, the index the mean of the
fields weighted by group. What was not found counts 0 for the score, and with the probability that it was missed for
the upper end of the interval; what was not read counts 0 for the score and in full for the upper end: it can only
raise a score, never lower it, and is never called "not found".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from insek.domain import Coverage, Decision, Document, Passage, ThemeCount
from insek.guideline import Guideline
from insek.score.anchoring import anchoring
from insek.score.cells import cell, field_score, index, readable_interval, sort_into_cells
from insek.score.criteria import criteria, structures
from insek.score.doubt import doubts
from insek.score.gaps import gaps
from insek.score.items import Item, counts_for_guideline, items_of
from insek.score.measures import measures
from insek.score.thread import threads

__all__ = ["counts_for_guideline", "score"]


def score(document: Document, tagged: Sequence[tuple[Passage, Decision]], guideline: Guideline) -> Coverage:
    """The coverage of one plan.

    Args:
        document: gives the pages and what could be read of them.
        tagged: all passages with the decision on each, in any order.
        guideline: gives fields, stages and weights.
    """
    items = items_of(tagged, guideline)
    unread = not document.pages or any(not p.state.readable for p in document.pages)
    sorted_in = sort_into_cells(items)
    doubt = doubts(items, sorted_in.keys(), 1.0 - document.readable_share if unread else 0.0, guideline)
    cells = {place: cell(place, sorted_in.get(place, ()), of, guideline) for place, of in doubt.items()}
    row = tuple(cells.values())
    named = measures(items, guideline)
    too_little = document.readable_share < guideline.scoring.min_share_for_index
    known = None if too_little else readable_interval(row, [d.risk for d in doubt.values()], guideline)
    return Coverage(
        document_id=document.id,
        guideline=guideline.name,
        cells=row,
        fields={f: None if too_little else field_score(f, row, guideline) for f in guideline.field_ids},
        index=None if too_little else index(row, guideline),
        index_interval=(known[0], 100.0) if known and unread else known,
        anchoring=None if too_little else anchoring(items, guideline),
        readable_share=round(document.readable_share, 4),
        themes=_theme_counts(items, guideline),
        threads=threads(cells, guideline),
        gaps=gaps(items, row, guideline),
        criteria=criteria(items, named, guideline, unread=unread),
        structures=structures(items, guideline),
        measures=named,
        readable_interval=known,
    )


def _theme_counts(items: Iterable[Item], guideline: Guideline) -> dict[str, ThemeCount]:
    pages: dict[str, list[int]] = {t: [] for t in guideline.theme_ids}
    for item in items:
        for theme in item.decision.themes:
            pages[theme].append(item.passage.pages[0])
    return {t: ThemeCount(len(p), tuple(sorted(set(p)))) for t, p in pages.items()}
