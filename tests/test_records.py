"""What is saved of a tagged plan is all that the reports are made from."""

from __future__ import annotations

import json
from pathlib import Path

from insek.records import from_record, passage_record
from insek.run import Engine, analyse, read
from insek.score import score


def test_coverage_of_saved_passages_is_that_of_the_tagged_ones(engine: Engine, samples: Path) -> None:
    reading = read(samples / "hattenbrueck.pdf")
    plan = analyse(reading, "plan", engine)
    lines = [json.loads(json.dumps(passage_record(p, d))) for p, d in plan.passages]
    saved = tuple(from_record(line, plan.sha256) for line in lines)
    assert [d.scores for _, d in saved] == [d.scores for _, d in plan.passages]
    again = score(reading.document, saved, engine.guideline)
    assert [(c.score, c.interval, c.doubt) for c in again.cells] == [
        (c.score, c.interval, c.doubt) for c in plan.coverage.cells
    ]
