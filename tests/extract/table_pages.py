# ruff: noqa: E501 - rows of tables and typst sources are easier to read on one line
"""Authored table pages of fictional towns: typst source, page setting, and what each row must say."""

from __future__ import annotations

from .table_parts import PROSE, TablePage, cells, entries
from .table_profiles import PROFILES

HEADS = ("Maßnahme", "Zuständigkeit", "Zeithorizont", "Kosten")
MEASURES = [
    (
        "Begegnungscafé im ehemaligen Postamt mit Sprachtreff und Beratung für Neuzugewanderte",
        "Fachbereich Soziales, Caritasverband",
        "kurzfristig (bis 2027)",
        "45.000 € im Jahr",
    ),
    ("Mehrsprachige Willkommensmappe für alle Haushalte", "Bürgerbüro", "2026", "8.000 €"),
    (
        "Ausbau der Stadtteilbibliothek zum Lernort mit Hausaufgabenhilfe und Elterncafé",
        "Kulturamt, Grundschule am Anger",
        "mittelfristig",
        "1,2 Mio. €",
    ),
    ("Integrationsbeirat mit eigenem Verfügungsfonds ausstatten", "Hauptamt", "dauerhaft", "–"),
    ("Barrierefreie Umgestaltung des Wochenmarkts", "Tiefbauamt", "2028–2030", "760.000 €"),
]
GAPS = [
    ("Runder Tisch Ankommen", "Kirchen, Vereine, Beirat", "halbjährlich"),
    ("Aufbau eines Dolmetschpools für Behörden, Schulen und Arztpraxen", "Volkshochschule", ""),
    ("Interkultureller Garten an der Gerberau", "", "2027"),
    ("Fachtag Antidiskriminierung", "Gleichstellungsstelle", "2026"),
    ("Ausbau der Schulsozialarbeit an allen Grundschulen und Mittelschulen der Stadt", "Schulverwaltungsamt und Jugendamt", "ab 2026"),
]  # fmt: skip
BOLD_HEADS = tuple(f"*{h}*" for h in HEADS)
LONG = [
    (
        f"Quartierstreff {name} mit offener Küche, Werkraum und Sprechstunden der Migrationsberatung einrichten",
        "Amt für Soziales und Wohnen, Träger der freien Wohlfahrtspflege",
        f"{2026 + i % 5}–{2028 + i % 5}",
        f"{20 + i}.500 €",
    )
    for i, name in enumerate(
        ("Anger", "Bleiche", "Dammtor", "Eichholz", "Fischerau", "Gerbergasse", "Hirschhorn", "Immental", "Jakobsberg",
         "Kalkofen", "Lerchenfeld", "Mühlgraben", "Neustadt", "Oberdorf", "Paulusviertel", "Quellengrund", "Rosental",
         "Steinbruch", "Talaue", "Unterwiesen", "Vogelherd", "Weinberg", "Ziegelei", "Ährenfeld", "Ostend", "Südhang")
    )
]  # fmt: skip
WIDTHS = "columns: (2.4fr, 1.6fr, 1.1fr, 1fr)"
RULED = TablePage(
    "ruled",
    f"= Maßnahmen im Überblick\n{PROSE}\n\n#table({WIDTHS}, {cells([BOLD_HEADS, *MEASURES])})",
    entries(HEADS, MEASURES, "Maßnahmen im Überblick"),
)
UNRULED = TablePage(
    "unruled",
    f"= Vorhaben\n{PROSE}\n\n#table({WIDTHS}, stroke: none, row-gutter: 5pt, {cells([BOLD_HEADS, *MEASURES])})\n\n{PROSE}",
    entries(HEADS, MEASURES),
)
FLAT_RULES = TablePage(
    "flat rules",
    f"{PROSE}\n\n#set table(stroke: (x: none, y: 0.5pt))\n#table({WIDTHS}, {cells([BOLD_HEADS, *MEASURES])})\n\n{PROSE}",
    entries(HEADS, MEASURES),
)
BOOKTABS = TablePage(
    "rules at head and foot",
    f"{PROSE}\n\n#table({WIDTHS}, stroke: none, row-gutter: 4pt, table.hline(), {cells([BOLD_HEADS])}, table.hline(), "
    f"{cells(MEASURES)}, table.hline())\n\n{PROSE}",
    entries(HEADS, MEASURES),
)
ZEBRA = TablePage(
    "zebra",
    f"{PROSE}\n\n#table({WIDTHS}, stroke: none, fill: (_, y) => if calc.even(y) {{ luma(220) }}, "
    f"{cells([HEADS, *MEASURES])})\n\n{PROSE}",
    entries(HEADS, MEASURES),
)
ZEBRA_DARK_HEAD = TablePage(
    "zebra with dark head",
    f'{PROSE}\n\n#table({WIDTHS}, stroke: none, fill: (_, y) => if y == 0 {{ rgb("#2b5d7d") }} else if calc.odd(y) '
    f'{{ rgb("#e8f0f4") }}, {cells([tuple(f"#text(fill: white)[{h}]" for h in HEADS), *MEASURES])})\n\n{PROSE}',
    entries(HEADS, MEASURES),
)
TWO_PAGES_REPEATED = TablePage(
    "two pages, repeated heads",
    f"#table({WIDTHS}, table.header({cells([BOLD_HEADS])}), {cells(LONG)})",
    entries(HEADS, LONG),
)
TWO_PAGES_PLAIN = TablePage(
    "two pages, heads once",
    f"#table({WIDTHS}, {cells([BOLD_HEADS, *LONG])})\n\n{PROSE}",
    entries(HEADS, LONG),
)
LONG_ENTRY = (
    "Aufbau einer zentralen Anlaufstelle für Zugewanderte, in der Ausländerbehörde, Jobcenter und Migrationsberatung "
    "gemeinsam beraten. Die Anlaufstelle bietet Sprechzeiten in acht Sprachen an, vermittelt in Sprachkurse und begleitet "
    "Familien bei der Anmeldung in Kita und Schule. Ehrenamtliche Lotsinnen und Lotsen werden geschult und erhalten eine "
    "Aufwandsentschädigung. Die Räume im Erdgeschoss des Rathauses werden dafür umgebaut und barrierefrei erschlossen."
)
CUT_ROW = TablePage(
    "row cut by page break",
    f"#table({WIDTHS}, {cells([BOLD_HEADS, MEASURES[1], (LONG_ENTRY, 'Sozialdezernat', '2027', '310.000 €'), MEASURES[4]])})",
    entries(HEADS, [MEASURES[1], (LONG_ENTRY, "Sozialdezernat", "2027", "310.000 €"), MEASURES[4]]),
    page="width: 21cm, height: 8cm, margin: 1.5cm",
)
CUT_ROW_REPEATED = TablePage(
    "row cut by page break, repeated heads",
    f"#table({WIDTHS}, table.header({cells([BOLD_HEADS])}), "
    f"{cells([MEASURES[3], (LONG_ENTRY, 'Sozialdezernat', '2027', '310.000 €'), MEASURES[4]])})",
    entries(HEADS, [MEASURES[3], (LONG_ENTRY, "Sozialdezernat", "2027", "310.000 €"), MEASURES[4]]),
    page="width: 21cm, height: 8cm, margin: 1.5cm",
)
FIELD_HEADS = ("Handlungsfeld", "Maßnahme", "Federführung", "Umsetzung")
FIELD_ROWS = [
    ("Bildung und Sprache", "Rucksackgruppen in allen Kitas", "Jugendamt", "ab 2026"),
    ("Bildung und Sprache", "Ferienkurse Deutsch für Schulkinder", "Volkshochschule", "jährlich"),
    ("Bildung und Sprache", "Elternlotsen an Grundschulen", "Schulamt", "2027"),
    ("Wohnen", "Belegungsrechte in der Südstadt sichern", "Wohnbau Ahlbronn", "laufend"),
    ("Wohnen", "Mieterberatung in mehreren Sprachen", "Sozialamt", "2026–2029"),
]
MERGED_COLUMN = TablePage(
    "merged first column",
    "#table(columns: (1fr, 2fr, 1.2fr, 1fr), "
    + cells([tuple(f"*{h}*" for h in FIELD_HEADS)])
    + ", table.cell(rowspan: 3)[Bildung und Sprache], "
    + cells([r[1:] for r in FIELD_ROWS[:3]])
    + ", table.cell(rowspan: 2, align: horizon)[Wohnen], "
    + cells([r[1:] for r in FIELD_ROWS[3:]])
    + ")",
    entries(FIELD_HEADS, FIELD_ROWS),
)
GROUPED = TablePage(
    "titles inside the table",
    "#table(columns: (0.5fr, 2.4fr, 1.4fr, 1fr), "
    "[*Nr.*], [*Projekt*], [*Träger*], [*Priorität*], "
    "table.cell(colspan: 4, fill: luma(230))[Handlungsfeld Arbeit und Wirtschaft], "
    "[1.1], [Anerkennungsberatung für ausländische Abschlüsse], [IHK], [hoch], "
    "[1.2], [Gründungszentrum im Güterbahnhof], [Wirtschaftsförderung], [mittel], "
    "table.cell(colspan: 4, fill: luma(230))[Handlungsfeld Gesundheit], "
    "[2.1], [Sprachmittlung in der Klinik], [Kreiskrankenhaus], [hoch], "
    "[2.2], [Gesundheitslotsen im Quartier], [], [–])",
    [
        (
            ("Handlungsfeld Arbeit und Wirtschaft",),
            {
                "Nr.": "1.1",
                "Projekt": "Anerkennungsberatung für ausländische Abschlüsse",
                "Träger": "IHK",
                "Priorität": "hoch",
            },
        ),
        (
            ("Handlungsfeld Arbeit und Wirtschaft",),
            {
                "Nr.": "1.2",
                "Projekt": "Gründungszentrum im Güterbahnhof",
                "Träger": "Wirtschaftsförderung",
                "Priorität": "mittel",
            },
        ),
        (
            ("Handlungsfeld Gesundheit",),
            {
                "Nr.": "2.1",
                "Projekt": "Sprachmittlung in der Klinik",
                "Träger": "Kreiskrankenhaus",
                "Priorität": "hoch",
            },
        ),
        (("Handlungsfeld Gesundheit",), {"Nr.": "2.2", "Projekt": "Gesundheitslotsen im Quartier", "Priorität": "–"}),
    ],
)
YEARS = ("Maßnahme", "Träger", "Kosten in T€ 2026", "Kosten in T€ 2027", "Kosten in T€ 2028")
COSTS = [
    ("Sanierung des Jugendhauses Bleiche", "Jugendamt", "120", "340", "90"),
    ("Umbau der Alten Feuerwache zum Haus der Vereine", "Gebäudemanagement", "50", "", "1.150"),
    ("Sprachpatenschaften", "Freiwilligenagentur", "12", "12", "12"),
]
MULTI_HEAD = TablePage(
    "heads in two rows",
    "#table(columns: (2.2fr, 1.4fr, 0.7fr, 0.7fr, 0.7fr), table.cell(rowspan: 2)[*Maßnahme*], "
    "table.cell(rowspan: 2)[*Träger*], table.cell(colspan: 3, align: center)[*Kosten in T€*], [*2026*], [*2027*], [*2028*], "
    + cells(COSTS) + ")",
    entries(YEARS, COSTS),
)  # fmt: skip
MULTI_HEAD_FLAT = TablePage(
    "heads in two rows, flat rules",
    f"{PROSE}\n\n#table(columns: (2.2fr, 1.4fr, 0.7fr, 0.7fr, 0.7fr), stroke: none, table.hline(), "
    "table.cell(rowspan: 2)[*Maßnahme*], "
    "table.cell(rowspan: 2)[*Träger*], table.cell(colspan: 3, align: center)[*Kosten in T€*], table.hline(start: 2), "
    "[*2026*], [*2027*], [*2028*], table.hline(), "
    + ", table.hline(stroke: 0.3pt), ".join(cells([row]) for row in COSTS) + f", table.hline())\n\n{PROSE}",
    entries(YEARS, COSTS),
)  # fmt: skip
LISTS = TablePage(
    "lists and hyphens in cells",
    "#set text(hyphenate: true)\n#table(columns: (1.1fr, 2fr, 1.2fr), [*Ziel*], [*Maßnahmen*], [*Beteiligte*], "
    "[Teilhabe am Vereinsleben], [- Schnupperwochen in Sportvereinen\n- Übungsleiterkurse für Zugewanderte\n- Patenschaften], "
    "[Stadtsportverband, Vereine], "
    "[Bürgerschaftliches Engagement], [Freiwilligenmesse, Ehrenamtskarte, Nachbarschaftsstiftungsinitiative und "
    "Bildungs- und Integrationsangebote], [Freiwilligenagentur])",
    [
        (
            (),
            {
                "Ziel": "Teilhabe am Vereinsleben",
                "Maßnahmen": "• Schnupperwochen in Sportvereinen • Übungsleiterkurse für Zugewanderte • Patenschaften",
                "Beteiligte": "Stadtsportverband, Vereine",
            },
        ),
        (
            (),
            {
                "Ziel": "Bürgerschaftliches Engagement",
                "Maßnahmen": "Freiwilligenmesse, Ehrenamtskarte, Nachbarschaftsstiftungsinitiative und "
                "Bildungs- und Integrationsangebote",
                "Beteiligte": "Freiwilligenagentur",
            },
        ),
    ],
)
FIGURE_NAMES = (
    "Altstadt",
    "Bleiche",
    "Dammtor",
    "Eichholz",
    "Fischerau",
    "Immental",
    "Jakobsberg",
    "Kalkofen",
    "Neustadt",
)
FIGURES = [
    (name, f"{4 + i}.{310 + 7 * i}", f"{12 + i},{i} %", f"{4 + i}.{402 + 5 * i}", f"{13 + i},{i} %")
    for i, name in enumerate(FIGURE_NAMES)
]
FIGURE_HEADS = ("Stadtteil", "Einwohner 2018", "Anteil 2018", "Einwohner 2024", "Anteil 2024")
FIGURES_PAGE = TablePage(
    "figures",
    f"{PROSE}\n\n#table(columns: 5, {cells([tuple(f'*{h}*' for h in FIGURE_HEADS), *FIGURES])})\n\n{PROSE}",
    [],
    passages=1,
)
IN_COLUMN_HEADS = ("Projekt", "Jahr", "Stand")
IN_COLUMN = [
    ("Stadtteilgarten am Bahndamm", "2026", "beschlossen"),
    ("Mehrgenerationenplatz", "2027", "Planung"),
    ("Umbau der Turnhalle", "2029", "Idee"),
]
TWO_COLUMNS = TablePage(
    "table in a two-column page",
    f"{PROSE} {PROSE}\n\n{PROSE}\n\n#table(columns: (2fr, 0.8fr, 1.4fr), {cells([IN_COLUMN_HEADS, *IN_COLUMN])})\n\n"
    + "\n\n".join([PROSE] * 9),
    entries(IN_COLUMN_HEADS, IN_COLUMN),
    page='paper: "a4", margin: 2cm, columns: 2',
    head="#set text(size: 9pt)",
)
WIDE_HEADS = ("Nr.", "Maßnahme", "Ziel", "Federführung", "Beteiligte", "Zeitraum", "Kosten", "Indikator")
WIDE = [
    ("W1", "Wohnberatung für Zugewanderte", "Zugang zum Wohnungsmarkt", "Sozialamt", "Mieterverein", "2026–2028", "35.000 €", "Zahl der Beratungen"),
    ("W2", "Gemeinschaftsgärten in der Neustadt", "Begegnung im Wohnumfeld", "Grünflächenamt", "Nachbarschaftsverein Neustadt", "2027", "22.000 €", "Zahl der Beete"),
    ("B1", "Sprachförderung in Kitas", "Gleiche Startchancen", "Jugendamt", "Kita-Träger", "laufend", "140.000 € jährlich", "Sprachstand bei Einschulung"),
    ("B2", "Lernbegleitung in der Mittelschule", "Mehr Abschlüsse", "Schulamt", "Stiftung Bildung Ahlbronn", "2026–2030", "60.000 €", "Quote der Abschlüsse"),
]  # fmt: skip
LANDSCAPE = TablePage(
    "landscape",
    f"#set text(size: 8.5pt)\n#table(columns: (0.4fr, 1.6fr, 1.4fr, 1fr, 1.3fr, 0.9fr, 1fr, 1.2fr), "
    f"fill: (_, y) => if y == 0 {{ luma(210) }}, {cells([WIDE_HEADS, *WIDE])})",
    entries(WIDE_HEADS, WIDE),
    page='paper: "a4", flipped: true, margin: 1.5cm',
)

