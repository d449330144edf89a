"""Stray spaces inside words: "Migrat ionsberatung", "Einfl üsse", "e in".

A pair of words is joined only where three things meet: the halves look broken, the whole is known (from the same
document, a small list of function words, or an ending that cannot begin a German word), and neither half is at home
where it stands. Losing a space that belongs there would harm good text, so doubt leaves the space.
"""

from __future__ import annotations

import re
from functools import lru_cache

from insek.extract.vocabulary import FUNCTION_WORDS, Vocabulary

_PAIR = re.compile(r"(?<![\w*:’'./-])([^\W\d_]+) (?=([a-zäöüß]+)(?![\w*:_’']))")
_LIGATURE_END = re.compile(r"(?:fi|fl|ffi|ffl)$")
_TRUE_END = re.compile(r"(?:pro|wi|hi|ha|su|kon|gira|souf)f+i$|(?:souf|muf|trüf)fl$", re.I)
_AFTER_PROFI = re.compile(r"(?:l|ls|le|len|liert?\w*|t|ts|te|tabel\w*|tabl\w*|tier\w*|tiert\w*|teur\w*)$")
"""What follows "Profi" only as the rest of a word: Profil, Profite, profitabel."""
_AFTER_FF = re.compile(r"(?:en|e|er|ern|net\w*|nung\w*|ung\w*|entlich\w*|ekt\w*|izi\w+|iz\w+|ent\w*)$")
_NO_BEGINNING = re.compile(
    r"(?:ion(?:en|s\w*|al\w*|är\w*)?|tion(?:en|s\w*|al\w*)?|ierung\w*|ier(?:en|te[nrms]?|t)|ungen|ung|ungs\w{3,}"
    r"|keit(?:en|s\w+)?|heit(?:en|s\w+)?|schaft(?:en|s\w+|lich\w*)?|lich(?:e[nrsm]?|keit\w*)?|isch(?:e[nrsm]?)?"
    r"|orinnen|orin|itäts?\w*|tums?)$"
)
"""Endings that begin no German word of their own."""
_ONSET = re.compile(r"[^aeiouäöüy]+(?=[aeiouäöüy])")
_ONSETS_TEXT = """
    b c d f g h j k l m n p q r s t v w x z bl br ch chl chr cl cr dr dsch fl fr fj gh gl gn gr kl kn kr kw ph pf
    pfl pfr phl pl pn pr ps qu rh sc sch schl schm schn schr schw sh sk skl skr sl sm sn sp sph spl spr squ st str
    sw sz th thr tr ts tsch tw wh wr zw
"""
_ONSETS = frozenset(_ONSETS_TEXT.split())
"""Consonants that a German word can begin with: "nlaufstelle" is the rest of one."""
_VOWEL = re.compile(r"[aeiouäöüy]", re.I)
RARE = 2
"""Times a document writes a part of a word that is no word of its own."""
PART, LONG_WORD = 5, 8
"""Letters that show how a word begins, and letters of a word that proves a join by reaching across its seam."""
LONGEST = 60
"""Letters of a part beyond which it is no word: all beginnings of it would be looked up."""
_SHREDS = re.compile(
    r"(?<![\w*:’'./-])[^\W\d_]{1,12}(?: [a-zäöüß]{1,12}){0,6} [a-zäöüß]{1,2}(?: [a-zäöüß]{1,12}){1,8}(?![\w*:_’'])"
)
"""A row of words with a very short one inside."""
MOST_PIECES = 7
"""Pieces of one word; more have not been seen."""
_LOOSE_LETTERS = frozenset("aouAOUxX")
"""Single letters that stand alone with reason: list marks, "a" and "o" of abbreviations, crosses in tables."""
_SHORT_TEXT = """
    ca ha km qm cm mm kg kw mwh kwh str nr vgl ggf bzw usw etc inkl zzgl abs bspw evtl ggü max min mio mrd tsd dr
"""
_SHORT = frozenset(_SHORT_TEXT.split())


def join_words(text: str, known: Vocabulary) -> str:
    """Take stray spaces out of words; runs twice because a word may be broken in three."""
    text = _SHREDS.sub(lambda m: _whole(m[0], known), text)
    once = _join_once(text, known)
    return once if once == text else _join_once(once, known)


def _whole(shreds: str, known: Vocabulary) -> str:
    """Pieces of one word put together where three or more of them give a word that the document knows."""
    parts = shreds.split(" ")
    out: list[str] = []
    i = 0
    while i < len(parts):
        end = i + 1
        for j in range(min(len(parts), i + MOST_PIECES), i + 2, -1):
            if _one_word(parts[i:j], known):
                end = j
                break
        out.append("".join(parts[i:end]))
        i = end
    return " ".join(out)


def _one_word(parts: list[str], known: Vocabulary) -> bool:
    whole = "".join(parts)
    if len(whole) < 5 or not (whole[1:].islower() and known.count(whole)):
        return False
    if _two_words(whole.lower()):
        return False  # "in de n" is no word, even if "inden" was printed somewhere
    return any(p not in FUNCTION_WORDS and (len(p) < 3 or not _VOWEL.search(p)) for p in parts[1:])


