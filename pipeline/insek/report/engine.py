"""The template engine: escaping always on, unknown names an error, templates from the package only."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from insek.report.safe import visible
from insek.report.texts import texts

_FOLDER = Path(__file__).parent / "templates"


def _finalize(value: Any) -> Any:
    """Every text that a template prints passes here, before it is escaped: nothing hostile gets past unseen."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def render(template: str, lang: str, **values: Any) -> str:
    """A page from a template; `t`, the texts of the language, is always at hand."""
    return _environment().get_template(template).render(t=texts(lang), **values)