MERGED_FLAT = TablePage(
    "merged first column, flat rules",
    f"{PROSE}\n\n#table(columns: (1fr, 2fr, 1.2fr, 1fr), stroke: none, table.hline(), "
    + cells([tuple(f"*{h}*" for h in FIELD_HEADS)])
    + ", table.hline(), table.cell(rowspan: 3)[Bildung und Sprache], "
    + ", table.hline(start: 1, stroke: 0.4pt), ".join(cells([r[1:]]) for r in FIELD_ROWS[:3])
    + ", table.hline(stroke: 0.4pt), table.cell(rowspan: 2)[Wohnen], "
    + ", table.hline(start: 1, stroke: 0.4pt), ".join(cells([r[1:]]) for r in FIELD_ROWS[3:])
    + f", table.hline())\n\n{PROSE}",
    entries(FIELD_HEADS, FIELD_ROWS),
)
UNRULED_CLOSE = TablePage(
    "unruled, plain heads, gaps in rows",
    f"{PROSE}\n\n#table(columns: (2fr, 1.3fr, 1fr), stroke: none, inset: (x: 4pt, y: 3pt), "
    + cells([("Vorhaben", "Beteiligte", "Zeitraum"), *GAPS]) + f")\n\n{PROSE}",
    entries(("Vorhaben", "Beteiligte", "Zeitraum"), GAPS),
)  # fmt: skip
FLAT_TWO_PAGES = TablePage(
    "flat rules, two pages, repeated heads",
    f"#set table(stroke: (x: none, y: 0.5pt))\n#table({WIDTHS}, table.header({cells([BOLD_HEADS])}), {cells(LONG)})",
    entries(HEADS, LONG),
)
ZEBRA_TWO_PAGES = TablePage(
    "zebra, two pages, heads once",
    f"#table({WIDTHS}, stroke: none, fill: (_, y) => if calc.even(y) {{ luma(225) }}, {cells([BOLD_HEADS, *LONG])})",
    entries(HEADS, LONG),
)
UNRULED_TWO_PAGES = TablePage(
    "unruled, two pages, repeated heads",
    f"#table({WIDTHS}, stroke: none, row-gutter: 5pt, table.header({cells([BOLD_HEADS])}), {cells(LONG)})",
    entries(HEADS, LONG),
)
CENTRED = TablePage(
    "ruled, text in the middle of cells, small print",
    f'#set text(size: 8pt, font: "DejaVu Sans Mono")\n#table({WIDTHS}, align: center + horizon, '
    f"{cells([BOLD_HEADS, *MEASURES])})",
    entries(HEADS, MEASURES),
)
UPRIGHTS = TablePage(
    "upright lines between columns only",
    f"{PROSE}\n\n#table({WIDTHS}, inset: (x: 5pt, y: 8pt), stroke: (x: 0.5pt, y: none), table.hline(), {cells([BOLD_HEADS])}, "
    f"table.hline(), {cells(MEASURES)}, table.hline())\n\n{PROSE}",
    entries(HEADS, MEASURES),
)
MANY_ROWS = [
    (area, f"Vorhaben {n} zur {what}", who, f"{2026 + n % 6}")
    for n, (area, what, who) in enumerate(
        [("Soziales und Integration", "Begegnung im Quartier", "Sozialamt")] * 9
        + [("Umwelt und Klima", "Kühlung der Plätze", "Umweltamt")] * 7, 1
    )
]  # fmt: skip
MERGED_OVER_BREAK = TablePage(
    "merged first column over a page break",
    "#table(columns: (1.2fr, 2fr, 1.2fr, 1fr), table.header("
    + cells([tuple(f"*{h}*" for h in FIELD_HEADS)])
    + "), table.cell(rowspan: 9)[Soziales und Integration], " + cells([r[1:] for r in MANY_ROWS[:9]])
    + ", table.cell(rowspan: 7)[Umwelt und Klima], " + cells([r[1:] for r in MANY_ROWS[9:]]) + ")",
    entries(FIELD_HEADS, MANY_ROWS),
    page="width: 21cm, height: 9cm, margin: 1.5cm",
)  # fmt: skip
FIGURES_UNRULED = TablePage(
    "figures, unruled",
    f"{PROSE}\n\n#table(columns: 5, stroke: none, align: right, {cells([FIGURE_HEADS, *FIGURES])})\n\n{PROSE}",
    [],
    passages=1,
)

