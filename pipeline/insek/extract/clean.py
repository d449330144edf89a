"""Repair of text as machines deliver it: from PDF pages and from plain text files alike.

The order matters: characters first (everything later looks at letters), then spaces inside words.
`characters` does only what is certain; `repair` also joins words that stray spaces have split.
"""

from __future__ import annotations

import re
import unicodedata

from insek.extract.glued import part_words
from insek.extract.hyphens import join
from insek.extract.spaces import join_words
from insek.extract.vocabulary import Vocabulary

_LIGATURES = {
    "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "ft", "ﬆ": "st", "Ĳ": "IJ", "ĳ": "ij",
}  # fmt: skip
_SPACES = dict.fromkeys(
    "\xa0\t\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
)
_NOTHING = dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\x00\x01\x03\x04\x05\x06\x07\x08", "")
_TABLE = str.maketrans({**_LIGATURES, **_SPACES, **_NOTHING, "\r": "", "\u2011": "-", "\u2010": "-"})
_ODD = re.compile("[" + "".join(map(re.escape, [*_LIGATURES, *_SPACES, *_NOTHING, "\u2011", "\u2010", "\r"])) + "]")

_SOFT = re.compile("[ ]*[\xad\x02\ufffe][ ]*")
_DOUBLE = re.compile("[-\u2010\u2011][\xad\x02\ufffe][-\u2010\u2011]?|[\xad\x02\ufffe][-\u2010\u2011]")
"""One printed hyphen that word processors write as two or three characters."""
_LINE_SOFT = re.compile("[\xad\x02\ufffe] *\n *")
_UMLAUT = {"a": "ä", "o": "ö", "u": "ü", "A": "Ä", "O": "Ö", "U": "Ü"}
_AFTER = re.compile("([aouAOU])(?: [¨\u0308] ?(?=[a-zäöüß])|[¨\u0308])")
_BEFORE = re.compile("¨ ?([aouAOU])")
_SPACED = re.compile(r"(?<![\w.])(?:[^\W\d_] ){3,}[^\W\d_](?![\w.])")
_SPACED_ANY = re.compile(r"(?<![\w.])[^\W\d_](?: [^\W\d_])+(?![\w.])")
_BLANKS = re.compile(r" {2,}")
_LINE_HYPHEN = re.compile(r"(\S*[^\W_])- *\n *(?=[^\W_])")


def characters(text: str) -> str:
    """Certain repairs of single characters: ligatures, odd spaces, soft hyphens, separate diaereses, NFC."""
    if text.isascii() and "\r" not in text and "\t" not in text and not _CONTROL.search(text):
        return text
    if "\xad" in text or "\x02" in text or "\ufffe" in text:
        text = _DOUBLE.sub("-", text)
    if _ODD.search(text):
        text = text.translate(_TABLE)
    if "¨" in text or "\u0308" in text:
        text = _BEFORE.sub(lambda m: _UMLAUT[m[1]], _AFTER.sub(lambda m: _UMLAUT[m[1]], text))
    if "\xad" in text or "\x02" in text or "\ufffe" in text:
        text = _soft_hyphens(text)
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


_CONTROL = re.compile("[\x00-\x08]")


def _soft_hyphens(text: str) -> str:
    """U+00AD vanishes within a line and becomes a plain hyphen at its end, where `hyphens` decides.

    PDFium's marks U+0002 and U+FFFE stand for a hyphen that was printed.
    """
    text = _LINE_SOFT.sub("-\n", text)
    text = re.sub("[\xad\x02\ufffe]$", "-", text)
    return re.sub("\xad", "", text).replace("\x02", "-").replace("\ufffe", "-")


def letterspaced(text: str) -> str:
    """Join headings printed with spaces between their letters: "Z I E L E" becomes "ZIELE".

    Two spaces part words there. Short words ("U N D") are joined only in a line with a longer one.
    """
    if not _SPACED.search(text):
        return text
    lines = [_SPACED_ANY.sub(_close, line) if _SPACED.search(line) else line for line in text.split("\n")]
    return "\n".join(lines)


def _close(found: re.Match[str]) -> str:
    return found[0].replace(" ", "")


def lines_joined(text: str, known: Vocabulary) -> str:
    """Join words broken at line ends of running text; all other line breaks stay."""
    out: list[str] = []
    for line in text.split("\n"):
        if out and out[-1].endswith("-") and line[:1].isalpha() and (out[-1][-2:-1].isalpha()):
            word, _, rest = line.partition(" ")
            joined = join(out[-1], word, known)
            if joined.endswith(f"- {word}"):
                out.append(line)
            else:
                out[-1] = joined
                if rest:
                    out.append(rest)
            continue
        out.append(line)
    return "\n".join(out)


def mend_words(text: str, known: Vocabulary) -> str:
    """Take stray spaces out of words and put in lost ones between them; letter-spaced words are closed."""
    return part_words(join_words(letterspaced(text), known), known)


def repair(text: str, known: Vocabulary | None = None) -> str:
    """Repair a text; `known` are the words of its document (default: of this text alone). Line breaks stay."""
    text = characters(text)
    text = letterspaced(text)
    text = _BLANKS.sub(" ", text)
    known = known or Vocabulary([text])
    if "-\n" in text or "- \n" in text:
        text = lines_joined("\n".join(line.strip() for line in text.split("\n")), known)
    return mend_words(text, known)
