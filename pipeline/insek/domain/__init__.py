"""Values that travel through the pipeline; standard library only.

Every type is frozen and slotted. Values are validated where they are read from disk or from a user
(`store`, `guideline`, `learn.labels`) and trusted inside.

Conventions: pages are 1-based in file order; boxes are in points with the origin at the top left;
text offsets are half-open; scores lie in 0-1.
"""

from insek.domain.coverage import (
    Anchoring,
    Cell,
    CellState,
    Coverage,
    CriterionResult,
    CriterionState,
    Doubt,
    Evidence,
    Gap,
    Measure,
    RedThread,
    Shortfall,
    Status,
    StructureResult,
    ThemeCount,
)
from insek.domain.pages import (
    BBox,
    Block,
    BlockKind,
    Document,
    Page,
    PageState,
    ReadingQuality,
    RowRole,
    TableRow,
)
from insek.domain.tags import (
    Decision,
    Label,
    Passage,
    Region,
    Tag,
    TagKind,
    content_id,
)

__all__ = [
    "Anchoring",
    "BBox",
    "Block",
    "BlockKind",
    "Cell",
    "CellState",
    "Coverage",
    "CriterionResult",
    "CriterionState",
    "Decision",
    "Document",
    "Doubt",
    "Evidence",
    "Gap",
    "Label",
    "Measure",
    "Page",
    "PageState",
    "Passage",
    "ReadingQuality",
    "RedThread",
    "Region",
    "RowRole",
    "Shortfall",
    "Status",
    "StructureResult",
    "TableRow",
    "Tag",
    "TagKind",
    "ThemeCount",
    "content_id",
]
