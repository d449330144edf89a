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
    """The reasons of a passage, one line per statement, in the order theme, field, stage, depth.

    Args:
        tags: what rules, model and people said.
        text: the text the spans of the tags point into.
        names: plain names of the values.
        t: language.
    """
    groups: dict[tuple[TagKind, str], dict[str, list[Tag]]] = {}
    for tag in tags:
        groups.setdefault((tag.kind, tag.value), {}).setdefault(tag.source, []).append(tag)
    order = list(TagKind)
    lines = sorted(groups.items(), key=lambda item: order.index(item[0][0]))  # stable: order of the guideline stays
    return tuple(
        Reason(f"{t(f'kind_{kind.value}')} {names.get((kind, value), value)}", _why(sources, text, t))
        for (kind, value), sources in lines
    )


def _why(sources: Mapping[str, list[Tag]], text: str, t: Texts) -> str:
    return "; ".join(f"{_source(source, tags, t)}{_quoted(tags, text, t)}" for source, tags in sources.items())


def _source(source: str, tags: list[Tag], t: Texts) -> str:
    origin, _, name = source.partition(":")
    if origin == "rule":
        return t("reason_rule", id=name)
    if origin == "human":
        return t("reason_human", id=name)
    scores = [tag.score for tag in tags if tag.score is not None]
    return t("reason_model_score", share=t.chance(max(scores))) if scores else t("reason_model")


def _quoted(tags: list[Tag], text: str, t: Texts) -> str:
    words = list(dict.fromkeys(short(word, _MAX_WORD_LENGTH) for tag in tags for word in words_of(tag, text)))[
        :_MAX_WORDS
    ]
    return ": " + t("reason_words", words=t("words_joint").join(words)) if words else ""


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
