"""How the rules fire in a text, as a German table to tune rules by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby

from insek.domain import TagKind
from insek.guideline import Guideline
from insek.report.reasons import Names, names_of
from insek.report.texts import Texts, texts
from insek.tag.rule import Rule
from insek.tag.usage import Place, Use, busy

_WORDS = 6
_POLARITY = {"evidence": "Beleg", "risky": "unsicher", "exclusion": "Ausschluss"}


def use_table(uses: Mapping[str, Use], total: int, guideline: Guideline) -> str:
    """All rules that fire, by label, the most frequent first, with counts and words; busy ones are marked with "!"."""
    t = texts("de")
    names, limit = names_of(guideline, t), guideline.scoring.busy_share
    marked = {u.rule.id for u in busy(uses, total, limit)}
    fired = sorted((u for u in uses.values() if u.hits or u.taken), key=lambda u: (_place(u.rule, guideline), -u.hits))
    lines = [f"{len(fired)} von {len(uses)} Regeln greifen in {t.count('passages', total)}."]
    for rule, group in groupby(fired, key=lambda u: (u.rule.kind, u.rule.label)):
        lines += ["", f"{t.get(f'kind_{rule[0].value}', rule[0].value)} {names.get(rule, rule[1])}"]
        lines += [_line(use, total, marked, t) for use in group]
    if marked:
        lines += ["", f"! greift auf mehr als {t.percent(limit)} der Passagen und unterscheidet deshalb wenig."]
    return "\n".join(lines) + "\n"


def _place(rule: Rule, guideline: Guideline) -> tuple[int, int, str]:
    """Sort key: kinds in their order, labels in the order of the guideline."""
    order = {
        TagKind.THEME: guideline.theme_ids,
        TagKind.FIELD: guideline.field_ids,
        TagKind.STAGE: guideline.stage_ids,
    }.get(rule.kind, ())
    known = order.index(rule.label) if rule.label in order else len(order)
    return list(TagKind).index(rule.kind), known, rule.label


def _line(use: Use, total: int, marked: Collection[str], t: Texts) -> str:
    words = ", ".join(f"{word} {n}" for word, n in sorted(use.words.items(), key=lambda i: (-i[1], i[0]))[:_WORDS])
    more = f", … ({len(use.words)} Formen)" if len(use.words) > _WORDS else ""
    parts = [f"{use.hits} Treffer in {t.count('passages', use.passages)} ({t.percent(use.passages / total)})"] * bool(
        use.hits
    )
    parts += [f"{use.taken} durch Ausschluss aufgehoben"] * bool(use.taken)
    flag = "!" if use.rule.id in marked else " "
    told = f". {words}{more}" if words else ""
    return f"{flag} {use.rule.id} ({_POLARITY[use.rule.polarity]}): {', '.join(parts)}{told}"


def place_list(rule: Rule, found: Iterable[Place], guideline: Guideline) -> str:
    """All hits of one rule with page and context."""
    t = texts("de")
    names: Names = names_of(guideline, t)
    about = f"{t.get(f'kind_{rule.kind.value}', rule.kind.value)} {names.get((rule.kind, rule.label), rule.label)}"
    lines = [f"Regel {rule.id} ({_POLARITY[rule.polarity]}, {about}): {rule.note}", *_hit_lines(found)]
    return "\n".join(lines if len(lines) > 1 else [*lines, "Greift hier nicht."]) + "\n"


def _hit_lines(found: Iterable[Place]) -> Iterator[str]:
    for hit in found:
        place = ", Überschrift" if hit.heading else ""
        taken = ", durch Ausschluss aufgehoben" if hit.taken else ""
        context = f"{hit.before}[{hit.words}]{hit.after}".replace("\n", " ")
        yield f"  Seite {hit.page}{place}{taken}: … {context} …"