def _join_once(text: str, known: Vocabulary) -> str:
    out: list[str] = []
    done = 0
    words = known.words
    for found in _PAIR.finditer(text):
        first, second = found.groups()
        whole = first + second
        if whole[0].lower() + whole[1:] not in words and not _other_signs(first, second, whole):
            if words[second] > RARE or not _crossed(first, second, known):
                continue  # nearly all pairs of words end here
            out += (text[done : found.end(1)], second)
            done = found.end() + len(second)
            continue
        if found.start() >= done and _broken(first, second, known):
            out += (text[done : found.end(1)], second)
            done = found.end() + len(second)
    return "".join(out) + text[done:] if done else text


def _crossed(first: str, second: str, known: Vocabulary) -> bool:
    """Whether a longer word of the document begins or ends the whole across the seam, and nothing begins like the rest.

    "Bürgerbet eiligungsformate" where "Bürgerbeteiligung" is known, and no word begins with "eilig".
    """
    if len(first) < 3 or not PART <= len(second) <= LONGEST or known.count(first) > RARE or _two_words(second):
        return False
    if known.begins(second[:PART]) > RARE:
        return False
    whole, seam = first + second, len(first)
    heads = (whole[:end] for end in range(max(seam + 3, LONG_WORD), len(whole)))
    tails = (whole[start:] for start in range(3, min(seam - 2, len(whole) - LONG_WORD + 1)))
    return any(map(known.count, heads)) or any(map(known.count, tails))


def _two_words(text: str) -> bool:
    """Whether a text is two function words without the space between them: "undden"."""
    return any(text[:i] in FUNCTION_WORDS and text[i:] in FUNCTION_WORDS for i in range(2, len(text) - 1))


def _other_signs(first: str, second: str, whole: str) -> bool:
    return first[-2:] in ("fi", "fl", "ff") or whole.lower() in FUNCTION_WORDS or _is_rest(second)


@lru_cache(maxsize=20_000)  # asked of nearly all words of a plan
def _is_rest(word: str) -> bool:
    """Whether no German word begins so."""
    return _cannot_begin(word) or _NO_BEGINNING.match(word) is not None


def _cannot_begin(word: str) -> bool:
    if len(word) < 3 or word[0] in "aeiouäöüy" or word[1] in "aeiouäöüy":
        return False  # nearly all words
    onset = _ONSET.match(word)
    return onset is not None and onset[0] not in _ONSETS


def _broken(first: str, second: str, known: Vocabulary) -> bool:
    whole = first + second
    if second in _SHORT or first.lower() in _SHORT:
        return False
    if _cannot_begin(second) and first.lower() not in FUNCTION_WORDS and known.count(second) <= 2:
        return True
    if _LIGATURE_END.search(first) and not _TRUE_END.search(first) and second not in FUNCTION_WORDS:
        return True
    if first.lower().endswith("profi") and _AFTER_PROFI.match(second):
        return True
    if len(first) == 1 or len(second) == 1:
        return _one_letter(first, second, whole, known)
    if first.endswith("ff") and _AFTER_FF.match(second) and _strange(first, second, known):
        return True
    if first.lower() in FUNCTION_WORDS and second in FUNCTION_WORDS:
        return False
    if whole.lower() in FUNCTION_WORDS:
        return _strange(first, second, known) or _strange(second, first, known)
    if _NO_BEGINNING.match(second) and first.lower() not in FUNCTION_WORDS and known.count(second) <= 2:
        return True
    return _known_whole(first, second, whole, known)


def _one_letter(first: str, second: str, whole: str, known: Vocabulary) -> bool:
    if len(first) == 1 and len(second) == 1:
        return whole.lower() in FUNCTION_WORDS and whole != "ab"
    letter = first if len(first) == 1 else second
    if whole.lower() in FUNCTION_WORDS:
        return letter not in _LOOSE_LETTERS or first not in FUNCTION_WORDS
    return letter not in _LOOSE_LETTERS and known.count(whole) >= 1


def _known_whole(first: str, second: str, whole: str, known: Vocabulary) -> bool:
    times = known.count(whole)
    if not times:
        return False
    strange = _strange(first, second, known), _strange(second, first, known)
    if first.lower() in FUNCTION_WORDS:
        # "die monatlichen" beside one glued "diemonatlichen"; "selbst genutzt" beside "selbstgenutzt"
        return strange[1] and times >= 2 and not _complete(second)
    if second in FUNCTION_WORDS:
        return strange[0] and times >= 2
    complete = _complete(first), _complete(second)
    return all(strange) or (any(strange) and not all(complete) and (times >= 2 or not any(complete)))


def _strange(part: str, other: str, known: Vocabulary) -> bool:
    """Whether the document uses this part nowhere else than beside the other one, or it cannot be a word."""
    if part.lower() in FUNCTION_WORDS:
        return False
    if not _VOWEL.search(part):
        return True
    pair = max(known.pair(part, other), known.pair(other, part), 1)
    return known.count(part) <= pair


def _complete(word: str) -> bool:
    """Whether a word looks whole by its length and ending."""
    return len(word) >= 5 and bool(re.search(r"(?:en|er|es|em|et|te|ten|ter|st|ig|ich|lich|isch|end|ung|t|e)$", word))
