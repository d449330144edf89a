from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pypdf
import pytest
from click.testing import CliRunner

from insek.cli import main
from runs import result_bytes


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments):
        return CliRunner().invoke(main, [str(a) for a in arguments])

    return invoke


@pytest.mark.parametrize("command", [[], *([name] for name in sorted(main.commands))])
def test_every_command_explains_itself_in_german(run, command):
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert len(result.output) > 200
    undocumented = [p.name for p in main.commands[command[0]].params if p.param_type_name == "option" and not p.help] \
        if command else []  # fmt: skip
    assert undocumented == []


def test_help_is_quick_and_loads_nothing_heavy():
    code = ("import sys; from insek.cli import main; main(['--help'], standalone_mode=False); "
            "print(sorted({m.split('.')[0] for m in sys.modules} "
            "& {'spacy', 'sklearn', 'pandas', 'numpy', 'pdfplumber', 'pypdfium2', 'skops', 'jinja2'}))")  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")


@pytest.fixture
def plan(tmp_path):
    path = tmp_path / "plan.txt"
    path.write_text("1 Bestandsaufnahme\n\nIn der Gemeinschaftsunterkunft leben 120 Geflüchtete. Der Wohnraum für "
                    "Migrantinnen und Migranten bleibt knapp.\n", "utf-8")  # fmt: skip
    return path


def test_screen_writes_the_whole_run_directory(run, plan, tmp_path):
    result = run("screen", plan, "--out", "lauf")
    assert result.exit_code == 0, result.output
    assert "lauf/index.html" in result.stdout
    assert "Index" in result.stderr
    names = {p.relative_to(tmp_path / "lauf").as_posix() for p in (tmp_path / "lauf").rglob("*") if p.is_file()}
    assert names == {"index.html", "documents.csv", "coverage.csv", "evidence.csv", "run.json",
                     "plan/report.html", "plan/report.md", "plan/coverage.json", "plan/passages.jsonl",
                     "plan/evidence.csv", "examples.html",
                     ".insek.lock"}  # fmt: skip


def test_extract_gives_text_and_passages(run, plan):
    text = run("extract", plan, "--out", "-")
    assert "120 Geflüchtete" in text.stdout
    lines = [json.loads(line) for line in run("extract", plan, "--out", "-", "--format", "jsonl").stdout.splitlines()]
    assert {"id", "pages", "kind", "heading_path", "text"} == set(lines[0])
    assert lines[-1]["heading_path"] == ["1 Bestandsaufnahme"]


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_results_are_utf_8_and_words_never_fail_whatever_the_system_writes_in(tmp_path, encoding):
    def insek(*arguments):
        return subprocess.run([sys.executable, "-m", "insek.cli", *arguments], capture_output=True, cwd=tmp_path,
                              env=os.environ | {"PYTHONIOENCODING": encoding})  # fmt: skip

    (tmp_path / "plan.txt").write_text("Die Familie Şahin berät Geflüchtete.\n", "utf-8")
    extracted = insek("extract", "plan.txt", "--out", "-", "--format", "jsonl")
    assert extracted.returncode == 0
    assert json.loads(extracted.stdout.decode("utf-8"))["text"] == "Die Familie Şahin berät Geflüchtete."
    explained = insek("explain", "Familie Şahin", "--rules-only")
    assert explained.returncode == 0, explained.stderr
    assert b"Familie" in explained.stdout


def test_tag_keeps_order_and_contract(run, tmp_path):
    records = [
        {"id": "b", "text": "Der Integrationsbeirat wird in die Lenkungsgruppe aufgenommen."},
        {"id": "a", "text": "Die Kanalisation wird erneuert.", "before": "4 Maßnahmen/Technik"},
    ]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records))
    result = run("tag", "in.jsonl", "--out", "out.jsonl")
    assert result.exit_code == 0, result.output
    first, second = (json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines())
    assert [first["id"], second["id"]] == ["b", "a"]
    assert "integration" in first["themes"]
    assert first["on_theme"] is True
    assert all(0 <= v <= 1 for v in first["scores"].values())
    spans = [(r["span"], r["text"]) for r in first["reasons"] if "span" in r]
    assert spans
    assert all(records[0]["text"][s:e] == words for (s, e), words in spans)
    assert second["themes"] == second["fields"] == second["reasons"] == []
    assert second["stage"] is second["depth"] is None


