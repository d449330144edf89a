"""How the time of reading and tagging grows with texts that are made to keep a program busy; asserts nothing.

    python tests/bench/growth.py

For each kind of text: processor time of a short and of a long one of ten times the length, and their ratio. 10 is
linear, 100 square. What takes less than a hundredth of a second is not told: such a ratio is noise.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from insek.extract import read_document
from insek.segment import segment

LENGTH, TIMES = 2_000, 10
LEAST_SECONDS = 0.01
TEXTS = {
    "one word": "x",
    "one sentence after another": "Ein Satz. ",
    "abbreviations": "z. B. ",
    "words without end": "Wort wort ",
    "paragraphs without full stops": "wort wort wort wort wort wort wort wort\n\n",
    "lines broken at hyphens": "abc-\n",
    "hyphens": "Bildungs-",
    "gender marks": "Bürger:innen",
    "lost spaces": "undIntegration,bild.",
    "shreds of words": "a" * 12 + " b ",
    "spaces": " ",
    "dots": ". ",
    "hashes": "#",
    "brackets": "[",
    "figures": "2020-",
    "towns": "Stadt Aa-",
    "headings": "1.1 Titel\n\n",
}


def seconds(folder: Path, text: str) -> float:
    """Processor time of one reading, up to the passages."""
    path = folder / "plan.md"
    path.write_text(f"Die Stadt plant.\n\n# Kopf {text}a!-\nEnde\n", "utf-8")
    start = time.process_time()
    segment(read_document(path))
    return time.process_time() - start


def main() -> None:
    """Print one line for each kind of text."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seconds(folder, "x")  # imports
        for kind, piece in TEXTS.items():
            short, long = (seconds(folder, piece * n) for n in (LENGTH, TIMES * LENGTH))
            ratio = f"{long / short:6.0f}" if short >= LEAST_SECONDS else "     -"
            print(f"{kind:32} {short:8.3f} s {long:8.3f} s {ratio}")


if __name__ == "__main__":
    main()
