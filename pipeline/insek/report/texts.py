"""Words and numbers of the reports in German and English; the texts stand in `texts/*.yaml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from insek.errors import UsageError
from insek.guideline import Attribute, Bundle, Criterion, Field, Level, Stage, Structure, Theme, read_yaml

_FOLDER = Path(__file__).parent / "texts"
LANGUAGES = ("de", "en")
Labelled: TypeAlias = Theme | Field | Stage | Level | Structure | Attribute | Criterion
_NEARLY = 0.999
_SURE = ((0.9, "sure_very"), (0.75, "sure_high"), (0.5, "sure_fair"))
"""Words for a probability. Half is where a passage is more likely evidence than not; the others divide the rest."""


class Texts:
    """All texts of one language, called by key; placeholders are filled by name."""

    def __init__(self, lang: str) -> None:
        """Read the texts of `lang`."""
        self.lang = lang
        self._texts: Mapping[str, Any] = read_yaml(_FOLDER / f"{lang}.yaml")

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with its placeholders filled; KeyError for an unknown key."""
        text: str = self._texts[key]
        return text.format(**values) if values else text

    def get(self, key: str, default: str) -> str:
        """The text of a key, or the default: for ids that a guideline may choose freely."""
        return str(self._texts.get(key, default))

    def items(self, key: str) -> list[str]:
        """The texts of a list."""
        return list(self._texts[key])

    def provenance(self, key: str) -> str:
        """Plain name of an entry of the provenance; the key itself where there is none."""
        names: Mapping[str, str] = self._texts["provenance"]
        return names.get(key, key)

    def provenance_value(self, key: str, value: str) -> str:
        """A setting of the run in words; the value itself where it needs none."""
        values: Mapping[str, Mapping[str, str]] = self._texts["provenance_values"]
        return values.get(key, {}).get(value, value)

    def label(self, entry: Labelled) -> str:
        """Name of an entry of the guideline in this language."""
        return entry.label if self.lang == "de" else entry.label_en

    def bundle(self, entry: Bundle) -> str:
        """Name of a bundle in this language."""
        return entry.label if self.lang == "de" else entry.label_en

    def decimal(self, value: float, digits: int = 2) -> str:
        """A number with the decimal sign of the language and no idle zeros."""
        text = f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{value:.0f}"
        return text.replace(".", ",") if self.lang == "de" else text

    def whole(self, number: int) -> str:
        """A count with its thousands set apart."""
        return f"{number:,}".replace(",", ".") if self.lang == "de" else f"{number:,}"

    def fixed(self, value: float) -> str:
        """A measured figure with two digits, so that columns can be compared."""
        return f"{value:.2f}".replace(".", ",") if self.lang == "de" else f"{value:.2f}"

    def hundred(self, value: float | None) -> str:
        """A value of 0-100 as a whole number; never rounded to 0 or 100 unless it is."""
        return self._bounded(value, "") if value is not None else self("none")

    def unit(self, value: float | None) -> str:
        """A value of 0-1 with two digits; never rounded to 0 unless it is, and never to 1: nothing here is certain."""
        if value is None:
            return self("none")
        if 0 < value < 0.005:
            return self("below", value=self.decimal(0.01))
        return self("above", value=self.decimal(0.99)) if value >= 0.995 else self.decimal(value)

    def percent(self, share: float) -> str:
        """A share of 0-1 in per cent; never rounded to 0 or 100 unless it is."""
        return self._bounded(share * 100, "\u00a0%" if self.lang == "de" else "%")

    def chance(self, score: float) -> str:
        """A probability in per cent; one that was rounded to 1 still is no certainty."""
        return self.percent(min(score, _NEARLY))

    def _bounded(self, value: float, unit: str) -> str:
        if 0 < value < 0.5:
            return self("below", value=f"1{unit}")
        if 99.5 <= value < 100:
            return self("above", value=f"99{unit}")
        return f"{value:.0f}{unit}"

    def sure(self, score: float) -> str:
        """A probability in a word and a number; 100 % is never claimed."""
        key = next((key for least, key in _SURE if score >= least), "sure_low")
        return f"{self(key)} ({self.chance(score)})"

    def count(self, what: str, n: int) -> str:
        """A number of passages or pages in words, with the right plural."""
        return self(f"{what}_none") if n == 0 else self(f"{what}_one") if n == 1 else self(f"{what}_many", n=n)

    def listed(self, names: Sequence[str]) -> str:
        """Names as running text: `a, b oder c`."""
        return self("listed", first=", ".join(names[:-1]), last=names[-1]) if len(names) > 1 else "".join(names)

    def ranges(self, pages: Iterable[int]) -> str:
        """Pages as `3, 5–9`; neighbours are drawn together."""
        runs: list[list[int]] = []
        for page in sorted(set(pages)):
            if runs and page == runs[-1][1] + 1:
                runs[-1][1] = page
            else:
                runs.append([page, page])
        return ", ".join(str(a) if a == b else self("pages_range", first=a, last=b) for a, b in runs)


@cache
def texts(lang: str) -> Texts:
    """The texts of a language, read once; UsageError for one that there is none of."""
    if lang not in LANGUAGES:
        raise UsageError(f"Berichte gibt es nicht in der Sprache „{lang}“.", f"Möglich: {', '.join(LANGUAGES)}.")
    return Texts(lang)
