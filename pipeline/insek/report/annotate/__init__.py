"""A copy of a plan with its passages highlighted: `highlighted.pdf`, for reading the evidence where it stands.

Highlights are ordinary annotations with appearance streams of their own, so that browsers show them, too. What is
active in the source (links, attachments, scripts, actions) does not get into the copy: it is a file that is passed on.
pikepdf is used here and nowhere else.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from insek.errors import InputError
from insek.guideline import Guideline
from insek.report.annotate.marks import add_marks
from insek.report.annotate.notes import Note, notes_of
from insek.report.annotate.strip import strip_active
from insek.report.model import PlanResult
from insek.report.texts import texts

if TYPE_CHECKING:
    from pikepdf import Pdf

__all__ = ["highlighted_pdf"]


def highlighted_pdf(source: bytes, plan: PlanResult, guideline: Guideline, lang: str = "de") -> bytes:
    """The copy of a plan with a highlight on every passage that counts for the guideline.

    The same source and the same tags give the same bytes.

    Args:
        source: the PDF file, as it was screened.
        plan: its result, with passages.
        guideline: gives names and the order of the themes.
        lang: language of the notes.

    Raises:
        InputError: the file needs a password, or is too damaged to be copied.
    """
    notes = notes_of(plan, guideline, texts(lang))
    name = PurePath(plan.source).name
    try:
        return _copied(source, notes, texts(lang)("highlight_copy", name=name), name)
    except InputError:
        raise
    except Exception as error:  # a hostile file may break any assumption on the kinds of its objects
        raise _damaged(name, type(error).__name__) from error


def _copied(source: bytes, notes: Sequence[Note], about: str, name: str) -> bytes:
    from pikepdf import ObjectStreamMode

    with _opened(source, name) as pdf:
        strip_active(pdf)
        add_marks(pdf, notes, about)
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, encryption=False, object_stream_mode=ObjectStreamMode.generate)
        return out.getvalue()


def _opened(source: bytes, name: str) -> Pdf:
    from pikepdf import PasswordError, Pdf, PdfError

    try:
        return Pdf.open(io.BytesIO(source))
    except PasswordError:
        raise InputError(f"{name} ist mit einem Kennwort geschützt; davon entsteht keine Kopie.",
                         "Ohne Kennwort speichern und den Plan neu prüfen.") from None  # fmt: skip
    except PdfError as error:
        raise _damaged(name, type(error).__name__) from None


def _damaged(name: str, kind: str) -> InputError:
    return InputError(f"{name} ist beschädigt; davon ließ sich keine Kopie anlegen ({kind}).",
                      "In einem PDF-Programm öffnen, neu speichern und den Plan neu prüfen.")  # fmt: skip