@pytest.mark.parametrize("mode", ["--rules-only", "--model-only"])
def test_tag_by_one_opinion(run, tmp_path, mode):
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "a", "text": "Sprachkurse für Geflüchtete werden ausgebaut."}))
    result = run("tag", "in.jsonl", "--out", "-", mode)
    reasons = json.loads(result.stdout)["reasons"]
    expected = "rule:" if mode == "--rules-only" else "model:"
    assert reasons
    assert all(r["source"].startswith(expected) for r in reasons)


def test_report_renders_the_same_bytes_again(run, plan, tmp_path):
    run("screen", plan, "--out", "lauf")
    before = {p: p.read_bytes() for p in (tmp_path / "lauf").rglob("*") if p.is_file()}
    (tmp_path / "lauf" / "plan" / "report.html").unlink()
    assert run("report", "lauf").exit_code == 0
    assert {p: p.read_bytes() for p in before} == before


def test_a_report_in_another_language_is_that_of_the_run(run, plan, tmp_path):
    out = tmp_path / "lauf"
    assert run("screen", plan, "--out", out).exit_code == 0
    before = result_bytes(out)
    assert run("report", out, "--lang", "en").exit_code == 0
    assert '<html lang="en"' in next(out.glob("*/report.html")).read_text("utf-8")
    assert run("verify", out).exit_code == 0
    assert run("report", out, "--lang", "de").exit_code == 0
    assert result_bytes(out) == before


def test_init_makes_a_project_that_works(run, tmp_path, monkeypatch):
    assert run("init", "projekt").exit_code == 0
    monkeypatch.chdir(tmp_path / "projekt")
    assert run("screen", "corpus/samples/moellenwerda.pdf", "--out", "reports/probe").exit_code == 0
    monkeypatch.chdir(tmp_path)
    again = run("init", "projekt")
    assert again.exit_code == 73
    assert "nicht leer" in again.stderr


# --- bad input: a clear message, the right exit code, and the batch goes on -------------------------------------------


def _pdf(path, *, encrypt=False, blank=True):
    writer = pypdf.PdfWriter()
    writer.add_blank_page(595, 842)
    if encrypt:
        writer.encrypt("geheim")
    with path.open("wb") as file:
        writer.write(file)
    return path


