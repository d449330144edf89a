"""Whether a theme is only an aside of its passage: how often, how late and in what company its words stand.

Words tell little of depth: the same "Bürgerbeteiligung" is the subject of one passage and an adjunct of the next.
All thresholds were set on the authored corpus and checked on labelled passages of real plans (note 0011).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from insek.tag.lexicon import Token
from insek.tag.rule import Hit

_SHORT = 20
"""Words. A shorter passage has only one subject, unless it is a list of keywords."""
_LATE, _LAST_THIRD = 0.4, 2 / 3
"""Where the first mention stands, as a share of the tokens: late for a single one, too late for any."""
_PART = 2 / 3
"""A single mention is an aside where sentences without the theme make up a third of the words and more."""
_FEW = 2
"""Mentions; a theme that is named more often is no aside."""
_NEAR = 4
"""Tokens from the beginning of a marker ("im Rahmen") to the mention that it makes an adjunct."""
_SAME_MENTION = 2
"""Tokens between two words that are one mention ("Beteiligung der Bürgerschaft")."""
_KEYWORDS, _SIGNS, _LIST = 0.6, 0.08, 10
"""A list of keywords: share of capitalised words, of signs that part items, and the least number of words."""
_FIGURES = 0.25
"""Share of the tokens that are numbers from which on a passage without a verb is a table or an address."""
_PARTING = frozenset(",;|/•·▪●►»–-")
_ENDS = frozenset(".!?;:•·▪●►»")


def is_aside(tokens: Sequence[Token], mentions: Sequence[Hit], hints: Sequence[Hit], markers: Sequence[Hit],
             verb: bool) -> bool:  # fmt: skip
    """Whether the theme is touched in passing.

    Args:
        tokens: of the passage.
        mentions: words of its themes; at least one.
        hints: words that go with its themes; they count for how often and how late the passage comes to them.
        markers: words that begin an adjunct or an example ("im Rahmen", "darunter").
        verb: whether the passage has one.
    """
    places = sorted({i for h in (*mentions, *hints) for i in range(*h.tokens)})
    runs = 1 + sum(b - a > _SAME_MENTION for a, b in pairwise(places))
    words = [t for t in tokens if t.norm[0].isalpha()]
    figures = sum(t.norm[0].isdigit() for t in tokens) >= _FIGURES * len(tokens)
    if (figures and not verb) or (runs <= _FEW and _is_keyword_list(tokens, words)):
        return True
    return len(words) >= _SHORT and runs <= _FEW and _is_minor(tokens, places, mentions, markers, runs)


def _is_minor(tokens: Sequence[Token], places: Sequence[int], mentions: Sequence[Hit], markers: Sequence[Hit],
              runs: int) -> bool:  # fmt: skip
    """Late in the passage, alone in one of several sentences, or only in adjuncts and examples."""
    first = places[0] / len(tokens)
    if first >= _LAST_THIRD or (runs == 1 and first >= _LATE and _share(tokens, places) <= _PART):
        return True
    return all(any(0 <= h.tokens[0] - m.tokens[0] <= _NEAR for m in markers) for h in mentions)


def _share(tokens: Sequence[Token], places: Sequence[int]) -> float:
    """Share (0-1) of the words that stands in sentences with one of the `places`."""
    numbers, n = [], 0
    for token in tokens:
        numbers.append(n)
        n += token.norm in _ENDS
    with_theme = {numbers[i] for i in places}
    words = [n for n, t in zip(numbers, tokens, strict=True) if t.norm[0].isalpha()]
    return sum(n in with_theme for n in words) / max(len(words), 1)


def _is_keyword_list(tokens: Sequence[Token], words: Sequence[Token]) -> bool:
    """Whether words are strung together: most are nouns, and many signs stand between them.

    Where everything is set in capitals they show no nouns, and a sentence must not be taken for a list.
    """
    if all(t.norm.isupper() for t in words):
        return False
    capitals = sum(t.norm[0].isupper() for t in words)
    signs = sum(t.norm in _PARTING for t in tokens)
    return len(words) >= _LIST and capitals >= _KEYWORDS * len(words) and signs >= _SIGNS * len(tokens)
