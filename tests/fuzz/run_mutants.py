"""Thousands of damaged PDFs through reading, in workers with limits; prints what became of them.

    cd tests && python -m fuzz.run_mutants [--count 3000] [--seed 1] [--keep FOLDER] [PLAN.pdf …]

Without plans the samples are cut into small files and damaged (`mutate`). A file must end as read, as refused with a
reason, or as lost to a limit or crash that is named; anything else ends this program with code 1. Files that crash,
hang, swell or raise something unexpected are kept in FOLDER.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from insek.batch import Limits
from insek.batch.crew import Crew, Loss
from insek.errors import InsekError
from insek.extract import ExtractSettings
from insek.project import Project
from insek.run import read

from .mutate import mutant, seeds

SETTINGS = ExtractSettings(ocr="off", page_seconds=5.0)
LIMITS = Limits(seconds=30, megabytes=1500)


def outcome(path: Path) -> str:
    """What reading a file comes to, in a word or two."""
    try:
        document = read(path, SETTINGS).document
    except InsekError:
        return "refused"
    except Exception as error:
        return f"unexpected {type(error).__name__}: {error}"
    return "read" if document.readable_share > 0.99 else "read in part"


def mutants(folder: Path, sources: list[bytes], count: int, rng: random.Random) -> Iterator[tuple[str, Path]]:
    """Damaged files, each written when its turn comes."""
    for number in range(count):
        path = folder / f"m{number:05}.pdf"
        path.write_bytes(mutant(rng.choice(sources), rng))
        yield path.name, path


def main() -> int:
    """Run and print; 1 where something unexpected was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("plans", nargs="*", type=Path)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    sources = seeds(args.plans or sorted(Project.bundled_defaults().samples_folder.glob("*.pdf")), 12, rng)
    counts: Counter[str] = Counter()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, Crew(1, outcome, LIMITS) as crew:
        for name, result in crew.results(mutants(Path(folder), sources, args.count, rng)):
            path = Path(folder) / name
            odd = isinstance(result, Loss) or result.startswith("unexpected")
            counts[f"lost: {result}" if isinstance(result, Loss) else result] += 1
            if odd:
                print(name, result, flush=True)
            if odd and args.keep:
                args.keep.mkdir(parents=True, exist_ok=True)
                (args.keep / f"{args.seed}-{name}").write_bytes(path.read_bytes())
            path.unlink()
    seconds = time.monotonic() - began
    print(f"{args.count} files from {len(sources)} seeds in {seconds:.0f} s: {dict(counts.most_common())}")
    return int(sum(counts.values()) != args.count or any(key.startswith("unexpected") for key in counts))


if __name__ == "__main__":
    raise SystemExit(main())
