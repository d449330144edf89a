"""Make hostile text harmless: it comes from PDF files and file names and may hold anything.

HTML escaping is done by the template engine and by `mark`; here control characters, marks that turn the direction of
writing, invisible characters and formulas for spreadsheet programs are dealt with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

_STRANGE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f]"
)
_REMOVED = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
"""Invisible without effect on the meaning: soft hyphens, joiners, byte order marks."""
_PILED_UP = re.compile("([\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3})"
                       "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")  # fmt: skip
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")


def visible(text: str) -> str:
    """The text with control and direction marks shown as `[U+202E]` and invisible characters removed.

    Line ends become spaces; more than three accents on one letter are cut, so that they cannot cover other lines.
    """
    if text.isascii() and text.isprintable():
        return text
    return _PILED_UP.sub(r"\1", _STRANGE.sub(_shown, text))


def _shown(match: re.Match[str]) -> str:
    char = match.group()
    if char in _REMOVED:
        return ""
    if char in "\r\x0b\x0c\x85\u2028\u2029":
        return " "
    return "\ufffd" if "\ud800" <= char <= "\udfff" else f"[U+{ord(char):04X}]"


def one_line(text: str) -> str:
    """Visible text with all white space folded to single spaces."""
    return " ".join(visible(text).split())


def short(text: str, length: int = 160) -> str:
    """A name as long as a heading may be; the rest gives way to an ellipsis."""
    return text if len(text) <= length else text[: length - 1] + "…"


def clipped(text: str, length: int) -> str:
    """The beginning of a text, cut between words where there is one near; the rest gives way to an ellipsis."""
    if len(text) <= length:
        return text
    head = text[: length - 2]
    at = head.rfind(" ", length // 2)
    return f"{head[:at].rstrip(' ,;:–')} …" if at > 0 else f"{head}…"


def csv_text(text: str) -> str:
    """A text cell that no spreadsheet program takes for a formula: an apostrophe goes before the dangerous signs.

    Looked at before white space is folded, for a leading tab counts as dangerous too.
    """
    flat = one_line(text)
    return f"'{flat}" if flat[:1] in _FORMULA or text[:1] in _FORMULA else flat


def css_string(text: str) -> Markup:
    """A text as string of a style sheet: whatever could end the string or the element around it is escaped."""
    inside = (c if c.isascii() and c.isalnum() else f"\\{ord(c):06x}" for c in one_line(text))
    return Markup(f'"{"".join(inside)}"')  # letters, digits and escapes alone


def mark(text: str, strong: Iterable[tuple[int, int]], weak: Iterable[tuple[int, int]]) -> Markup:
    """The text as HTML with `strong` spans in `<mark>` and `weak` ones in `<mark class="w">`.

    Spans are half-open offsets into `text`; they may overlap, leave the text or be empty. Strong beats weak.
    """
    level = bytearray(len(text))
    for value, spans in ((1, weak), (2, strong)):
        for start, end in spans:
            start, end = max(start, 0), min(end, len(text))
            if start < end:
                level[start:end] = bytes((value,)) * (end - start)
    parts = [_wrapped(text[a:b], level[a]) for a, b in _runs(level)]
    return Markup("".join(parts))  # every part was escaped


def _runs(level: bytearray) -> Iterable[tuple[int, int]]:
    start = 0
    for at in range(1, len(level) + 1):
        if at == len(level) or level[at] != level[start]:
            yield start, at
            start = at


_TAGS = {0: ("", ""), 1: ('<mark class="w">', "</mark>"), 2: ("<mark>", "</mark>")}


def _wrapped(text: str, level: int) -> str:
    before, after = _TAGS[level]
    return f"{before}{escape(visible(text))}{after}"
