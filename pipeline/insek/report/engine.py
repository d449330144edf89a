"""The template engine: escaping always on, unknown names an error, templates from the package only.

Compiling the templates takes longer than filling them. So the compiled ones are kept in `__pycache__` beside them, as
Python keeps its modules, with the same trust and under the same switch; where that is not possible they are compiled
anew.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from insek.report.safe import css_string, visible
from insek.report.texts import texts

_FOLDER = Path(__file__).parent / "templates"


class _Compiled(FileSystemBytecodeCache):
    """Compiled templates on disk; a folder that cannot be written to is no fault. Jinja checks them by content."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                Path(self.directory).mkdir(exist_ok=True)
                super().dump_bytecode(bucket)


def _finalize(value: Any) -> Any:
    """Every text that a template prints passes here, before it is escaped: nothing hostile gets past unseen."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_Compiled(str(_FOLDER / "__pycache__")),
    )
    environment.filters["css_string"] = css_string
    return environment


def render(template: str, lang: str, **values: Any) -> str:
    """A page from a template; `t`, the texts of the language, is always at hand."""
    return _environment().get_template(template).render(t=texts(lang), **values)