def _bad_files(folder, samples):
    whole = (samples / "moellenwerda.pdf").read_bytes()
    (folder / "text.pdf").write_text("Das ist kein PDF.")
    (folder / "leer.pdf").write_bytes(b"")
    (folder / "abgeschnitten.pdf").write_bytes(whole[: len(whole) // 3])
    _pdf(folder / "verschluesselt.pdf", encrypt=True)
    return {"text.pdf", "leer.pdf", "abgeschnitten.pdf", "verschluesselt.pdf"}


def test_bad_files_are_named_and_the_batch_goes_on(run, plan, tmp_path, samples):
    folder = tmp_path / "plaene"
    folder.mkdir()
    bad = _bad_files(folder, samples)
    shutil.copy(plan, folder / "gut.txt")
    result = run("screen", folder, "--out", "lauf")
    assert result.exit_code == 3, result.output
    record = json.loads((tmp_path / "lauf" / "run.json").read_text("utf-8"))
    states = {e["source"]: e["status"] for e in record["inputs"]}
    assert states == {**dict.fromkeys(bad, "failed"), "gut.txt": "ok"}
    assert all(e["error"] and e["todo"] for e in record["inputs"] if e["status"] == "failed")
    assert all(name in result.stderr for name in bad)
    assert "Traceback" not in result.output


def test_plan_without_text_layer_is_not_readable_and_never_zero(run, tmp_path, samples):
    reader = pypdf.PdfReader(samples / "hattenbrueck.pdf")
    writer = pypdf.PdfWriter()
    for number in range(11, 15):  # the scanned chapter
        writer.add_page(reader.pages[number])
    with (tmp_path / "scan.pdf").open("wb") as file:
        writer.write(file)
    result = run("screen", "scan.pdf", "--out", "lauf", "--ocr", "off")
    assert result.exit_code == 3
    coverage = json.loads((tmp_path / "lauf" / "scan" / "coverage.json").read_text("utf-8"))
    assert coverage["index"] is None
    assert coverage["readable_share"] == 0
    assert {c["state"] for row in coverage["cells"].values() for c in row.values()} == {"not_readable"}
    assert "kein lesbarer Text" in result.stderr


def test_missing_path_and_empty_folder(run, tmp_path):
    (tmp_path / "nichts").mkdir()
    for path, told in (("gibtsnicht", "gibt es nicht"), ("nichts", "enthält keine Pläne")):
        result = run("screen", path, "--out", "lauf")
        assert result.exit_code == 66
        assert told in result.stderr
        assert not (tmp_path / "lauf").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_folder_without_rights(run, tmp_path):
    (tmp_path / "zu").mkdir(mode=0)
    result = run("screen", "zu", "--out", "lauf")
    assert result.exit_code == 66
    assert "darf nicht gelesen werden" in result.stderr


def test_folder_without_rights_is_reported(tmp_path, monkeypatch):
    """The same as root, to whom nothing is forbidden: the operating system's answer is what is tested."""
    from insek.batch import inputs
    from insek.errors import MissingInputError

    def forbidden(folder, onerror):
        onerror(PermissionError(13, "Permission denied", str(folder)))
        return iter(())

    monkeypatch.setattr(inputs.os, "walk", forbidden)
    with pytest.raises(MissingInputError, match="darf nicht gelesen werden"):
        inputs.find_inputs([tmp_path])


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("init", "plan.txt"), 73, "plan.txt ist eine Datei."),
        (("tag", "plan.txt", "--out", "-", "--rules-only", "--model", "x"), 2, "--rules-only verwendet kein Modell"),
        (("tag", ".", "--out", "-"), 65, "kann nicht gelesen werden (ist ein Ordner)"),
        (("extract", "plan.txt", "--out", "ordner"), 73, "kann nicht geschrieben werden (ist ein Ordner)"),
        (("explain", " "), 2, "Der Text ist leer"),
        (("screen", "--model-onl"), 2, "Die Option --model-onl gibt es nicht."),
        (("labels", "queue", "plan.txt", "--out", "x.xlsx"), 66, "enthält keinen Lauf von insek"),
    ],
)
def test_wrong_calls_say_in_german_what_is_wrong(run, plan, tmp_path, arguments, code, told):
    (tmp_path / "ordner").mkdir()
    result = run(*arguments)
    assert result.exit_code == code, result.output
    assert told in result.stderr
    assert "Was tun: " in result.stderr


def test_a_login_without_a_name_asks_for_the_annotator(run, plan, monkeypatch):
    def nameless():
        raise KeyError("getpwuid(): uid not found: 4711")  # what a container says

    monkeypatch.setattr("getpass.getuser", nameless)
    run("screen", plan, "--out", "lauf")
    result = run("review", "lauf", "--no-browser")
    assert result.exit_code == 2
    assert "--annotator braucht einen Namen" in result.output


def test_a_run_that_is_not_finished_is_not_labelled(run, plan, tmp_path):
    run("screen", plan, "--out", "lauf")
    record = json.loads((tmp_path / "lauf" / "run.json").read_text("utf-8"))
    (tmp_path / "lauf" / "run.json").write_text(json.dumps(record | {"status": "running"}), "utf-8")
    for command in (("labels", "queue", "lauf", "--out", "x.xlsx"), ("report", "lauf"), ("verify", "lauf")):
        result = run(*command)
        assert result.exit_code == 65
        assert "ist nicht abgeschlossen" in result.stderr


