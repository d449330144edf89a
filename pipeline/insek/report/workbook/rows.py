"""Rows of the sheets from the `coverage.json` of one plan: plain values, no workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from insek.domain import CellState, CriterionState, Tag, TagKind
from insek.guideline import Guideline
from insek.report.model import PlanResult, anchoring_key
from insek.report.palette import CRITERION_AS, STATE_SIGNS, STATUS_AS
from insek.report.reasons import Names, explain, names_of
from insek.report.texts import Texts
from insek.report.workbook.book import Head, Link, Marked, Value

Record: TypeAlias = Mapping[str, Any]
"""A `coverage.json` as it was read."""
_OF_A_CELL = (TagKind.FIELD.value, TagKind.STAGE.value)


class Rows:
    """Makes the rows of all sheets; keeps names and texts, which are the same for every plan."""

    def __init__(self, guideline: Guideline, t: Texts) -> None:
        """Rows in the language of `t`."""
        self.guideline, self.t = guideline, t
        self.names: Names = names_of(guideline, t)
        self._levels = {v.id: v.label if t.lang == "de" else v.label_en for v in guideline.levels}

    def heads(self) -> dict[str, tuple[Head, ...]]:
        """Columns of the sheets, by the key of the sheet."""
        t = self.t
        document, field, stage = Head(t("wb_document"), 26), Head(t("kind_field"), 30), Head(t("kind_stage"), 22)
        place = (Head(t("wb_page"), 8), Head(t("wb_file_page"), 8, "whole"), Head(t("wb_path"), 40))
        quote = Head(t("wb_quote"), 80)
        return {
            "overview": (document, Head(t("wb_file"), 26), Head(t("wb_town"), 20), Head(t("wb_title"), 36),
                         Head(t("col_year"), 8, "whole"), Head(t("col_status"), 22), Head(t("col_pages"), 8, "whole"),
                         Head(t("col_readable"), 9, "percent"), Head(t("col_index"), 8, "whole"),
                         Head(t("wb_low"), 8, "whole"), Head(t("wb_high"), 8, "whole"), Head(t("col_anchoring"), 30),
                         *(Head(t.label(f), 14, "whole") for f in self.guideline.fields), Head(t("wb_report"), 30),
                         Head(t("wb_remarks"), 60)),
            "matrix": (document, field, *(Head(t.label(s), 18) for s in self.guideline.stages),
                       Head(t("matrix_score"), 10, "whole")),
            "evidence": (document, field, stage, Head(t("themes"), 26), Head(t("depth"), 12),
                         Head(t("sure"), 10, "percent"), *place, quote, Head(t("why"), 50),
                         Head(t("wb_passage"), 15)),
            "criteria": (document, stage, Head(t("wb_criterion"), 32), Head(t("wb_question"), 50),
                         Head(t("wb_state"), 18), Head(t("wb_pages"), 14), quote),
            "structures": (document, Head(t("wb_level"), 24), Head(t("kind_structure"), 34),
                           Head(t("wb_passages"), 10, "whole"), Head(t("wb_pages"), 20), quote),
            "measures": (document, Head(t("wb_measure"), 50), Head(t("wb_file_page"), 8, "whole"),
                         Head(t("wb_fields"), 36), Head(t("wb_bundles"), 36),
                         *(Head(t.label(a), 30) for a in self.guideline.attributes)),
            "gaps": (document, field, stage, Head(t("wb_state"), 18), Head(t("wb_risk"), 12, "percent"),
                     Head(t("wb_expects"), 50), Head(t("wb_near_why"), 44), *place, Head(t("wb_near"), 80)),
        }  # fmt: skip

    def overview(self, plan: PlanResult) -> Iterator[Sequence[Value]]:
        """The row of a plan, or of a file that failed."""
        t, coverage = self.t, plan.coverage
        span = coverage.index_interval if coverage and coverage.index_interval else (None, None)
        values = coverage.fields if coverage else {}
        status = STATUS_AS[plan.status]
        yield [
            plan.slug, plan.source, plan.municipality, plan.title, plan.year,
            Marked(f"{STATE_SIGNS[status]} {t(f'status_{plan.status.value}')}", status), plan.pages,
            coverage.readable_share if coverage else None, coverage.index if coverage else None, *span,
            t(anchoring_key(coverage.anchoring if coverage else None)),
            *(values.get(f) for f in self.guideline.field_ids), Link(t("wb_open"), f"{plan.slug}/report.html"),
            " | ".join(filter(None, (plan.error, plan.todo, *plan.warnings))) or None,
        ]  # fmt: skip

    def matrix(self, record: Record) -> Iterator[Sequence[Value]]:
        """One row a field."""
        for field in self.guideline.fields:
            cells = [record["cells"][field.id][stage] for stage in self.guideline.stage_ids]
            yield [_slug(record), self.t.label(field), *(self._state(c) for c in cells), record["fields"][field.id]]

    def _state(self, cell: Record) -> Marked:
        state = CellState(cell["state"])
        number = f" ({cell['n_evidence']})" if cell["n_evidence"] else ""
        return Marked(f"{STATE_SIGNS[state]} {self.t(f'state_{state.value}')}{number}", state)

    def evidence(self, record: Record, most: int) -> Iterator[Sequence[Value]]:
        """One row for each quote of each cell; of more than `most` the best of every cell first, then the next best."""
        places = [(f, s) for f in self.guideline.field_ids for s in self.guideline.stage_ids]
        ranked = sorted(
            (rank, at, n) for at, (f, s) in enumerate(places) for rank, n in enumerate(_numbers(record["cells"][f][s]))
        )
        kept = sorted((at, n) for _, at, n in ranked[:most])
        dropped = sorted((at, n) for _, at, n in ranked[most:])
        for at, n in [*kept, *dropped]:
            field, stage = places[at]
            yield self._evidence(record, record["cells"][field][stage]["evidence"][n], field, stage)

    def _evidence(self, record: Record, found: Record, field: str, stage: str) -> Sequence[Value]:
        return [
            _slug(record), self._name("field", field), self._name("stage", stage),
            self._listed("theme", found["themes"]),
            self._name("depth", found["depth"]), found["score"], *self._place(record, found), found["quote"],
            self._why(found, field, stage), found["passage_id"],
        ]  # fmt: skip

    def _why(self, found: Record, field: str, stage: str) -> str:
        """The reasons of a quote, without those for other cells."""
        tags = (
            Tag(found["passage_id"], TagKind(r["kind"]), r["value"], r["source"], r["score"], (), tuple(r["words"]))
            for r in found["reasons"]
            if r["kind"] not in _OF_A_CELL or r["value"] in (field, stage)
        )
        return " | ".join(f"{reason.about}: {reason.why}" for reason in explain(tags, "", self.names, self.t))

    def criteria(self, record: Record) -> Iterator[Sequence[Value]]:
        """One row for each criterion of the guideline."""
        for criterion in self.guideline.criteria:
            if (found := record["criteria"].get(criterion.id)) is None:
                continue
            state = CriterionState(found["state"])
            as_cell, pages = CRITERION_AS[state], [e["page"] for e in found["evidence"]]
            yield [
                _slug(record), self._name("stage", criterion.stage), self.t.label(criterion), criterion.question,
                Marked(f"{STATE_SIGNS[as_cell]} {self.t(f'wb_criterion_{state.value}')}", as_cell),
                self.t.ranges(pages) or None, found["evidence"][0]["quote"] if found["evidence"] else None,
            ]  # fmt: skip

    def structures(self, record: Record) -> Iterator[Sequence[Value]]:
        """One row for each structure that the plan names."""
        for structure in self.guideline.structures:
            found = record["structures"].get(structure.id)
            if found and found["passages"]:
                yield [
                    _slug(record), self._levels.get(structure.level, structure.level), self.t.label(structure),
                    found["passages"], self.t.ranges(found["pages"]),
                    found["evidence"][0]["quote"] if found["evidence"] else None,
                ]  # fmt: skip

    def measures(self, record: Record) -> Iterator[Sequence[Value]]:
        """One row for each measure on theme, with the words for each thing it names."""
        for measure in record["measures"]:
            yield [
                _slug(record), measure["title"], measure["page"], self._listed("field", measure["fields"]),
                self._listed("bundle", measure["bundles"]),
                *(measure["named"].get(a.id) for a in self.guideline.attributes),
            ]  # fmt: skip

    def gaps(self, record: Record) -> Iterator[Sequence[Value]]:
        """One row for each passage that came near an empty cell; one without for a cell that none came near."""
        for gap in record["gaps"]:
            cell = record["cells"][gap["field"]][gap["stage"]]
            head = [_slug(record), self._name("field", gap["field"]), self._name("stage", gap["stage"]),
                    self._state(cell), (cell["doubt"] or {}).get("risk"), gap["expects"]]  # fmt: skip
            for near in gap["nearest"]:
                yield [*head, self.t(f"wb_near_{near['why']}"), *self._place(record, near), near["quote"]]
            if not gap["nearest"]:
                yield [*head, None, None, None, None, None]

    def _place(self, record: Record, found: Record) -> tuple[Value, ...]:
        """Printed page, page of the file, headings."""
        page = found["page"]
        label = record["document"]["page_labels"].get(str(page), str(page))
        return (
            int(label) if label.isdecimal() and label.isascii() else label,
            page,
            " › ".join(found["heading_path"]) or None,
        )

    def _name(self, kind: str, value: str) -> str:
        return self.names.get((TagKind(kind), value), value)

    def _listed(self, kind: str, values: Sequence[str]) -> str | None:
        return ", ".join(self._name(kind, value) for value in values) or None


def _slug(record: Record) -> str:
    return str(record["document"]["slug"])


def _numbers(cell: Record) -> range:
    return range(len(cell["evidence"]))
