"""German words as the rules see them: tokens with normal form and stem, and the offsets they had in the text.

Gendered forms, inner hyphens, ligatures and the commonest reading faults are folded into the normal form, so that
"Migrant*innen", "MigrantInnen", "Migrant/-innen" and "Mi-grantinnen" are one word. Nothing here needs a parser or
a dictionary: stems come from Snowball, because a lemma dictionary alone takes longer to load than a plan to tag.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import Stemmer

from insek.tag.remembered import Remembered

_LETTER = r"[^\W\d_]"
_LIKE_A_MARK = "∗⁎＊•∙⋅‧：’'"
"""Signs that fonts and authors put for the asterisk, colon or dot of a gendered form; elsewhere they part words."""
_TOKEN = re.compile(
    rf"{_LETTER}+(?:(?:[*:_·]|[{_LIKE_A_MARK}](?=innen)|/-?|-)(?={_LETTER}){_LETTER}+|\(in(?:n(?:en)?)?\)(?:en)?|(?<=\w)-(?=\s|,|/|$))*"
    r"|\d+(?:[.,]\d+)*|[^\w\s]|_"
)
_GENDER_MARK = re.compile(
    r"(?<=[a-zäöüß])(?:[*:_·](?=in(?:nen)?(?:$|[a-zäöüß]))|/-?(?=in(?:nen)?$)|(?<=er|nt|st)/-?(?=innen[a-zäöüß]{4})|(?:[*:_·]|/-?)(?=[rn]$))"
)
_GENDER_IN_COMPOUND = re.compile(r"(?<=[a-zäöü]er)(?:[*:_·]|/-?)innen(?=[a-zäöü]{4})")
_GENDER_LOOKALIKE = re.compile(rf"[{_LIKE_A_MARK}](?=innen)")
_GENDER_BRACKET = re.compile(r"\((in|inn|innen)\)(?:en)?$")
_CAPITAL_ESZETT = re.compile(r"(?<=[aeiouäöü])B(?=[a-zäöü]|$)")
_DOUBLE_I = re.compile(r"ii(?!e)")
_SMALL_L = re.compile(r"^l(?=n[a-zäöüß])")
WHOLE_WORDS = frozenset(
    {"ab", "am", "an", "auf", "aus", "bei", "bus", "ein", "eine", "einem", "einen", "einer", "im", "in", "mit", "neu"}
    | {"teil", "um", "vom", "von", "welt", "zu", "zum", "zur"}
)
"""Short words that begin many others: "mit bestimmten Zielen" is not "mitbestimmten"."""
_SOFT = str.maketrans("", "", "\u00ad\u0002\ufffe\u200b")

_LONGEST = 60
"""Letters of a head that completes a suspended word; each of its endings makes a candidate, and the longest compounds
of plans have 50."""

_stemmer = Stemmer.Stemmer("german")


class Token(NamedTuple):
    """A word, number or sign. `start` and `end` are half-open offsets into the text; `norm` keeps its case.

    A named tuple is made in half the time of a frozen dataclass, and a plan has twenty thousand of them.
    """

    start: int
    end: int
    norm: str

    @property
    def lower(self) -> str:
        """Normal form in lower case: the word type."""
        return self.norm.lower()


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Snowball stem of a lower-case word; umlauts are folded, so that plural and singular meet."""
    return str(_stemmer.stemWord(word))


def normal_form(surface: str) -> str:
    """A word without gender marks, inner hyphens and reading faults; case is kept."""
    word = unicodedata.normalize("NFKC", surface.translate(_SOFT)) if not surface.isascii() else surface
    word = _GENDER_LOOKALIKE.sub("*", word)
    word = _GENDER_IN_COMPOUND.sub("", word)  # Bürger:innenforum is the same word as Bürgerforum
    word = _GENDER_MARK.sub("", word)
    word = _GENDER_BRACKET.sub("innen", word)
    word = _CAPITAL_ESZETT.sub("ß", word)
    if "-" in word or "/" in word:
        word = word[0] + word[1:-1].replace("-", "").replace("/", "") + word[-1] if len(word) > 1 else word
    word = _SMALL_L.sub("I", word)  # no German word begins with "ln"
    return _DOUBLE_I.sub("ü", word) if "ii" in word else word


_forms = Remembered(normal_form)


def tokenize(text: str) -> list[Token]:
    """Words, numbers and signs of a text in order; white space is left out."""
    tokens = []
    for match in _TOKEN.finditer(text):
        surface = match.group()
        if "/" in surface and not _GENDER_MARK.search(surface):
            tokens.extend(_split_at_slash(surface, match.start()))
        else:
            tokens.append(Token(match.start(), match.end(), _forms[surface]))
    return tokens


def _split_at_slash(surface: str, offset: int) -> list[Token]:
    """Alternatives written without spaces ("Miete/Eigentum") are words of their own."""
    return [
        Token(offset + m.start(), offset + m.end(), normal_form(m.group())) for m in re.finditer(r"[^/]+|/", surface)
    ]


def complete_suspended(tokens: list[Token]) -> dict[int, tuple[str, ...]]:
    """What a suspended word may stand for: "Bildungs- und Integrationsangebote" gives "bildungsangebote", among others.

    Returns, for the index of each token that ends in a hyphen, the candidates made with every ending of the next full
    word within five tokens. Wrong ones among them are harmless: no rule knows them.
    """
    found = {}
    for i, token in [(i, t) for i, t in enumerate(tokens) if t.norm[-1] == "-" and len(t.norm) >= 4]:
        head = next((t.lower for t in tokens[i + 1 : i + 6] if len(t.norm) > 5 and not t.norm.endswith("-")), None)
        if head and len(head) <= _LONGEST:
            base = token.lower.rstrip("-")
            found[i] = (base, *(base + head[k:] for k in range(3, len(head) - 3)))
    return found


def join_broken(tokens: list[Token], begins: Callable[[str], bool], known: Callable[[str], bool]) -> list[Token]:
    """Join words that the extraction broke by a stray space ("Beteil igung") where a word known to the rules results.

    Args:
        tokens: tokens of one text.
        begins: tells whether a word (normal form) may be the first part of a broken one.
        known: tells whether a joined lower-case word is one the rules know.

    Returns:
        The tokens, with broken words replaced by one token that spans all their parts.
    """
    result: list[Token] = []
    done = 0
    for i in [i for i, first in enumerate(map(begins, [token.norm for token in tokens])) if first]:
        if i >= done and (joined := _joined_at(tokens, i, known)):
            token, parts = joined
            result += [*tokens[done:i], token]
            done = i + parts
    return result + tokens[done:]


def _joined_at(tokens: list[Token], i: int, known: Callable[[str], bool]) -> tuple[Token, int] | None:
    """The word broken into at most four parts that begins at token `i`, and the number of its parts."""
    word = tokens[i].norm
    for n in range(1, min(4, len(tokens) - i)):
        part = tokens[i + n]
        if not part.norm.isalpha() or not part.norm[0].islower() or part.start - tokens[i + n - 1].end > 1:
            return None
        word += part.norm
        if known(word.lower()):
            return Token(tokens[i].start, part.end, word), n + 1
    return None
