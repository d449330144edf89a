"""What tests of whole runs share: a plan to write, and the bytes of a run that must not change."""

from __future__ import annotations

import json
from pathlib import Path

TEXT = """2 Ziele

Die Stadt fördert die Teilhabe von Geflüchteten am Vereinsleben und richtet {n} Sprachcafés ein.

3 Maßnahmen

Das Integrationsbüro lädt zugewanderte Familien zu {n} Gesprächsrunden im Stadtteilhaus ein.
"""


def result_bytes(out: Path) -> dict[str, bytes]:
    """All results of a run, but for the times in `run.json`."""
    found = {p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()}
    record = json.loads(found.pop("run.json"))
    record.pop("seconds")
    return {**found, "run.json": json.dumps(record).encode()}