def test_output_folder_with_something_else_is_refused(run, plan, tmp_path):
    (tmp_path / "voll").mkdir()
    (tmp_path / "voll" / "brief.txt").write_text("wichtig")
    result = run("screen", plan, "--out", "voll")
    assert result.exit_code == 73
    assert [p.name for p in (tmp_path / "voll").iterdir()] == ["brief.txt"]


def test_output_folder_of_another_run_is_refused(run, plan, tmp_path):
    run("screen", plan, "--out", "lauf")
    other = tmp_path / "anderer.txt"
    other.write_text("Ein anderer Plan über den Hochwasserschutz.", "utf-8")
    assert "andere Dateien" in run("screen", other, "--out", "lauf").stderr
    assert run("screen", other, "--out", "lauf", "--fresh").exit_code == 0
    assert not (tmp_path / "lauf" / "plan").exists()


def test_interrupted_run_is_continued_with_the_same_bytes(run, plan, tmp_path):
    other = tmp_path / "zweiter.txt"
    other.write_text("2 Ziele\n\nDie Stadt fördert den interkulturellen Sportverein.\n", "utf-8")
    run("screen", plan, other, "--out", "lauf")
    whole = {p: p.read_bytes() for p in (tmp_path / "lauf").rglob("*") if p.is_file() and p.name != "run.json"}
    shutil.rmtree(tmp_path / "lauf" / "zweiter")
    (tmp_path / "lauf" / "index.html").unlink()
    record = json.loads((tmp_path / "lauf" / "run.json").read_text("utf-8"))
    (tmp_path / "lauf" / "run.json").write_text(json.dumps({**record, "status": "running"}), "utf-8")
    untouched = (tmp_path / "lauf" / "plan" / "coverage.json").stat().st_mtime_ns
    assert run("screen", plan, other, "--out", "lauf").exit_code == 0
    assert {p: p.read_bytes() for p in whole} == whole
    assert (tmp_path / "lauf" / "plan" / "coverage.json").stat().st_mtime_ns == untouched


def _project(run, tmp_path, monkeypatch):
    run("init", "projekt")
    monkeypatch.chdir(tmp_path / "projekt")
    return tmp_path / "projekt"


def test_broken_rules_name_file_and_line(run, plan, tmp_path, monkeypatch):
    root = _project(run, tmp_path, monkeypatch)
    rules = root / "rules" / "insek-mit" / "patterns" / "themes.jsonl"
    lines = rules.read_text("utf-8").splitlines()
    rules.write_text("\n".join([*lines[:2], lines[2][:-3], *lines[3:]]), "utf-8")
    result = run("screen", plan, "--out", "lauf")
    assert result.exit_code == 78
    assert "themes.jsonl, Zeile 3" in result.stderr
    assert "Was tun" in result.stderr


def test_missing_and_foreign_models(run, plan, tmp_path, monkeypatch):
    root = _project(run, tmp_path, monkeypatch)
    models = root / "models"
    live = json.loads((models / "promoted.json").read_text("utf-8"))["model"]
    (models / live / "weights.npz").write_bytes(b"fremd")
    damaged = run("screen", plan, "--out", "lauf")
    assert damaged.exit_code == 79
    assert "verändert" in damaged.stderr
    (models / live / "model.json").write_text("{}")
    assert "stammt nicht von insek" in run("screen", plan, "--out", "lauf").stderr
    shutil.rmtree(models / live)
    assert run("screen", plan, "--out", "lauf").exit_code == 79
    (models / "promoted.json").unlink()
    missing = run("screen", plan, "--out", "lauf")
    assert missing.exit_code == 79
    assert "--rules-only" in missing.stderr
    assert run("screen", plan, "--out", "lauf", "--rules-only").exit_code == 0


def test_model_id_cannot_leave_the_models_folder(run, tmp_path):
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "a", "text": "x"}))
    assert run("tag", "in.jsonl", "--out", "-", "--model", "../../etc").exit_code == 79


def test_the_bundled_project_is_never_written_to():
    from insek.errors import UsageError
    from insek.learn.commands import train_model
    from insek.project import Project

    with pytest.raises(UsageError, match="mitgelieferte Projekt"):
        train_model(Project.bundled_defaults(), None, "logistic", 1, print)
