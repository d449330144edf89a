"""What a run must never do: talk to a network, write elsewhere, follow links of a PDF, load code from data files."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from extract.handmade import handmade, stream, text
from insek.batch.claim import sole_use
from insek.cli import main
from insek.store import write_atomic
from runs import TEXT, result_bytes

PACKAGE = Path(__file__).parent.parent / "pipeline" / "insek"
LINKED = handmade(
    [text("Das Integrationsbüro lädt zugewanderte Familien in das Stadtteilhaus ein.")],
    catalogue=b"/OpenAction<</S/URI/URI(http://127.0.0.1:9/geladen)>>/AA<</WC<</S/JavaScript/JS(app.launchURL\\('x'\\))>>>>"
    b"/Names<</EmbeddedFiles<</Names[(../../boese.txt) <</Type/Filespec/F(../../boese.txt)/EF<</F 4 0 R>>>>]>>>>",
    extra=[stream(b"attached", b"/Type/EmbeddedFile")],
)


@pytest.fixture
def plans(tmp_path) -> Path:
    folder = tmp_path / "plaene"
    folder.mkdir()
    (folder / "verlinkt.pdf").write_bytes(LINKED)
    for n in range(3):
        (folder / f"plan_{n}.txt").write_text(TEXT.format(n=n + 2) * 10, "utf-8")
    return folder


def command(plans: Path, out: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "insek.cli", "screen", str(plans), "--out", str(out), "--jobs", "2", *more]


# --- network and files -----------------------------------------------------------------------------------------------

WATCH = """
import os, sys
_allowed = tuple(os.environ["WATCH_ALLOWED"].split(os.pathsep))
_log = os.environ["WATCH_LOG"]
_busy = False

def _note(line):
    global _busy
    _busy = True
    with open(_log, "a", encoding="utf-8") as file:
        file.write(line + "\\n")
    _busy = False

def _watch(event, args):
    if _busy:
        return
    if event.startswith(("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto")):
        _note(f"{event} {args[1:]!r}")
    elif event == "open" and isinstance(args[0], (str, bytes)):
        path, mode, flags = os.path.abspath(os.fsdecode(args[0])), args[1], args[2] or 0
        writes = any(c in mode for c in "wax+") if mode else flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if writes and not path.startswith(_allowed) and path != os.devnull:
            _note(f"write {path}")
    elif event in ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "os.link"):
        path = os.path.abspath(os.fsdecode(args[1 if event in ("os.rename", "os.symlink", "os.link") else 0]))
        if not path.startswith(_allowed):
            _note(f"{event} {path}")

