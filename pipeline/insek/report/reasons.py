"""Why a passage counts, in plain words, and its quote with the matching words marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from insek.domain import Evidence, Passage, Tag, TagKind
from insek.guideline import Guideline
from insek.report.safe import mark, short
from insek.report.texts import Texts

_MAX_WORDS = 5
_MAX_RULES = 3
_MAX_WORD_LENGTH = 60
Names = Mapping[tuple[TagKind, str], str]


@dataclass(frozen=True, slots=True)
class Reason:
    """One statement about a passage (`about`, "Thema Migration") and what led to it (`why`)."""

    about: str
    why: str


def names_of(guideline: Guideline, t: Texts) -> Names:
    """Plain names of everything a tag can say."""
    names: dict[tuple[TagKind, str], str] = {}
    names.update({(TagKind.THEME, e.id): t.label(e) for e in guideline.themes})
    names.update({(TagKind.FIELD, e.id): t.label(e) for e in guideline.fields})
    names.update({(TagKind.STAGE, e.id): t.label(e) for e in guideline.stages})
    names.update({(TagKind.BUNDLE, e.id): t.bundle(e) for e in guideline.bundles})
    names.update({(TagKind.STRUCTURE, e.id): t.label(e) for e in guideline.structures})
    names.update({(TagKind.ATTRIBUTE, e.id): t.label(e) for e in guideline.attributes})
    names.update({(TagKind.CRITERION, e.id): t.label(e) for e in guideline.criteria})
    names.update({(TagKind.DEPTH, d): t.get(f"depth_{d}", d) for d in guideline.depth_ids})
    return names


def explain(tags: Iterable[Tag], text: str, names: Names, t: Texts) -> tuple[Reason, ...]:
    """The reasons of a passage in full, one line per statement, in the order theme, field, stage, depth.

    Args:
        tags: what rules, model and people said.
        text: the text the spans of the tags point into.
        names: plain names of the values.
        t: language.
    """
    return tuple(Reason(about, _why(sources, text, t)) for about, sources in _statements(tags, names, t))


def explain_briefly(tags: Iterable[Tag], text: str, names: Names, t: Texts) -> tuple[Reason, ...]:
    """The same for people who read on: words first, the rules behind them together, then people and model.

    The stems of the model are told only where no rule gives words.
    """
    return tuple(Reason(about, _brief(sources, text, t)) for about, sources in _statements(tags, names, t))


Sources = dict[str, list[Tag]]


def _statements(tags: Iterable[Tag], names: Names, t: Texts) -> list[tuple[str, Sources]]:
    """What is said of a passage ("Thema Migration") with the tags by source."""
    groups: dict[tuple[TagKind, str], Sources] = {}
    for tag in tags:
        groups.setdefault((tag.kind, tag.value), {}).setdefault(tag.source, []).append(tag)
    order = list(TagKind)
    lines = sorted(groups.items(), key=lambda item: order.index(item[0][0]))  # stable: order of the guideline stays
    return [(f"{t(f'kind_{kind.value}')} {names.get((kind, value), value)}", found) for (kind, value), found in lines]


def _why(sources: Mapping[str, list[Tag]], text: str, t: Texts) -> str:
    return "; ".join(f"{_source(source, tags, t)}{_quoted(tags, text, t)}" for source, tags in sources.items())


def _brief(sources: Sources, text: str, t: Texts) -> str:
    rules = {source.partition(":")[2]: tags for source, tags in sources.items() if source.startswith("rule:")}
    words = _words([tag for tags in rules.values() for tag in tags], text)
    told = [t("reason_brief", words=_joined(words, t), rules=_rules(list(rules), t))] if words else []
    if rules and not words:
        told = [_rules(list(rules), t)]
    told += [f"{_source(source, tags, t)}{'' if words else _quoted(tags, text, t)}" for source, tags in sources.items()
             if not source.startswith("rule:")]  # fmt: skip
    return "; ".join(told)


def _rules(ids: list[str], t: Texts) -> str:
    """Names of the rules; the first few are enough to look them up."""
    if len(ids) == 1:
        return t("reason_rule", id=ids[0])
    return t("reason_rules", ids=", ".join(ids[:_MAX_RULES]) + (" …" if len(ids) > _MAX_RULES else ""))


def _source(source: str, tags: list[Tag], t: Texts) -> str:
    origin, _, name = source.partition(":")
    if origin == "rule":
        return t("reason_rule", id=name)
    if origin == "human":
        return t("reason_human", id=name)
    scores = [tag.score for tag in tags if tag.score is not None]
    return t("reason_model_score", share=t.chance(max(scores))) if scores else t("reason_model")


def _quoted(tags: list[Tag], text: str, t: Texts) -> str:
    words = _words(tags, text)
    return f": {_joined(words, t)}" if words else ""


def _words(tags: list[Tag], text: str) -> list[str]:
    return list(dict.fromkeys(short(word, _MAX_WORD_LENGTH) for tag in tags for word in words_of(tag, text)))[
        :_MAX_WORDS
    ]


def _joined(words: list[str], t: Texts) -> str:
    return t("reason_words", words=t("words_joint").join(words))


def words_of(tag: Tag, text: str) -> tuple[str, ...]:
    """The words behind a tag: those it names, else those its spans cover."""
    return tag.words or tuple(text[a:b] for a, b in tag.spans)


def marked(evidence: Evidence, passage: Passage | None) -> Markup:
    """The quote as HTML: words of theme rules in strong marks, those of other rules in weak ones."""
    start = _start(evidence.quote, passage)
    spans: dict[bool, list[tuple[int, int]]] = {True: [], False: []}
    for tag in evidence.reasons:
        if start is not None and tag.source.startswith("rule:"):
            spans[tag.kind is TagKind.THEME] += [(a - start, b - start) for a, b in tag.spans]
    return mark(evidence.quote, spans[True], spans[False])


def _start(quote: str, passage: Passage | None) -> int | None:
    """Offset of the quote in the passage (below 0 where the quote opens with an ellipsis); None if it is elsewhere."""
    if passage is None or quote == passage.text:
        return 0
    core = quote.strip(" …")
    at = passage.text.find(core) if core else -1
    return at - quote.index(core) if at >= 0 else None
