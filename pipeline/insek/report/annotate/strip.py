"""Takes out of a PDF what does something: links, attachments, scripts, actions, signatures that no longer hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pikepdf import Pdf

_EVERYWHERE = frozenset({"/AA", "/OpenAction", "/JS", "/JavaScript", "/XFA", "/AF", "/EF", "/EmbeddedFiles"})
"""Keys that hold actions, scripts, forms with scripts, or files, wherever they stand."""
_IN_CATALOG = ("/Collection", "/URI", "/Perms", "/DSS", "/Legal", "/Extensions", "/Requirements")
"""Portfolios, base of links, signatures and what a viewer must be able to do."""
_ACTIVE = frozenset({"/Link", "/FileAttachment", "/Screen", "/Movie", "/Sound", "/RichMedia", "/3D", "/PrinterMark",
                     "/TrapNet", "/Popup"})  # fmt: skip
"""Annotations that lead somewhere, play something or hold a file; popups go with notes whose parents may be gone."""


def strip_active(pdf: Pdf) -> None:
    """Remove it everywhere in the file, also from what no page refers to."""
    for key in _IN_CATALOG:
        _drop(pdf.Root, key)
    for page in pdf.pages:
        _keep_quiet_annotations(page.obj)
    for value in pdf.objects:
        for part in _dictionaries(value):
            _clean(part)


def _keep_quiet_annotations(page: Any) -> None:
    from pikepdf import Array, Dictionary

    annotations = page.get("/Annots")
    if annotations is None:
        return
    if not isinstance(annotations, Array):
        del page["/Annots"]
        return
    page["/Annots"] = Array(
        a for a in annotations if isinstance(a, Dictionary) and str(a.get("/Subtype")) not in _ACTIVE
    )


def _dictionaries(value: Any) -> Iterator[Any]:
    """An object and all dictionaries directly in it; what is referred to comes as an object of its own."""
    from pikepdf import Array, Dictionary, Stream

    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Stream | Dictionary):
            yield part
            waiting += [v for _, v in part.items() if isinstance(v, Dictionary | Array) and not v.is_indirect]
        elif isinstance(part, Array):
            waiting += [v for v in part if isinstance(v, Dictionary | Array) and not v.is_indirect]


def _clean(part: Any) -> None:
    keys = set(part.keys())
    for key in keys & _EVERYWHERE:
        del part[key]
    if "/A" in keys and _is_action(part["/A"]):
        del part["/A"]
    if "/S" in keys and "/Next" in keys:  # an action that is followed by another
        del part["/Next"]
    if str(part.get("/FT")) == "/Sig":
        _drop(part, "/V")
    _drop(part, "/SigFlags")


def _is_action(value: Any) -> bool:
    """Whether an `/A` does something other than turn to a page; elements of the structure have an `/A`, too."""
    from pikepdf import Dictionary

    return isinstance(value, Dictionary) and "/S" in value and str(value["/S"]) != "/GoTo"


def _drop(part: Any, key: str) -> None:
    if key in part:
        del part[key]
