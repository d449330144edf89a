"""`insek labels`: labels come in, go out, are chosen and checked."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from insek.cli.base import PATH, counted, guarded, main, result, say
from insek.german import GermanGroup

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from insek.learn.entries import Entry
    from insek.learn.importing import Imported
    from insek.learn.inspection import Finding
    from insek.sheet import Vocabulary

FORMATS = ("xlsx", "csv", "jsonl", "doccano", "label-studio", "prodigy")
_FORMAT = click.option("--format", "form", type=click.Choice(FORMATS), default="xlsx", show_default=True,
                       help="xlsx, csv: der Prüfbogen. jsonl: insek selbst. doccano, label-studio, prodigy: zum "
                            "Einlesen in diese Programme.")  # fmt: skip
_OUT = click.option("--out", required=True, type=PATH, metavar="DATEI", help="Zieldatei.")


@main.group(cls=GermanGroup)
def labels() -> None:
    """Labels holen, ausgeben, auswählen und prüfen.

    Der übliche Weg: `labels queue` legt einen Prüfbogen mit den lehrreichsten Passagen an, Menschen füllen ihn aus,
    `labels import` übernimmt ihn, `labels check` prüft, `insek train` lernt daraus. Die Labels liegen als JSON-Zeilen
    in corpus/labels/; nichts davon wird je überschrieben.
    """


@labels.command("import")
@click.argument("files", nargs=-1, required=True, type=PATH, metavar="DATEI…")
@click.option("--annotator", metavar="NAME", default="", help="Von wem die Labels sind, wo es nicht dabeisteht.")
@click.option("--reviewed", is_flag=True, help="Alle Zeilen gelten als geprüft (zweiter Blick).")
@click.option("--codebook", metavar="FASSUNG", default="", help="Fassung des Codebuchs. [Standard: die des Leitfadens]")
@click.option("--dry-run", is_flag=True, help="Nur prüfen, nichts schreiben.")
@guarded
def import_(files: tuple[Path, ...], annotator: str, reviewed: bool, codebook: str, dry_run: bool) -> None:
    """Ausgefüllte Prüfbögen und Exporte anderer Programme übernehmen.

    Erkannt werden am Inhalt: der Prüfbogen (XLSX, CSV), doccano-JSONL, Label-Studio-JSON, Prodigy-JSONL und Labels von
    insek. Ist eine Zeile fehlerhaft, wird aus der ganzen Datei nichts übernommen und jede fehlerhafte Zeile mit Grund
    genannt (Ende-Code 65). Zweimal dieselbe Datei ändert nichts; ein anderes Urteil derselben Person gilt als
    Berichtigung. Zeilen ohne Label bleiben offen.
    """
    from insek.errors import InputError
    from insek.guideline import load_guideline
    from insek.learn.importing import ImportSettings, import_file
    from insek.project import Project

    project = Project.find()
    guideline = load_guideline(project.guideline_folder)
    settings = ImportSettings(annotator, reviewed, codebook, dry_run)
    failed = 0
    for path in files:
        try:
            done = import_file(path, project, guideline, settings)
        except InputError as error:
            say(f"Fehler: {error}")
            failed += 1
            continue
        _tell(done, dry_run)
        failed += bool(done.faults)
    if failed:
        say(f"{failed} von {counted(len(files), 'Datei', 'Dateien')} nicht übernommen.")
        sys.exit(InputError.exit_code)


def _tell(done: Imported, dry_run: bool) -> None:
    if done.faults:
        say(f"{done.source}: nichts übernommen, {len(done.faults)} Fehler.")
        for rows, fault in _same_faults(done.faults):
            click.echo(f"{done.source.name}, {rows}: {fault}")
        return
    told = (f"{done.added} neu, {done.corrected} berichtigt, {done.known} schon bekannt, "
            f"{done.unlabelled} ohne Label")  # fmt: skip
    say(f"{done.source}: {told}.")
    if done.target:
        click.echo(f"{'Würde schreiben' if dry_run else 'Labels'}: {done.target}")


def _same_faults(faults: Sequence[tuple[int, str]]) -> Iterator[tuple[str, str]]:
    """Faults in the order of their first row; rows with the same fault together ("Zeilen 2–9, 12")."""
    rows: dict[str, list[int]] = {}
    for row, fault in faults:
        rows.setdefault(fault, []).append(row)
    for fault, numbers in rows.items():
        spans = [[numbers[0], numbers[0]]]
        for number in numbers[1:]:
            if number <= spans[-1][1] + 1:
                spans[-1][1] = number
            else:
                spans.append([number, number])
        told = ", ".join(f"{first}–{last}" if first < last else str(first) for first, last in spans)
        yield f"{'Zeilen' if len(numbers) > 1 else 'Zeile'} {told}", fault


@labels.command()
@_FORMAT
@_OUT
@click.option("--only", type=click.Choice(["all", "unlabelled", "unreviewed", "disputed", "differs"]), default="all",
              show_default=True, help="unlabelled: noch ohne Label. unreviewed: nicht geprüft. disputed: uneins. "
                                      "differs: das Modell sagt bei den Themen anderes.")  # fmt: skip
@click.option("--blank", is_flag=True, help="Ohne die vorhandenen Labels: für einen zweiten, unabhängigen Blick.")
@guarded
def export(form: str, out: Path, only: str, blank: bool) -> None:
    """Labels mit den Vorschlägen des eingesetzten Modells ausgeben.

    Haben mehrere Personen eine Passage gelabelt, erhält jede ihre Zeile. Der Prüfbogen (xlsx) hat Auswahllisten;
    auszufüllen sind die farbigen Spalten. Zu label-studio entsteht neben der Zieldatei die Oberfläche zum Einfügen
    (.config.xml). Ausgefüllt kommt alles mit `insek labels import` zurück.
    """
    from insek.guideline import load_guideline
    from insek.learn.exporting import export_entries
    from insek.learn.policy import load_vocabulary
    from insek.project import Project

    project = Project.find()
    guideline = load_guideline(project.guideline_folder)
    entries = export_entries(project, guideline, only, blank=blank)
    _write(entries, form, out, load_vocabulary(project.guideline_folder, guideline))


@labels.command()
@click.argument("runs", nargs=-1, required=True, type=PATH, metavar="LAUF…")
@click.option("-n", "--number", type=click.IntRange(1), metavar="ZAHL", default=100, show_default=True,
              help="Wie viele Passagen.")  # fmt: skip
@click.option("--random", "share", type=click.FloatRange(0, 1), metavar="ANTEIL", default=0.2, show_default=True,
              help="Anteil zufällig gezogener Passagen; nur aus ihnen lassen sich Häufigkeiten schätzen.")  # fmt: skip
@click.option("--seed", type=int, metavar="ZAHL", default=20231, show_default=True, help="Anfangswert des Zufalls.")
@_FORMAT
@_OUT
@guarded
def queue(runs: tuple[Path, ...], number: int, share: float, seed: int, form: str, out: Path) -> None:
    """Auswählen, was als Nächstes gelabelt werden sollte.

    Aus den Passagen eines oder mehrerer Läufe: ein zufälliger Anteil, dann die, bei denen Regeln und Modell uneins
    sind, die unsichersten jeder Klasse, und solche, die allem bisher Gelabelten unähnlich sind. Jede Zeile nennt ihren
    Grund. Was schon gelabelt ist oder zum Messen zurückgelegt wurde, kommt nicht.
    """
    from insek.guideline import load_guideline
    from insek.learn.gate import frozen_passages
    from insek.learn.labels import read_labels
    from insek.learn.policy import load_vocabulary
    from insek.learn.queue import QueueSettings, pick, run_candidates
    from insek.project import Project

    project = Project.find()
    guideline = load_guideline(project.guideline_folder)
    candidates = [candidate for run in runs for candidate in run_candidates(run, guideline)]
    folder = project.labels_folder
    known = read_labels(folder, guideline) if any(folder.glob("*.jsonl")) else []
    known += frozen_passages(project, guideline)
    vocabulary = load_vocabulary(project.guideline_folder, guideline)
    entries = pick(candidates, known, vocabulary, QueueSettings(number, share, seed))
    runs_told = counted(len(runs), "Lauf", "Läufen")
    say(f"{counted(len(candidates), 'Passage', 'Passagen')} in {runs_told}, {len(entries)} ausgewählt.")
    _write(entries, form, out, vocabulary)


def _write(entries: Sequence[Entry], form: str, out: Path, vocabulary: Vocabulary) -> None:
    from insek.learn.exchange import WRITERS, labelstudio
    from insek.store import write_atomic

    write_atomic(out, WRITERS[form](entries, vocabulary))
    if form == "label-studio":
        write_atomic(out.with_suffix(".config.xml"), labelstudio.config(vocabulary))
    click.echo(f"{counted(len(entries), 'Zeile', 'Zeilen')}: {out}")


@labels.command()
@click.option("--json", "as_json", is_flag=True, help="Alles als JSON auf die Standardausgabe.")
@click.option("--limit", type=click.IntRange(0), metavar="ZAHL", default=40, show_default=True,
              help="Höchstens so viele Hinweise zeigen; Alarme werden alle gezeigt.")  # fmt: skip
@guarded
def check(as_json: bool, limit: int) -> None:
    """Die Labels des Projekts prüfen.

    Gesucht werden Widersprüche, fast gleiche Passagen beiderseits der Aufteilung, verdächtige Importe, vermutete
    Fehler, geringe Übereinstimmung und Labels mit zu wenigen Passagen. Ein Alarm macht ein Modell schlechter oder eine
    Messung unehrlich: Ende-Code 78. Ein Hinweis ist einen Blick wert; vermutete Fehler stehen mit dem
    unwahrscheinlichsten Label zuerst.
    """
    from insek.learn.inspection import ALARM, inspect_labels
    from insek.project import Project

    report = inspect_labels(Project.find(), say)
    alarms = [finding for finding in report.findings if finding.level == ALARM]
    hints = report.findings[len(alarms) :]
    if as_json:
        result(json.dumps(report.record(), ensure_ascii=False, indent=1) + "\n")
    else:
        for finding in (*alarms, *hints[:limit]):
            click.echo(_line(finding))
        if len(hints) > limit:
            say(f"{len(hints) - limit} weitere Hinweise: --limit {len(hints)} zeigt alle.")
    told = f"{counted(len(alarms), 'Alarm', 'Alarme')}, {counted(len(hints), 'Hinweis', 'Hinweise')}"
    say(f"{report.lines} Zeilen, {report.passages} Passagen: {told}.")
    if alarms:
        sys.exit(78)


def _line(finding: Finding) -> str:
    return f"{finding.level:8} {finding.subject:20} {finding.where}: {finding.what}"
