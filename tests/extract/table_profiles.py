# ruff: noqa: E501 - rows of tables and typst sources are easier to read on one line
"""Authored profiles of measures: forms of labels and values in several drawings."""

from __future__ import annotations

from .table_parts import PROSE, TablePage, cells

DESCRIPTION = (
    "Im Erdgeschoss des ehemaligen Kaufhauses entsteht ein Treffpunkt für alle Generationen. Träger und Vereine bieten dort "
    "Beratung, Sprachkurse und Kulturveranstaltungen an. Ein Bewohnerrat entscheidet über das Programm und verwaltet einen "
    "eigenen Verfügungsfonds."
)
PROFILE = {
    "Beschreibung": DESCRIPTION,
    "Federführung": "Amt für Stadtentwicklung",
    "Partner": "Diakonie, Integrationsbeirat, Seniorenrat",
    "Zeithorizont": "2026 bis 2029",
    "Kosten": "380.000 €, davon 60 % Städtebauförderung",
    "Priorität": "hoch",
}
TITLE = "M 4.2 Haus der Begegnung in der Gerbergasse"
PROFILE_RULED = TablePage(
    "profile, ruled",
    "#table(columns: (1fr, 3fr), table.cell(colspan: 2, fill: luma(210))[*" + TITLE + "*], "
    + cells([(f"*{k}*", v) for k, v in PROFILE.items()]) + ")",
    [((TITLE,), {k: v}) for k, v in PROFILE.items()],
)  # fmt: skip
PROFILE_UNRULED = TablePage(
    "profile, unruled",
    f"= {TITLE}\n#grid(columns: (3.5cm, 1fr), row-gutter: 9pt, {cells([(f'*{k}*', v) for k, v in PROFILE.items()])})",
    [((TITLE,), {k: v}) for k, v in PROFILE.items()],
)
SHORT = {k: v for k, v in PROFILE.items() if k != "Beschreibung"} | {"Zielgruppe": "Bewohnerschaft der Altstadt"}
PAIRS = list(SHORT.items())
PROFILE_PAIRS = TablePage(
    "profile, two fields a line and a long box",
    "#table(columns: (1fr, 1.6fr, 1fr, 1.6fr), table.cell(colspan: 4, fill: luma(210))[*" + TITLE + "*], "
    + cells([(f"*{a}*", b, f"*{c}*", d) for (a, b), (c, d) in zip(PAIRS[::2], PAIRS[1::2], strict=True)])
    + f", table.cell(colspan: 4)[*Beschreibung*], table.cell(colspan: 4)[{DESCRIPTION}])",
    [((TITLE,), {k: v}) for k, v in (*PAIRS, ("Beschreibung", DESCRIPTION))],
)  # fmt: skip
PROFILE_CARDS = TablePage(
    "profile, labels inside the boxes",
    f"= {TITLE}\n#table(columns: (1fr, 1fr, 1fr), "
    + ", ".join(f"[*{k}* \\\n {v}]" for k, v in PAIRS)
    + f", table.cell(colspan: 3)[*Beschreibung* \\\n {DESCRIPTION}])",
    [((TITLE,), {k: v}) for k, v in (*PAIRS, ("Beschreibung", DESCRIPTION))],
)
PROFILE_PAIRS_UNRULED = TablePage(
    "profile, two fields a line, unruled",
    f"= {TITLE}\n#grid(columns: (2.6cm, 1fr, 2.6cm, 1fr), column-gutter: 4mm, row-gutter: 9pt, "
    + cells([(f"*{a}:*", b, f"*{c}:*", d) for (a, b), (c, d) in zip(PAIRS[::2], PAIRS[1::2], strict=True)])
    + f")\n\n{PROSE}",
    [((TITLE,), {k: v}) for k, v in PAIRS],
)
PROFILE_FLAT = TablePage(
    "profile, flat rules, plain labels",
    f"= {TITLE}\n#set table(stroke: (x: none, y: 0.4pt))\n#table(columns: (3.5cm, 1fr), "
    + cells(list(PROFILE.items())) + ")",
    [((TITLE,), {k: v}) for k, v in PROFILE.items()],
)  # fmt: skip
PROFILE_SHADED = TablePage(
    "profile, labels on a shade",
    f"= {TITLE}\n#table(columns: (3.5cm, 1fr), stroke: none, row-gutter: 2pt, "
    "fill: (x, _) => if x == 0 { luma(220) }, " + cells(list(PROFILE.items())) + ")",
    [((TITLE,), {k: v}) for k, v in PROFILE.items()],
)  # fmt: skip
SECOND = "M 4.3 Sprachbrücke im Familienzentrum Bleiche"
OTHER = {
    "Ziel": "Eltern und Kinder lernen gemeinsam Deutsch und kommen mit der Nachbarschaft ins Gespräch",
    "Zuständigkeit": "Jugendamt, Familienzentrum Bleiche",
    "Zielgruppe": "Familien mit Kindern unter sechs Jahren",
    "Laufzeit": "drei Jahre ab Bewilligung",
    "Finanzierung": "Landesprogramm und Eigenmittel der Stadt",
    "Indikator": "Zahl der Familien, die länger als sechs Monate teilnehmen",
}
PROFILES_IN_A_ROW = TablePage(
    "one profile after another",
    "\n#pagebreak()\n".join(
        "#table(columns: (1fr, 3fr), table.cell(colspan: 2, fill: luma(210))[*" + title + "*], "
        + cells([(f"*{k}*", v) for k, v in fields.items()]) + ")"
        for title, fields in ((TITLE, PROFILE), (SECOND, OTHER))
    ),
    [((title,), {k: v}) for title, fields in ((TITLE, PROFILE), (SECOND, OTHER)) for k, v in fields.items()],
)  # fmt: skip

PROFILES = [value for value in list(globals().values()) if isinstance(value, TablePage)]
"""All profiles, in the order above."""
