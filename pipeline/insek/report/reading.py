"""How well a plan was read: as JSON and back, and as lines of the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from insek.domain import ReadingQuality
from insek.report.model import PlanResult
from insek.report.texts import Texts


def reading_record(reading: ReadingQuality | None) -> dict[str, Any] | None:
    """The object `document.reading` of `coverage.json`."""
    return None if reading is None else asdict(reading)


def reading_from(record: Mapping[str, Any] | None) -> ReadingQuality | None:
    """What `reading_record` made, read again; KeyError or TypeError where it is something else."""
    if record is None:
        return None
    return ReadingQuality(
        words=int(record["words"]),
        engines={str(name): int(n) for name, n in record["engines"].items()},
        languages={str(code): tuple(pages) for code, pages in record["languages"].items()},
        ocr_confidence=record["ocr_confidence"],
        unsure_pages=tuple(record["unsure_pages"]),
        column_risk=tuple(record["column_risk"]),
        dropped_lines=int(record["dropped_lines"]),
        dropped_samples=tuple(record["dropped_samples"]),
    )


def reading_lines(plan: PlanResult, t: Texts) -> list[tuple[str, str]]:
    """Name and value of what the report says about the reading of a plan; nothing for a file that failed."""
    reading = plan.reading
    if reading is None:
        return []
    engines = ", ".join(
        t("reading_engine", engine=t.get(f"engine_{name}", name), pages=t.count("pages", n))
        for name, n in reading.engines.items()
    )
    lines = [(t("reading_words"), t.whole(reading.words)), (t("reading_engines"), engines)]
    if reading.ocr_confidence is not None:
        lines.append((t("reading_ocr"), t.percent(reading.ocr_confidence)))
    lines += [(t("reading_language", language=t.get(f"language_{code}", code)), t.ranges(pages))
              for code, pages in reading.languages.items()]  # fmt: skip
    if reading.column_risk:
        lines.append((t("reading_columns"), t.ranges(reading.column_risk)))
    if reading.dropped_samples:
        samples = t("reading_sample_joint").join(t("reading_sample", text=s) for s in reading.dropped_samples)
        lines.append((t("reading_dropped"), t("reading_dropped_value", n=reading.dropped_lines, samples=samples)))
    return [(name, value) for name, value in lines if value]


def origin_lines(plan: PlanResult, t: Texts) -> list[tuple[str, str, str]]:
    """Name, value and origin of title, municipality and year, as far as they were found."""
    values = {"title": plan.title, "municipality": plan.municipality, "year": plan.year}
    origins = dict(plan.origins)
    return [(t(f"found_{name}"), str(value), _origin(origins[name], t)) for name, value in values.items()
            if value and name in origins]  # fmt: skip


def _origin(origin: str, t: Texts) -> str:
    kind, _, page = origin.partition(":")
    return t(f"from_{kind}", page=page)
