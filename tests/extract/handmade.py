"""PDF files written object by object, for what no program that sets plans would make."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
CATALOGUE, TREE, TYPEFACE, FREE = 1, 2, 3, 4
"""Object numbers: catalogue, page tree, the font `/F1`; further objects begin at `FREE`."""


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A compressed stream object with further dictionary entries."""
    packed = zlib.compress(data, 1)
    return b"<<%s/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (entries, len(packed), packed)


def reference(number: int) -> bytes:
    return b"%d 0 R" % number


def handmade(
    pages: Sequence[bytes],
    *,
    size: tuple[int, int] = (595, 842),
    extra: Sequence[bytes] = (),
    resources: bytes = b"",
    catalogue: bytes = b"",
) -> bytes:
    """A file with these page contents; `extra` objects are numbered from `FREE` upwards, before the pages."""
    first = FREE + len(extra)
    kids = [first + 2 * i for i in range(len(pages))]
    objects = [
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalogue,
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(map(reference, kids))),
        FONT,
        *extra,
    ]
    for number, content in zip(kids, pages, strict=True):
        box = b"/MediaBox[0 0 %d %d]" % size
        objects.append(
            b"<</Type/Page/Parent 2 0 R%s/Contents %s/Resources<</Font<</F1 3 0 R>>%s>>>>"
            % (box, reference(number + 1), resources)
        )
        objects.append(stream(content))
    return _file(objects)


def _file(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def text(line: str, x: float = 72, y: float = 720, size: float = 10) -> bytes:
    """Operators that print a line of text."""
    shown = line.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"BT /F1 %g Tf %g %g Td (%s) Tj ET\n" % (size, x, y, shown)
