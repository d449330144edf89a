"""A city under the real guideline, rich enough to look at; the town and all its sentences are invented."""

from __future__ import annotations

from insek.domain import Status
from insek.guideline import Guideline
from insek.report.model import PlanResult

from .plans import Entry, plan

_A = ("1 Anlass und Verfahren", "1.2 Arbeitsweise")
_B = ("2 Ausgangslage", "2.1 Bevölkerung")
_C = ("3 Handlungsfelder", "3.1 Wohnen und Quartiere")
_D = ("3 Handlungsfelder", "3.2 Bildung und Begegnung")
_E = ("3 Handlungsfelder", "3.4 Wirtschaft und Arbeit")
_F = ("4 Umsetzung", "4.1 Steuerung und Berichte")

# fmt: off
ENTRIES = (
    Entry(4, "Die Lenkungsgruppe tagte neunmal. Der Integrationsbeirat und die Integrationsbeauftragte waren ständige "
             "Mitglieder.", ("integration", "participation"), ("administration",), "process", "substance", .94, _A,
          (("theme", "integration", "int-strukturen", "Integrationsbeirat"),
           ("theme", "integration", "int-strukturen", "Integrationsbeauftragte"),
           ("stage", "process", "stage-process", "Lenkungsgruppe")), ("integrationsbeirat", "beauftragte")),
    Entry(9, "Am 31. Dezember 2020 lebten 6.412 Menschen ausländischer Staatsangehörigkeit in Lindenhagen, das sind "
             "14,2 Prozent der Bevölkerung. Die größte Gruppe kommt aus Rumänien.", ("migration",), (), "inventory",
          "substance", .97, _B, (("theme", "migration", "mig-bestand", "ausländischer Staatsangehörigkeit"),)),
    Entry(9, "Seit 2015 hat die Stadt 940 Geflüchtete aufgenommen; die meisten wohnen inzwischen in eigenen Wohnungen.",
          ("migration",), ("housing",), "inventory", "substance", .96, _B,
          (("theme", "migration", "mig-flucht", "Geflüchtete"), ("field", "housing", "field-housing", "Wohnungen")),
          ("geflüchtete", "aufgenommen")),
    Entry(10, "Familien mit Migrationsgeschichte leben überdurchschnittlich oft in beengten Wohnungen der Südstadt.",
          ("migration",), ("housing", "social"), "inventory", "substance", .91, _B,
          (("theme", "migration", "mig-personen", "Migrationsgeschichte"),
           ("field", "housing", "field-housing", "Wohnungen"))),
    Entry(14, "Der Zugang zum Wohnungsmarkt soll für Zugewanderte ohne Benachteiligung möglich sein.",
          ("migration", "integration"), ("housing",), "goals", "substance", .88, _C,
          (("theme", "migration", "mig-personen", "Zugewanderte"), ("stage", "goals", "stage-goals", "soll"),
           ("field", "housing", "field-housing-strong", "Wohnungsmarkt"))),
    Entry(15, "W 3 | Wohnlotsinnen begleiten geflüchtete Familien bei Suche und Einzug | Amt für Soziales, "
              "Wohnungsgesellschaft | 2022–2025 | 60.000 € im Jahr", ("migration", "integration"),
          ("housing", "social"), "measures", "substance", .93, _C, (("theme", "migration", "mig-flucht", "geflüchtete"),
                                             ("field", "social", "field-social-strong", "Wohnlotsinnen")),
          ("wohnlotsinnen", "familien")),
    Entry(16, "Die Unterkunft am Kanal wird bis 2024 durch kleine Häuser im Stadtgebiet ersetzt.", ("migration",),
          ("housing",), "measures", "substance", .71, _C, (("field", "housing", "field-housing", "Unterkunft"),),
          ("unterkunft",), True),
    Entry(18, "Sprachkurse, Elterncafés und die Stadtbücherei in fünf Sprachen bilden heute das Grundangebot.",
          ("integration",), ("education",), "inventory", "substance", .9, _D,
          (("theme", "integration", "int-sprache", "Sprachkurse"),
           ("field", "education", "field-education-strong", "Sprachkurse"))),
    Entry(19, "Alle Kinder sollen bei der Einschulung so gut Deutsch sprechen, dass sie dem Unterricht folgen können.",
          ("integration",), ("education",), "goals", "substance", .64, _D,
          (("field", "education", "field-education-strong", "Unterricht"),), ("deutsch", "sprechen")),
    Entry(19, "B 1 | Elterncafés an allen Grundschulen, mit Übersetzung", ("integration",), ("education",), "measures",
          "substance", .82, _D, (("field", "education", "field-education-strong", "Grundschulen"),)),
    Entry(20, "Das Haus der Begegnung am Markt wird Treffpunkt für alle Herkünfte; Vereine von Zugewanderten erhalten "
              "eigene Räume.", ("integration", "participation"), ("social", "culture"), "measures", "substance", .95,
          _D,
          (("theme", "integration", "int-begegnung", "Begegnung"), ("field", "social", "field-social", "Treffpunkt"),
           ("field", "culture", "field-culture", "Vereine"))),
    Entry(21, "Sport, Kultur, Integration und Jugend arbeiten zusammen.", ("integration",), ("culture",), "goals",
          "mention", .58, _D, (("theme", "integration", "int-wort", "Integration"),
                               ("field", "culture", "field-culture", "Sport"))),
    Entry(24, "Die Ausländerbehörde, die Arbeitsagentur und die Kammern beraten künftig gemeinsam zur Anerkennung von "
              "Abschlüssen.", ("integration",), ("economy", "administration"), "measures", "substance", .89, _E,
          (("theme", "integration", "int-anerkennung", "Anerkennung von Abschlüssen"),
           ("field", "economy", "field-economy-strong", "Abschlüssen"))),
    Entry(25, "Betriebe suchen Fachkräfte, auch aus dem Ausland.", ("migration",), ("economy",), "inventory", "mention",
          .66, _E, (("theme", "migration", "mig-fachkraft", "Fachkräfte"),)),
    Entry(29, "Der Bericht zum Zusammenleben erscheint alle zwei Jahre und nennt für jedes Ziel einen Messwert.",
          ("integration",), ("administration", "social"), "monitoring", "substance", .77, _F,
          (("stage", "monitoring", "stage-monitoring", "Bericht"),), ("zusammenleben",)),
    Entry(30, "Nach dem Beschluss bleibt die Stabsstelle Vielfalt zuständig; ihre zwei Stellen sind bis 2027 bezahlt.",
          ("integration",), ("administration",), "implementation", "substance", .9, _F,
          (("theme", "integration", "int-vielfalt", "Vielfalt"),
           ("stage", "implementation", "stage-implementation", "zuständig"))),
    Entry(6, "In drei Abenden mit Übersetzung sprachen 140 Menschen mit Migrationsgeschichte über die Südstadt. Ihre "
             "Vorschläge stehen im Anhang.", ("migration", "participation"), ("social",), "participation", "substance",
          .92, _A, (("theme", "migration", "mig-personen", "Migrationsgeschichte"),
                    ("theme", "participation", "part-formate", "Vorschläge"))),
    Entry(7, "An der Jugendkonferenz nahmen 85 Schülerinnen und Schüler teil.", ("participation",), (), "participation",
          "substance", .81, _A),
)
# fmt: on
UNREAD = tuple(range(33, 37))


def city(guideline: Guideline, copies: int = 1) -> PlanResult:
    """The city; with `copies` its passages are repeated on later pages, for reports of any length."""
    entries = [
        Entry(**{**{k: getattr(e, k) for k in e.__dataclass_fields__}, "page": e.page + 36 * i})
        for i in range(copies)
        for e in ENTRIES
    ]
    pages = 36 * copies
    health = [("health", s) for s in guideline.stage_ids]
    return plan(
        guideline,
        entries,
        pages=pages,
        page_states={"text": pages - 7, "ocr": 2, "empty": 1, "image_only": 4},
        unread_pages=UNREAD,
        page_labels={p: str(p - 2) for p in range(3, pages)},
        readable_share=1 - 4 / pages,
        warnings=("Seite 12: Tabelle ohne Linien, Spalten können vertauscht sein.",),
        status=Status.PARTIAL,
        unread_cells=health if copies == 1 else (),
    )
