"""The parts of spaCy that the rules use, imported without spaCy's own command line.

`import spacy` also imports the commands that download and train pipelines, with an HTTP client and more: 0.24 of 0.5
seconds, a seventh of the time that screening one plan takes. A stand-in for that one module keeps them out; it loads
the real one when it is called, and is gone from the module table afterwards, so that `import spacy.cli` works as ever.
"""

from __future__ import annotations

import sys
from collections.abc import Set
from types import ModuleType
from typing import Any

_NAME = "spacy.cli.info"


def _info(*args: Any, **options: Any) -> Any:
    """`spacy.info`, loaded when called."""
    from importlib import import_module

    return import_module(_NAME).info(*args, **options)


_stands_in = "spacy" not in sys.modules and _NAME not in sys.modules
if _stands_in:
    _stand_in = ModuleType(_NAME)
    _stand_in.info = _info  # type: ignore[attr-defined]
    sys.modules[_NAME] = _stand_in

from spacy.lang.de import German  # noqa: E402 - the stand-in has to be there first
from spacy.lang.lex_attrs import lower  # noqa: E402
from spacy.matcher import Matcher  # noqa: E402
from spacy.tokens import Doc  # noqa: E402
from spacy.vocab import create_vocab  # noqa: E402

if _stands_in:
    del sys.modules[_NAME]

_OF_WORD = frozenset({"TEXT", "ORTH", "LOWER", "LEMMA", "OP"})


def german_vocab(asked: Set[str]) -> Any:
    """All of `blank("de")` that matchers need, without its tokenizer.

    Args:
        asked: attributes of tokens that patterns ask for. Where these are the word itself, nothing else is worked out
            of new words; spaCy's shapes, prefixes and the like take four times as long.
    """
    vocab: Any = create_vocab("de", German.Defaults)
    if asked <= _OF_WORD:
        vocab.lex_attr_getters = {key: get for key, get in vocab.lex_attr_getters.items() if get is lower}
    return vocab


__all__ = ["Doc", "German", "Matcher", "create_vocab", "german_vocab"]
