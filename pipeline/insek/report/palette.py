"""Colours of the outputs that know no style sheets; the same as in `templates/_style.css.j2`.

Themes follow the palette of Okabe and Ito (2008), darkened for text: they stay apart for colour-blind readers.
"""

from __future__ import annotations

from insek.domain import CellState, CriterionState, Status

THEME_COLOURS = ("#0072b2", "#c04e00", "#00795a", "#7b3f98")
"""By the place of the theme in the guideline; further themes begin again."""
STATE_FILLS = {
    CellState.EVIDENCED: "B9D2EA",
    CellState.MENTIONED: "E3EDF7",
    CellState.NOT_FOUND: "FFFFFF",
    CellState.NOT_READABLE: "FFF4E0",
}
"""Fill of a cell, RRGGBB; the state also stands there as a sign and a word."""
STATE_SIGNS = {
    CellState.EVIDENCED: "●",
    CellState.MENTIONED: "○",
    CellState.NOT_FOUND: "–",
    CellState.NOT_READABLE: "▨",
}
"""The shapes of the reports as characters."""
CRITERION_AS = {
    CriterionState.MET: CellState.EVIDENCED,
    CriterionState.HINTED: CellState.MENTIONED,
    CriterionState.NOT_FOUND: CellState.NOT_FOUND,
    CriterionState.NOT_READABLE: CellState.NOT_READABLE,
}
"""Criteria look like the cells that they are akin to."""
STATUS_AS = {
    Status.OK: CellState.EVIDENCED,
    Status.PARTIAL: CellState.MENTIONED,
    Status.UNREADABLE: CellState.NOT_READABLE,
    Status.FAILED: CellState.NOT_READABLE,
}
"""Files look like their cells."""