PAGES = [*(value for value in list(globals().values()) if isinstance(value, TablePage)), *PROFILES]
"""All table pages, in the order above, and the profiles."""

BOXES = (
    "#grid(columns: (1fr, 1fr), gutter: 8mm, "
    + ", ".join(
        f"rect(inset: 8pt, width: 100%, fill: luma({230 + 5 * i}))[*{t}* \\\n {PROSE}]"
        for i, t in enumerate(("Wohnen", "Arbeit", "Bildung", "Kultur"))
    )
    + ")"
)
BARS = "\n".join(
    f"#place(top + left, dx: {i * 2}cm, dy: {6 - i}cm)[#rect(width: 1.2cm, height: {i + 1}cm, fill: blue)]\n"
    f"#place(top + left, dx: {i * 2}cm, dy: 7.3cm)[{2018 + i}]"
    for i in range(6)
) + "\n" + "\n".join(f"#place(top + left, dy: {i}cm)[#line(length: 12cm, stroke: 0.3pt)]" for i in range(8))  # fmt: skip
NO_TABLES = {
    "boxes of a brochure": BOXES,
    "bars of a chart": f"{PROSE}\n\n#block(height: 9cm)[{BARS}]\n\n{PROSE}",
    "one framed text": f"#rect(inset: 10pt, width: 100%)[{PROSE}\n\n{PROSE}]\n\n{PROSE}",
    "columns between lines": f"#line(length: 100%)\n#columns(2)[{' '.join([PROSE] * 8)}]\n#line(length: 100%)\n{PROSE}\n#line(length: 100%)",
}
"""Bodies of pages that hold no table."""
