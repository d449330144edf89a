"""Whether a PDF could keep its reader busy without end: looked for in the bytes, before any page is opened.

PDFium cannot be interrupted, and it goes through a whole page at once. Two things make a small file a page without
end: forms that draw forms many times over (ten levels of ten are ten thousand million), and contents that unpack to
a multiple of their size. Both show in the file itself, for streams are never packed into other objects. A false alarm
costs a fifth of a second, for the file is then read by a process of its own (`guarded`).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

FORMS = 20_000
"""Drawings of forms by forms that a page may come to; PDFium makes a good ten thousand of them a second."""
UNPACKED = 48_000_000
"""Bytes of one unpacked stream: a page with a million drawing objects; PDFium needs 20 times that in memory."""
PACKED = 40_000
"""Smaller packed streams cannot come near that bound: the ratio of the method ends at about 1,000."""
_PEEK = 65_536

_STREAM = re.compile(rb"stream\r?\n")
_DICTIONARY = 1_500
"""Bytes before the word `stream` in which the entries of the stream are looked for."""
_FORM = re.compile(rb"/Subtype\s*/Form\b")
_PICTURE = re.compile(rb"/Subtype\s*/Image\b|/ObjStm\b|/XRef\b|/FontFile|/Length1\b")
_DRAWN = re.compile(rb"/[^\s/()<>\[\]]+\s+Do\b")
_CHAIN = re.compile(rb"/(?:FlateDecode|Fl|LZWDecode|LZW)\s*/(?:FlateDecode|Fl|LZWDecode|LZW)\b|/LZWDecode")


def risky(data: bytes) -> bool:
    """Whether reading the file needs a guard: nested forms, swollen streams, or contents that cannot be looked into."""
    drawings = 1
    for entries, start, end in _streams(data):
        if _PICTURE.search(entries):
            continue
        form = _FORM.search(entries) is not None
        large = end - start >= PACKED
        if not form and not large:
            continue
        if _CHAIN.search(entries) and (form or large):
            return True
        content = _unpacked(data[start:end], UNPACKED if large else _PEEK)
        if len(content) >= UNPACKED:
            return True
        if form:
            drawings *= max(1, len(_DRAWN.findall(content)))
            if drawings > FORMS:
                return True
    return b"/Encrypt" in data and _FORM.search(data) is not None


def _streams(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Entries, begin and end of each stream."""
    at = 0
    while found := _STREAM.search(data, at):
        start = found.end()
        end = data.find(b"endstream", start)
        end = len(data) if end < 0 else end
        entries = data[max(at, found.start() - _DICTIONARY) : found.start()]
        yield entries[max(entries.rfind(b" obj"), 0) :], start, end
        at = end + 9


def _unpacked(packed: bytes, limit: int) -> bytes:
    """The first `limit` bytes of a stream; as it stands where it is not packed, or not in this way."""
    try:
        return zlib.decompressobj().decompress(packed, limit)
    except zlib.error:
        return packed[:limit]
