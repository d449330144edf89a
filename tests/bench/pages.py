"""Size and load time of the pages in Chromium: `python tests/bench/pages.py RUN`.

RUN is a run directory. Its plans are repeated to an overview of 1,000 plans, and the longest of them to a plan of 300
pages. Prints a table and asserts nothing; needs Playwright and Chromium.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from insek.domain import Document, PageState, Passage
from insek.guideline import load_guideline
from insek.project import Project
from insek.report import RunResult, examples_html, index_html
from insek.report.html import report_html
from insek.report.model import PlanResult
from insek.run import pages_from_counts
from insek.saved import load_run
from insek.score import score

_LOADED = "() => { const t = performance.getEntriesByType('navigation')[0]; return [t.domInteractive, t.loadEventEnd] }"
_FRAME = (
    "f => new Promise(r => { const t = performance.now(); f();"
    " requestAnimationFrame(() => setTimeout(() => r(performance.now() - t))) })"
)


def longer(plan: PlanResult, pages: int, run: RunResult) -> PlanResult:
    """The plan repeated until it has so many pages, scored anew."""
    passages = []
    for offset in range(0, pages, plan.pages):
        for p, d in plan.passages:
            moved: Passage = replace(p, id=f"{p.id}{offset}", pages=(p.pages[0] + offset, p.pages[1] + offset))
            if moved.pages[1] <= pages:
                passages.append((moved, replace(d, passage_id=moved.id)))
    read = pages_from_counts({PageState.TEXT.value: pages}, (), {})
    coverage = score(Document(plan.sha256, plan.source, read), tuple(passages), run.guideline)
    return replace(plan, passages=tuple(passages), pages=pages, page_states={"text": pages}, page_labels={},
                   coverage=coverage)  # fmt: skip


def measure(page: Page, name: str, path: Path, action: str = "") -> None:
    """One line of the table: size, milliseconds until usable and loaded, and those of an action."""
    page.goto(path.as_uri())
    page.wait_for_function("performance.getEntriesByType('navigation')[0].loadEventEnd > 0")
    usable, loaded = page.evaluate(_LOADED)
    nodes = page.evaluate("document.querySelectorAll('*').length")
    took = f"{page.evaluate(f'({_FRAME})({action})'):.0f} ms" if action else "-"
    print(f"{name:28} {path.stat().st_size / 1000:8.0f} kB {nodes:8d} nodes {usable:7.0f} {loaded:7.0f} ms {took:>9}")


def main(run_dir: Path) -> None:
    """Make the pages and load each."""
    run, _ = load_run(run_dir, load_guideline(Project.find().guideline_folder))
    plans = tuple(replace(run.plans[i % len(run.plans)], slug=f"plan-{i}") for i in range(1000))
    many = RunResult(run.guideline, plans, run.provenance)
    largest = max(run.plans, key=lambda p: sum(d.on_theme for _, d in p.passages))
    folder = Path(tempfile.mkdtemp())
    began = time.perf_counter()
    (folder / "index.html").write_text(index_html(many), "utf-8")
    (folder / "examples.html").write_text(examples_html(many), "utf-8")
    (folder / "one.html").write_text(report_html(largest, run.guideline, run.provenance), "utf-8")
    print(f"made in {time.perf_counter() - began:.1f} s")
    began = time.perf_counter()
    (folder / "report.html").write_text(report_html(longer(largest, 300, run), run.guideline, run.provenance), "utf-8")
    print(f"300 pages scored and made in {time.perf_counter() - began:.1f} s")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        print(f"{'page':28} {'size':>11} {'':>14} {'usable':>7} {'loaded':>10} {'action':>9}")
        measure(page, f"report, {largest.pages} pages", folder / "one.html")
        measure(page, "report, 300 pages", folder / "report.html")
        measure(page, "examples of 1,000 plans", folder / "examples.html")
        index = folder / "index.html"
        measure(
            page, "overview of 1,000, sort", index, "() => document.querySelectorAll('th [role=button]')[5].click()"
        )
        typed = "() => { q.value = 'var'; q.dispatchEvent(new Event('input')) }"
        measure(page, "overview of 1,000, filter", index, typed)
        browser.close()
    shutil.rmtree(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
