"""How often the rules fire in texts, on what words, and which of them say nothing that another does not say. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from insek.domain import BlockKind, Passage
from insek.tag.rule import Analysis, Hit, Rule
from insek.tag.rules import Rules


@dataclass(slots=True)
class Use:
    """A rule in some texts: hits that count, hits an exclusion took away, passages with a hit, words with their number.

    For an exclusion every hit counts. `covers` counts, by the id of another rule, the hits that lie within one of its.
    """

    rule: Rule
    hits: int = 0
    taken: int = 0
    passages: int = 0
    words: Counter[str] = field(default_factory=Counter)
    covers: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Place:
    """A hit in its place: the page (1-based), the text before and after it, and whether an exclusion took it away."""

    page: int
    before: str
    words: str
    after: str
    heading: bool
    taken: bool


def usage(rules: Rules, texts: Iterable[tuple[Sequence[str], str]]) -> tuple[dict[str, Use], int]:
    """Use of every rule, and the number of texts.

    Args:
        rules: all rules.
        texts: headings, outermost first, and text of each passage; the same headings count once.
    """
    uses = {rule.id: Use(rule) for rule in rules.rules}
    seen: set[str] = set()
    total = 0
    for headings, text in texts:
        total += 1
        _count(rules.analyse(text), uses)
        path = " / ".join(headings)
        if path and path not in seen:
            seen.add(path)
            _count(rules.analyse(path, "heading"), uses)
    return uses, total


def _count(analysis: Analysis, uses: Mapping[str, Use]) -> None:
    fired = [h for h in analysis.excluded if h.rule.polarity == "exclusion"] + list(analysis.hits)
    for hit in fired:
        use = uses[hit.rule.id]
        use.hits += 1
        use.words[analysis.words(hit).lower()] += 1
    for name in {h.rule.id for h in fired}:
        uses[name].passages += 1
    for hit in analysis.excluded:
        uses[hit.rule.id].taken += hit.rule.polarity != "exclusion"
    _count_covers(fired, uses)


def _count_covers(fired: Iterable[Hit], uses: Mapping[str, Use]) -> None:
    alike: dict[tuple[str, str, str], list[Hit]] = defaultdict(list)
    for hit in fired:
        alike[hit.rule.kind, hit.rule.label, hit.rule.polarity].append(hit)
    for hits in alike.values():
        for one in hits if len(hits) > 1 else ():
            uses[one.rule.id].covers.update({o.rule.id for o in hits if o.rule is not one.rule and _within(one, o)})


def _within(one: Hit, other: Hit) -> bool:
    return other.tokens[0] <= one.tokens[0] and one.tokens[1] <= other.tokens[1]


def shadowed(uses: Mapping[str, Use], least: int) -> list[tuple[Rule, Rule]]:
    """Rules all of whose hits (`least` of them and more) lie within those of another one that weighs as much.

    Two rules alike in everything shadow each other; only the later one is named.
    """
    found = []
    names = list(uses)
    for name, use in uses.items():
        for other, n in sorted(use.covers.items(), key=lambda item: (-item[1], item[0])):
            both = uses[other].covers[name] == uses[other].hits and names.index(other) > names.index(name)
            if use.hits >= least and n == use.hits and uses[other].rule.weight >= use.rule.weight and not both:
                found.append((use.rule, uses[other].rule))
                break
    return found


def busy(uses: Mapping[str, Use], total: int, share: float) -> list[Use]:
    """Rules that fire in more than this share (0-1) of the texts, the busiest first."""
    return sorted((u for u in uses.values() if u.passages > share * max(total, 1)), key=lambda u: -u.passages)


def places(rules: Rules, name: str, passages: Iterable[Passage], width: int) -> list[Place]:
    """All hits of one rule in reading order, with `width` characters before and after."""
    found = []
    told: set[tuple[str, ...]] = set()
    for passage in passages:
        if passage.kind in (BlockKind.HEADING, BlockKind.APPARATUS):
            continue
        found += _places(rules.analyse(passage.text), name, passage.pages[0], width, heading=False)
        if passage.heading_path not in told:
            told.add(passage.heading_path)
            headings = rules.analyse(" / ".join(passage.heading_path), "heading")
            found += _places(headings, name, passage.pages[0], width, heading=True)
    return found


def _places(analysis: Analysis, name: str, page: int, width: int, *, heading: bool) -> list[Place]:
    hits: Collection[tuple[Hit, bool]] = [
        *((h, False) for h in analysis.hits),
        *((h, h.rule.polarity != "exclusion") for h in analysis.excluded),
    ]
    text = analysis.text
    return [
        Place(page, text[max(0, h.start - width) : h.start], analysis.words(h), text[h.end : h.end + width], heading, t)
        for h, t in sorted(hits, key=lambda item: item[0].start)
        if h.rule.id == name
    ]
