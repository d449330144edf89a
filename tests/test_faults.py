"""One run over good plans and every kind of bad file: the good ones are done, each bad one is named with its reason."""

from __future__ import annotations

import ctypes
import faulthandler
import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader, PdfWriter

from extract.handmade import FREE, handmade, stream, text
from insek.batch import unit
from insek.cli import main

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pipes, forked workers and odd names are Linux's")

GOOD = handmade([text(f"Maßnahme {n}: Das Integrationsbüro lädt zugewanderte Familien ein.") for n in range(3)])
FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 600 850]"


def encrypted() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(GOOD)))
    writer.encrypt("geheim", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def nested() -> bytes:
    """A page of forms that draw forms: ten thousand million times a line."""
    forms = [stream(b"/X Do\n" * 10, FORM + b"/Resources<</XObject<</X %d 0 R>>>>" % (FREE + i + 1)) for i in range(10)]
    last = stream(text("Wege"), FORM + b"/Resources<</Font<</F1 3 0 R>>>>")
    return handmade([b"/X Do\n"], extra=[*forms, last], resources=b"/XObject<</X %d 0 R>>" % FREE)


FAILED: dict[str, tuple[Callable[[], bytes], str]] = {
    "beschaedigt.pdf": (lambda: GOOD[:20] + bytes(len(GOOD) // 2), "beschädigt oder unvollständig"),
    "abgeschnitten.pdf": (lambda: GOOD[:120], "beschädigt oder unvollständig"),
    "verschluesselt.pdf": (encrypted, "braucht ein Kennwort"),
    "ohne-seiten.pdf": (lambda: handmade([]), "keine Seiten"),
    "null.pdf": (lambda: b"", "ist leer (0 Bytes)"),
    "bericht.pdf": (lambda: b"PK\x03\x04" + bytes(400), "Office- oder ZIP-Dokument"),
    "million.pdf": (lambda: GOOD.replace(b"/Count 3", b"/Count 1000000"), "nennt 1.000.000 Seiten"),
    "keine-rechte.pdf": (lambda: GOOD, "Keine Leserechte"),
    "absturz.pdf": (lambda: GOOD, "abgestürzt"),
    "speicherfehler.pdf": (lambda: GOOD, "mehr Speicher, als frei ist"),
    "fehler.pdf": (lambda: GOOD, "konnte nicht gelesen werden (ZeroDivisionError"),
}
"""Name, content, and what is told of it."""
UNREADABLE: dict[str, Callable[[], bytes]] = {
    "ring.pdf": lambda: GOOD.replace(b"/Kids[4 0 R 6 0 R 8 0 R]", b"/Kids[2 0 R 2 0 R 2 0 R]"),
    "formen.pdf": nested,
    "blaehung.pdf": lambda: handmade([b"0 0 m 1 1 l S\n" * 5_000_000]),
}
READ: dict[str, Callable[[], bytes]] = {
    "gut.pdf": lambda: GOOD,
    "a/plan.pdf": lambda: GOOD,
    "b/plan.pdf": lambda: GOOD + b"\n% other",
    "riesig.pdf": lambda: handmade(
        [text("Die Wege sind kurz in der Stadt am Fluss.", 7000, 7000)], size=(14_400, 14_400)
    ),
    "n" * 251 + ".pdf": lambda: GOOD,
    "a..%2F..pdf.pdf": lambda: GOOD,
    "steuer\x1b[2J\x07\n.pdf": lambda: GOOD,
    "links\u202efdp.txt.pdf": lambda: GOOD,
    "x.pdf/innen.pdf": lambda: GOOD,
}


def behave(path: Path) -> None:
    if path.name == "absturz.pdf":
        faulthandler.disable()
        ctypes.string_at(0)  # a read from nowhere: the worker really ends with SIGSEGV
    if path.name == "speicherfehler.pdf":
        raise MemoryError
    if path.name == "fehler.pdf":
        raise ZeroDivisionError("division by zero")


@pytest.fixture(scope="module")
def outcome(tmp_path_factory) -> tuple[Result, Path, Path]:
    """The run, its folder, and the folder of the plans."""
    base = tmp_path_factory.mktemp("stoerungen")
    plans, out = base / "plaene", base / "lauf"
    made = {name: make for name, (make, _) in FAILED.items()} | UNREADABLE | READ
    for name, make in made.items():
        (plans / name).parent.mkdir(parents=True, exist_ok=True)
        (plans / name).write_bytes(make())
    Path(os.fsdecode(bytes(plans) + b"/m\xfcll.pdf")).write_bytes(GOOD)  # a name in Latin-1
    os.mkfifo(plans / "leitung.pdf")
    (plans / "ringlink.pdf").symlink_to("ringlink.pdf")
    (plans / "insleere.pdf").symlink_to("nirgends.pdf")
    (plans / "ordner").symlink_to("..", target_is_directory=True)
    (base / "draussen.txt").write_text("Ein Text neben den Plänen.", "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        disturb(patch)
        result = CliRunner().invoke(main, ["screen", str(plans), "--out", str(out), "--ocr", "off", "--rules-only"])
    return result, out, plans


def disturb(patch: pytest.MonkeyPatch) -> None:
    """Let three files end their reader in their own way, and deny the reading of a fourth."""
    read, real_bytes = unit.read, Path.read_bytes

    def guarded_bytes(path: Path) -> bytes:
        if path.name == "keine-rechte.pdf":
            raise PermissionError(13, "Permission denied")
        return real_bytes(path)

    patch.setattr(unit, "read", lambda path, settings: (behave(path), read(path, settings))[1])
    patch.setattr(Path, "read_bytes", guarded_bytes)


def entries(out: Path) -> dict[str, dict[str, str]]:
    return {e["source"]: e for e in json.loads((out / "run.json").read_text("utf-8"))["inputs"]}


def test_the_run_ends_with_code_3_and_without_traceback(outcome):
    result, out, _ = outcome
    assert result.exit_code == 3, result.output
    assert "Traceback" not in result.output
    assert (out / "index.html").is_file()


@pytest.mark.parametrize("name", FAILED)
def test_each_bad_file_is_named_with_reason_and_remedy(outcome, name):
    _, out, _ = outcome
    entry = entries(out)[name]
    assert entry["status"] == "failed"
    assert FAILED[name][1] in entry["error"]
    assert entry["todo"]
    assert (out / entry["slug"] / "report.html").is_file()


@pytest.mark.parametrize("name", UNREADABLE)
def test_pages_without_end_are_given_up(outcome, name):
    _, out, _ = outcome
    assert entries(out)[name]["status"] == "unreadable"


@pytest.mark.parametrize("name", READ)
def test_all_good_ones_are_read(outcome, name):
    _, out, _ = outcome
    entry = entries(out)[Path(name).name]
    assert entry["status"] == "ok"
    assert json.loads((out / entry["slug"] / "coverage.json").read_text("utf-8"))["document"]["pages"] > 0


def test_pipes_and_links_to_nowhere_are_failed_and_linked_folders_left_out(outcome):
    _, out, _ = outcome
    found = entries(out)
    assert "keine Datei, sondern eine Leitung" in found["leitung.pdf"]["error"]
    assert found["ringlink.pdf"]["status"] == found["insleere.pdf"]["status"] == "failed"
    assert "draussen.txt" not in found


def test_a_name_that_is_not_utf_8_is_told_as_far_as_it_can_be(outcome):
    _, out, _ = outcome
    assert entries(out)["m?ll.pdf"]["status"] == "ok"


def test_names_of_two_folders_are_kept_apart(outcome):
    _, out, _ = outcome
    slugs = [
        e["slug"] for e in json.loads((out / "run.json").read_text("utf-8"))["inputs"] if e["source"] == "plan.pdf"
    ]
    assert sorted(slugs) == ["plan", "plan-2"]


def test_nothing_lies_outside_and_the_terminal_is_left_alone(outcome):
    result, out, _ = outcome
    assert {p.name for p in out.parent.iterdir()} == {"plaene", "lauf", "draussen.txt"}
    assert not set(result.output) & {"\x1b", "\x07", "\u202e"}
    expected = {e["slug"] for e in entries(out).values()} | {"plan", "plan-2"}
    assert {p.name for p in out.iterdir() if p.is_dir()} == expected


def test_a_second_try_does_the_failed_ones_only(outcome):
    _, out, plans = outcome
    finished = {p: p.stat().st_mtime_ns for p in out.glob("*/coverage.json")}
    again = CliRunner().invoke(main, ["screen", str(plans), "--out", str(out), "--ocr", "off", "--rules-only"])
    assert again.exit_code == 3
    found = entries(out)
    for name in ("absturz.pdf", "speicherfehler.pdf", "fehler.pdf", "keine-rechte.pdf"):
        assert found[name]["status"] == "ok"  # what had disturbed them is gone
    failed = {found[n]["slug"] for n in (*FAILED, "leitung.pdf", "ringlink.pdf", "insleere.pdf")}
    kept = {p: t for p, t in finished.items() if p.parent.name not in failed}
    assert {p: p.stat().st_mtime_ns for p in kept} == kept


def test_a_repaired_file_is_done_without_starting_anew(outcome):
    _, out, plans = outcome
    (plans / "null.pdf").write_bytes(GOOD)
    again = CliRunner().invoke(main, ["screen", str(plans), "--out", str(out), "--ocr", "off", "--rules-only"])
    assert again.exit_code == 3
    assert entries(out)["null.pdf"]["status"] == "ok"