sys.addaudithook(_watch)
"""


def test_no_socket_is_opened_and_nothing_is_written_outside_the_run(plans, tmp_path, project):
    watch, log, out = tmp_path / "watch", tmp_path / "log", tmp_path / "lauf"
    watch.mkdir()
    (watch / "sitecustomize.py").write_text(textwrap.dedent(WATCH), "utf-8")
    path = os.pathsep.join([str(watch), str(PACKAGE.parent)])
    extra = {"PYTHONPATH": path, "WATCH_LOG": str(log), "PYTHONDONTWRITEBYTECODE": "1"}
    allowed = {"WATCH_ALLOWED": os.pathsep.join([str(out), "/dev/shm"])}  # locks of the workers
    subprocess.run(command(plans, out), check=True, capture_output=True, cwd=project.root,
                   env={**os.environ, **extra, **allowed})  # fmt: skip
    assert not log.exists() or log.read_text("utf-8") == ""
    assert not list(tmp_path.rglob("boese*"))
    proof = subprocess.run([sys.executable, "-c", "open('x', 'w'); import socket; socket.getaddrinfo('localhost', 9)"],
                           check=True, cwd=tmp_path, env={**os.environ, **extra, **allowed})  # fmt: skip
    assert proof.returncode == 0
    assert [line.split()[0] for line in log.read_text("utf-8").splitlines()] == ["write", "socket.getaddrinfo"]


def test_it_runs_where_there_is_no_network_at_all(plans, tmp_path, project):
    tool = shutil.which("unshare")
    if not tool or subprocess.run([tool, "-n", "true"], check=False, capture_output=True).returncode:
        pytest.skip("no right to make a network namespace")
    out = tmp_path / "lauf"
    done = subprocess.run([tool, "-n", *command(plans, out)], check=False, capture_output=True, cwd=project.root)
    assert done.returncode == 0, done.stderr
    assert (out / "index.html").is_file()


def test_reports_load_nothing_from_elsewhere(plans, tmp_path):
    out = tmp_path / "lauf"
    assert CliRunner().invoke(main, ["screen", str(plans), "--out", str(out), "--rules-only"]).exit_code == 0
    for page in out.rglob("*.html"):
        content = page.read_text("utf-8")
        for loading in ('src="http', "src='http", 'href="http', "url(http", "@import", "//127.0.0.1", "geladen"):
            assert loading not in content, (page, loading)


# --- code in data ----------------------------------------------------------------------------------------------------


def calls() -> list[tuple[Path, str, ast.Call]]:
    found = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                found.append((path.relative_to(PACKAGE), ast.unparse(node.func), node))
    return found


def test_nothing_from_outside_is_loaded_as_code():
    allowed = {
        ("pickle.loads", "extract/guarded.py"),  # what our own child process wrote to its pipe
        ("yaml.load", "guideline/reading.py"),  # with a loader made from the safe one, see the next test
    }
    forbidden = {"eval", "exec", "pickle.load", "pickle.loads", "joblib.load", "yaml.load", "yaml.unsafe_load",
                 "yaml.full_load", "os.system", "marshal.loads", "__import__"}  # fmt: skip
    found = {(name, path.as_posix()) for path, name, _ in calls() if name in forbidden}
    assert found <= allowed, found - allowed


def test_no_shell_and_no_pickled_arrays():
    for path, name, call in calls():
        words = {k.arg: ast.unparse(k.value) for k in call.keywords}
        assert words.get("shell") in (None, "False"), (path, name)
        assert words.get("allow_pickle") in (None, "False"), (path, name)
        if name == "skops.io.load":
            assert "trusted" in words, path


def test_a_yaml_tag_of_python_is_refused(place):
    file = place.guideline_folder / "scoring.yaml"
    file.write_text('!!python/object/apply:os.system ["touch boese"]\n', "utf-8")
    done = subprocess.run([sys.executable, "-m", "insek.cli", "check"], check=False, capture_output=True, text=True,
                          cwd=place.root)  # fmt: skip
    assert done.returncode == 78, done.stderr
    assert "Traceback" not in done.stderr
    assert not (place.root / "boese").exists()


# --- disk, rights, clock, two runs -----------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path):
    """A disk of two megabytes."""
    disk = tmp_path / "platte"
    disk.mkdir()
    made = (
        shutil.which("mount")
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)], check=False, capture_output=True
        ).returncode
    )
    if not made:
        pytest.skip("no right to mount a disk")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=False)


def test_a_full_disk_ends_the_run_clearly_and_loses_nothing(small_disk, tmp_path, project):
    plans, out = tmp_path / "plaene", small_disk / "lauf"
    plans.mkdir()
    for n in range(30):
        (plans / f"plan_{n:02}.txt").write_text(TEXT.format(n=n + 2) * 40, "utf-8")
    done = subprocess.run(command(plans, out), check=False, capture_output=True, text=True, cwd=project.root)
    assert done.returncode == 73, done.stderr
    assert "kann nicht geschrieben werden (der Datenträger ist voll)" in done.stderr
    assert "Traceback" not in done.stderr
    kept = {p: p.stat().st_mtime_ns for p in out.glob("*/coverage.json")}
    assert kept
    assert not list(out.rglob("*.part"))
    subprocess.run(["mount", "-o", "remount,size=40m", str(small_disk)], check=True)
    subprocess.run(command(plans, out), check=True, capture_output=True, cwd=project.root)
    assert {p: p.stat().st_mtime_ns for p in kept} == kept
    subprocess.run(command(plans, tmp_path / "ganz" / "lauf"), check=True, capture_output=True, cwd=project.root)
    assert result_bytes(out) == result_bytes(tmp_path / "ganz" / "lauf")


def test_a_disk_that_may_only_be_read_is_told(small_disk, plans, project):
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    done = subprocess.run(command(plans, small_disk / "lauf"), check=False, capture_output=True, text=True,
                          cwd=project.root)  # fmt: skip
    assert done.returncode == 73
    assert "kann nicht beschrieben werden" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_clock_that_is_set_back_changes_nothing(plans, tmp_path, monkeypatch):
    args = ["screen", str(plans), "--rules-only", "--out"]
    assert CliRunner().invoke(main, [*args, str(tmp_path / "heute")]).exit_code == 0
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - 10 * 365 * 86_400)
    assert CliRunner().invoke(main, [*args, str(tmp_path / "damals")]).exit_code == 0
    assert result_bytes(tmp_path / "heute") == result_bytes(tmp_path / "damals")
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "heute").glob("*/coverage.json")}
    assert CliRunner().invoke(main, [*args, str(tmp_path / "heute")]).exit_code == 0
    assert {p: p.stat().st_mtime_ns for p in before} == before


def test_of_two_runs_at_once_one_is_done_and_one_is_told_or_waits(plans, tmp_path, project):
    out = tmp_path / "lauf"
    runs = [subprocess.Popen(command(plans, out), stderr=subprocess.PIPE, text=True, cwd=project.root) for _ in "ab"]
    told = [run.communicate()[1] for run in runs]
    assert sorted(run.returncode for run in runs)[0] == 0
    for run, said in zip(runs, told, strict=True):
        assert run.returncode == 0 or (run.returncode == 73 and "anderer Lauf" in said)
    subprocess.run(command(plans, tmp_path / "allein"), check=True, capture_output=True, cwd=project.root)
    assert result_bytes(out) == result_bytes(tmp_path / "allein")


def test_a_run_over_other_files_that_waited_is_refused_still(plans, tmp_path, monkeypatch):
    """The folder was empty when the second run looked, and held the first one's results when it got its turn."""
    out, other = tmp_path / "lauf", tmp_path / "andere"
    other.mkdir()
    (other / "fremd.txt").write_text(TEXT.format(n=3), "utf-8")
    from insek.batch import screening

    def late(folder):
        assert CliRunner().invoke(main, ["screen", str(plans), "--out", str(out), "--rules-only"]).exit_code == 0
        return sole_use(folder)

    with monkeypatch.context() as patch:
        calls = iter([late, sole_use])
        patch.setattr(screening, "sole_use", lambda folder: next(calls)(folder))
        second = CliRunner().invoke(main, ["screen", str(other), "--out", str(out), "--rules-only"])
    assert second.exit_code == 73
    assert "Lauf über andere Dateien" in second.output
    assert not (out / "fremd").exists()


def test_halves_of_characters_can_be_written(tmp_path):
    write_atomic(tmp_path / "x.json", '{"name": "halb\udcff"}')
    assert json.loads((tmp_path / "x.json").read_text("utf-8")) == {"name": "halb\udcff"}
