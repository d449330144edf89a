"""What the tests of the desk share: a plan of a town that does not exist, and desks as real processes."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from urllib.parse import urlencode, urlsplit

SCRIPT = "<script>document.title='eingedrungen'</script>"
BIDI = "Vertrag\u202egnp.exe"
LONG = "Wohnraumversorgung" * 120
HOSTILE = (
    f"Die Beratung für Geflüchtete {SCRIPT} im Stadtteilbüro &lt;b&gt; wird {{{{ 7*7 }}}} fortgeführt und erweitert.",
    f"=1+1 Der Vertrag {BIDI} über die Unterkunft endet 2031, danach zieht das Amt in das alte Rathaus.",
    f"Das Wort {LONG} steht im Entwurf der Wohnungsgesellschaft für zugewanderte Familien.",
)
PARAGRAPHS = (
    "Im Stadtteil Mühlenau leben viele zugewanderte Familien; jedes dritte Kind wächst mit zwei Sprachen auf.",
    "Die Stadt richtet bis 2027 zwei Sprachcafés für Geflüchtete ein; zuständig ist das Integrationsbüro.",
    "Der Radweg entlang der Lohe wird auf 2,40 Meter verbreitert und erhält einen neuen Belag aus Asphalt.",
    "Menschen mit Migrationshintergrund finden schwerer eine Wohnung als Alteingesessene, sagen die Beratungsstellen.",
    "Am Bürgerforum nahmen 120 Bewohnerinnen und Bewohner teil, darunter Mitglieder des Integrationsrates.",
    "Das Klärwerk an der Lohe wird bis 2031 um eine vierte Reinigungsstufe erweitert, die Kosten trägt der Verband.",
    "Ziel ist, dass Zugewanderte und Alteingesessene gleichen Zugang zu Kitas, Schulen und Vereinen haben.",
    "Der Integrationsbericht erscheint alle zwei Jahre und nennt den Anteil ausländischer Beschäftigter im Rathaus.",
    "Die Feuerwache zieht an die Umgehungsstraße, weil das alte Gerätehaus für neue Fahrzeuge zu niedrig ist.",
    "Ehrenamtliche begleiten geflüchtete Familien zu Ämtern, Ärzten und Elternabenden in der ganzen Stadt.",
    "Für die Sanierung der Stadthalle sind vier Millionen Euro in der mittelfristigen Planung vorgesehen.",
)


def plan_source() -> str:
    """The plan as typst; nothing in it is markup."""
    texts = [json.dumps(text, ensure_ascii=False) for text in (*PARAGRAPHS, *HOSTILE)]
    body = "\n\n".join(f"#par[#text({text})]" for text in texts)
    return f'#set text(lang: "de")\n= 1 Integration in Loheck\n\n{body}\n'


class DeskProcess:
    """`insek review` in a process of its own, for one annotator; left by `with`, it ends."""

    def __init__(self, run: Path, project: Path, annotator: str, *options: str) -> None:
        command = [sys.executable, "-m", "insek.cli", "review", str(run), "--annotator", annotator, "--no-browser"]
        with (run.parent / f"fehler-{annotator}.txt").open("w") as errors:
            self.process = subprocess.Popen([*command, *options], cwd=project, stdout=subprocess.PIPE, text=True,
                                            stderr=errors)  # fmt: skip
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        parts = urlsplit(self.url)
        assert parts.port, (run.parent / f"fehler-{annotator}.txt").read_text()
        self.port, self.token, self.base = parts.port, parts.query.removeprefix("token="), f"http://{parts.netloc}"
        self.cookie = ""

    def __enter__(self) -> DeskProcess:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.process.terminate()
        self.process.communicate(timeout=60)

    def kill(self) -> None:
        """As the power failing: no chance to finish anything."""
        self.process.kill()
        self.process.communicate(timeout=60)

    def enter(self) -> None:
        """Exchange the token for the cookie."""
        status, headers, _ = self.ask("GET", f"/?token={self.token}")
        assert status == 303
        self.cookie = headers["set-cookie"].split(";")[0]

    def ask(self, method: str, path: str, fields: Mapping[str, str] | list[tuple[str, str]] | None = None,
            headers: Mapping[str, str] | None = None) -> tuple[int, dict[str, str], str]:  # fmt: skip
        """Status, headers (small letters) and text of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {"Cookie": self.cookie} if self.cookie else {}
        body = None
        if fields is not None:
            body, sent["Content-Type"] = urlencode(fields), "application/x-www-form-urlencoded"
        connection.request(method, path, body, sent | dict(headers or {}))
        answer = connection.getresponse()
        told = answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode("utf-8", "replace")
        connection.close()
        return told

    def form(self, path: str) -> dict[str, str]:
        """The hidden fields of the decision form of a page."""
        status, _, text = self.ask("GET", path)
        assert status == 200, text
        form = re.search(r'<form method="post" action="/entscheiden".*?</form>', text, re.S)
        assert form
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[0]))


def decisions(run: Path) -> list[dict]:
    """The lines of `reviews.jsonl`."""
    return [json.loads(line) for line in (run / "reviews.jsonl").read_text("utf-8").splitlines()]
