"""Keys of the keyboard for the labels of any guideline: digits for themes and stages, letters for fields and depth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from insek.guideline import Guideline

RESERVED = "aruczn p?"
"""Accept, reject, unsure, comment, undo, next, previous, help; see `static/desk.js`."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def keys_of(guideline: Guideline, depth_names: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """(question, id) -> key, "" where none is left: themes and stages by number, the rest by a letter of the name."""
    digits = iter("1234567890")
    keys = {("theme", t): next(digits, "") for t in guideline.theme_ids}
    keys |= {("stage", s): next(digits, "") for s in guideline.stage_ids}
    free = [letter for letter in _LETTERS if letter not in RESERVED]
    named = [(("field", f.id), f.label) for f in guideline.fields]
    named += [(("depth", d), depth_names.get(d, d)) for d in guideline.depth_ids]
    for key, name in named:
        keys[key] = letter = next((c for c in _wanted(name) if c in free), free[0] if free else "")
        if letter:
            free.remove(letter)
    return keys


def _wanted(name: str) -> Iterable[str]:
    """The letters of a name as one would look for them: first letters of its words, then the others."""
    words = name.casefold().split()
    return [*(word[0] for word in words), *"".join(words)]
