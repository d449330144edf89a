"""Pages in another language than German: told by their most common words, or by their script.

Municipal brochures carry summaries in English, Turkish, Russian or Arabic. Rules and model know German only: what they
find there is chance, and what they do not find says nothing. A short list of the commonest words is enough for whole
pages; single quotes and proper names stay below the bound.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from insek.domain import Page, PageState
from insek.extract.vocabulary import FUNCTION_WORDS

ENOUGH = 30
"""Words from which on the language of a page can be told."""
FOREIGN = 0.12
"""Share of another language's commonest words on a page in it; running text has 0.3 to 0.6, German prose 0.02 and on
none of 700 pages more than 0.09."""
VARIED = 5
"""Different words of them that a page must have: "de" and "la" alone are names of streets."""
GERMAN = 0.5
"""A page stays German where German words come to this share of those of the other language: it is mixed then."""
PLAINLY = 0.25
"""Share of German words that settles the matter: with so many, a page is mixed at most."""
SCRIPT = 0.6
"""Share of letters of another script from which on a page is in it."""

NAMES = {
    "ar": "arabisch", "bg": "bulgarisch", "el": "griechisch", "en": "englisch", "es": "spanisch", "fa": "persisch",
    "fr": "französisch", "hr": "kroatisch", "it": "italienisch", "ku": "kurdisch", "pl": "polnisch",
    "pt": "portugiesisch", "ro": "rumänisch", "ru": "russisch", "sq": "albanisch", "tr": "türkisch",
    "uk": "ukrainisch", "zh": "chinesisch",
}  # fmt: skip
"""Languages that are told apart, by their ISO 639-1 codes; Croatian stands for its sisters in Latin script too."""

_COMMON_TEXT = {
    "en": "the of and to in is for are with that on as by be this it from at or we have has their which our not will "
          "can more also they these its been your you",
    "fr": "le la les de des du et un une en est pour dans que qui sur au aux par avec ce sont plus pas nous vous ses "
          "cette leur ou être ont il elle",
    "es": "el la los las de del y en un una que es para por con se su al lo como más son sus este esta o no ha también",
    "it": "il lo la i gli le di del della dei delle e in un una che è per con si non sono da al alla nel nella più "
          "come anche questo",
    "pt": "o a os as de do da dos das e em um uma que é para por com se no na não são mais ao como também sua pela",
    "ro": "și de la în a al ale cu pe pentru din este sunt care un o să nu se mai prin lor această ce sau orașul",
    "pl": "i w z na do się nie to jest że o jak dla przez od oraz po za są które który ich być lub tym tego może",
    "tr": "ve bir bu için ile da de olarak olan daha çok en gibi kadar ya sonra her ne veya tarafından değil var bizim "
          "şehir kent",
    "hr": "i u je na se za da su od s o kao koji koja ili ne to iz biti sa te ali što po nije bi može",
    "sq": "të e në dhe për me një që nga i së është si do nuk më janë ka kjo ky ose duke tyre",
    "ku": "û di de ku ji bo li bi ya yên ên jî ev wê re dike hene an na xwe ser",
}  # fmt: skip
_COMMON = {code: frozenset(w for w in words.split() if len(w) > 1) for code, words in _COMMON_TEXT.items()}
_WORD = re.compile(r"[^\W\d_]{2,}")
"""Single letters are no words: legends of maps and letters strewn over a page are full of them."""
_LATIN = re.compile(r"[a-zA-Z\u00c0-\u024f\u1e00-\u1eff]")
_SCRIPTS = {
    "cyrillic": re.compile(r"[\u0400-\u04ff]"),
    "arabic": re.compile(r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]"),
    "el": re.compile(r"[\u0370-\u03ff]"),
    "zh": re.compile(r"[\u4e00-\u9fff]"),
}
REASON = "Sie ist nicht auf Deutsch, und nur deutscher Text kann ausgewertet werden."


def mark_languages(pages: Sequence[Page]) -> tuple[Page, ...]:
    """Pages with their language where it is not German.

    A translation is no longer than its original. Where a plan has more pages in another language than in German, those
    cannot all be translations: they count as not read, so that nothing on them is reported as missing from the plan.
    """
    marked = [replace(p, language=code) if (code := language_of(p.text)) else p for p in pages]
    counts = Counter(p.language for p in marked if p.language)
    if not counts:
        return tuple(pages)
    german = sum(p.language is None and len(_WORD.findall(p.text)) >= ENOUGH for p in marked)
    unread = {code for code, n in counts.items() if n > german}
    if not unread:
        return tuple(marked)
    return tuple(replace(p, state=PageState.FAILED, reason=REASON) if p.language in unread else p for p in marked)


def language_of(text: str) -> str | None:
    """ISO 639-1 code of a text that is not German; None for German, for mixed text, and where it cannot be told."""
    words = _WORD.findall(text.casefold())
    if len(words) < ENOUGH:
        return None
    counts = Counter(words)
    german = sum(n for w, n in counts.items() if w in FUNCTION_WORDS) / len(words)
    if german >= PLAINLY:
        return None
    latin = len(_LATIN.findall(text))
    for name, script in _SCRIPTS.items():
        letters = len(script.findall(text))
        if letters > SCRIPT * (letters + latin):
            return _of_script(name, text)
    shares = {code: sum(counts[w] for w in common) / len(words) for code, common in _COMMON.items()}
    best = max(shares, key=lambda code: (shares[code], code))
    sure = shares[best] >= FOREIGN and sum(w in counts for w in _COMMON[best]) >= VARIED
    return best if sure and german < GERMAN * shares[best] else None


def _of_script(name: str, text: str) -> str:
    """Language of a text in Cyrillic or Arabic letters, by the letters that only one of them has."""
    if name == "cyrillic":
        if re.search("[іїєґІЇЄҐ]", text):
            return "uk"
        return "ru" if re.search("[ыэёЫЭЁ]", text) else "bg"
    if name == "arabic":
        return "fa" if len(re.findall("[پچژگکی\u06cc\ufb56-\ufb59\ufb7a-\ufb7d\ufb92-\ufb95]", text)) > 3 else "ar"
    return name
