"""The chapter of the README on retraining, run as it stands: from the first run to the cells that change."""

from __future__ import annotations

import csv
import json
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
import yaml

ROOT = Path(__file__).parent.parent
CHAPTER = re.search(r"^## Das Modell nachlernen\n(.*?)^## ", (ROOT / "README.md").read_text("utf-8"), re.S | re.M)
ANSWERS = yaml.safe_load((ROOT / "tests" / "loop" / "answers.yaml").read_text("utf-8"))
FIRST, SECOND = "reports/vorher", "reports/nachher"


def commands() -> list[str]:
    """The commands of the chapter in their order."""
    assert CHAPTER
    blocks = re.findall(r"```sh\n(.*?)```", CHAPTER[1], re.S)
    return [line for block in blocks for line in block.splitlines()]


@dataclass
class Analyst:
    """Types the commands and fills the sheet. `names` is what NEU and ALT stand for."""

    folder: Path
    names: dict[str, str]

    def type(self, line: str) -> subprocess.CompletedProcess[str]:
        words = [self.names.get(word, word) for word in shlex.split(line)]
        if words[0] == "cd":
            self.folder /= words[1]
            return subprocess.CompletedProcess(words, 0, "", "")
        command = [sys.executable, "-m", "insek.cli", *words[1:]]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True)

    def fill(self, sheet: str) -> int:
        """Answer every row, by the key or as suggested; returns how many answers differ from the suggestion."""
        book = openpyxl.load_workbook(self.folder / sheet)
        page = book.active
        place = {cell.value: cell.column for cell in page[1]}
        differ = 0
        for row in range(2, page.max_row + 1):
            told = {name: page.cell(row, column).value for name, column in place.items()}
            cells = as_cells(answer_to(told))
            differ += cells != as_cells(suggestion(told))
            for name, value in cells.items():
                page.cell(row, place[name]).value = value
        book.save(self.folder / sheet)
        return differ


def answer_to(row):
    return next((key for key in ANSWERS if key["has"] in row["Text"]), None) or suggestion(row)


def suggestion(row):
    def words(column):
        return [w for w in (row[column] or "").split("; ") if w and w != "keines"]

    return {"themes": words("Vorschlag Thema"), "fields": words("Vorschlag Feld"), "stage": row["Vorschlag Schritt"],
            "depth": row["Vorschlag Tiefe"]}  # fmt: skip


def as_cells(answer):
    if not answer["themes"]:
        return {"Thema: keines": "ja"}
    fields = answer["fields"] or ["keines"]
    return {f"Thema: {theme}": "ja" for theme in answer["themes"]} | {
        **{f"Feld {n}": name for n, name in enumerate(fields, 1)},
        "Schritt": answer["stage"],
        "Tiefe": answer["depth"],
    }


def states(run: Path) -> dict[tuple[str, str, str], str]:
    """(Document, field, stage) -> the state of the cell in a run."""
    with (run / "coverage.csv").open(encoding="utf-8-sig", newline="") as file:
        return {(row["document"], row["field"], row["stage"]): row["state"] for row in csv.DictReader(file)}


def announced(told: str, guideline) -> set[tuple[str, str, str]]:
    """The cells whose state `insek compare` said would change."""
    fields, stages = ({entry.label: entry.id for entry in entries} for entries in (guideline.fields, guideline.stages))
    cells, document = set(), ""
    for line in told.splitlines():
        if start := re.match(r"(\S+)\.pdf: Index", line):
            document = start[1].replace("_", "-")
        elif cell := re.match(r"  (\S.*) / (.*): .* -> .* \(", line):
            cells.add((document, fields[cell[1]], stages[cell[2]]))
    return cells


@pytest.mark.slow
def test_the_story_of_the_readme(tmp_path, guideline):
    analyst, told, corrected = Analyst(tmp_path, {}), {}, 0
    for line in commands():
        if line.startswith("insek labels import"):
            corrected = analyst.fill("bogen.xlsx")
        done = analyst.type(line)
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        told[line.split(" reports")[0]] = done.stdout
        if line == "insek train":
            live = json.loads((analyst.folder / "models" / "promoted.json").read_text("utf-8"))["model"]
            analyst.names = {"ALT": live, "NEU": Path(done.stdout.removeprefix("Modell: ").strip()).name}
    new = analyst.names["NEU"]
    project = analyst.folder

    assert corrected >= 5, "the analyst found hardly anything to correct: the answers no longer meet the queue"
    assert new != analyst.names["ALT"]
    assert json.loads((project / "models" / "promoted.json").read_text("utf-8"))["model"] == new
    assert "A. Muster (60)" in (project / "models" / new / "CARD.md").read_text("utf-8")
    assert len((project / "corpus" / "labels" / "bogen.jsonl").read_text("utf-8").splitlines()) == 60
    before, after = states(project / FIRST), states(project / SECOND)
    changed = {cell for cell in before if before[cell] != after[cell]}
    assert changed == announced(told["insek compare ALT NEU corpus/samples"], guideline)
    assert "Alles stimmt überein." in told["insek verify"]


def test_the_story_has_every_step():
    steps = [" ".join(line.split()[1 : 3 if line.startswith("insek labels") else 2]) for line in commands()]
    assert [step for step in steps if step != "mein-projekt"] == [
        "init", "screen", "labels queue", "labels import", "labels check", "train", "evaluate", "compare", "promote",
        "screen", "verify",
    ]  # fmt: skip
