"""Pages in another language; all texts here were written for these tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from insek.domain import BlockKind, Document, PageState
from insek.extract import read_document
from insek.extract.language import language_of
from insek.segment import segment

from .conftest import PROSE

SUMMARIES = {
    "en": "This summary is for the people of our town who have not been here for long. The council has decided that "
    "the old school will be a house for all, and that clubs can use it free of rent. We are looking for your ideas on "
    "what should happen in the rooms, and we will publish the results by the end of the year.",
    "tr": "Bu özet şehrimizde yaşayan herkes için hazırlanmıştır. Belediye meclisi eski okulun herkese açık bir ev "
    "olmasına karar verdi ve dernekler orayı kira ödemeden kullanabilir. Odalarda ne olması gerektiği için "
    "fikirlerinizi bekliyoruz ve sonuçları yıl sonuna kadar yayınlayacağız. Bu plan çok önemli bir adım olarak "
    "görülüyor ve daha sonra da devam edecek.",
    "ru": "Это краткое изложение для всех жителей нашего города. Городской совет решил, что старая школа станет домом "
    "для всех, и что объединения смогут пользоваться им без арендной платы. Мы ждём ваших предложений о том, что "
    "должно происходить в этих комнатах, и опубликуем результаты до конца года.",
    "uk": "Це короткий виклад для всіх мешканців нашого міста. Міська рада вирішила, що стара школа стане домом для "
    "всіх, і що об'єднання зможуть користуватися ним без орендної плати. Ми чекаємо на ваші пропозиції про те, що "
    "має відбуватися в цих кімнатах, і опублікуємо результати до кінця року.",
    "ar": "هذا الملخص موجه إلى جميع سكان مدينتنا. قرر مجلس المدينة أن تصبح المدرسة القديمة بيتا للجميع وأن تستطيع "
    "الجمعيات استخدامها دون إيجار. نحن ننتظر أفكاركم حول ما يجب أن يحدث في هذه الغرف وسوف ننشر النتائج حتى نهاية "
    "العام الجاري في الجريدة الرسمية",
    "fr": "Ce résumé est pour les gens de la ville qui ne sont pas ici depuis longtemps. Le conseil a décidé que la "
    "vieille école sera une maison pour tous et que les associations pourront en disposer sans loyer. Nous attendons "
    "vos idées sur ce qui doit se passer dans les salles et nous publierons les résultats avant la fin de l'année.",
    "pl": "To podsumowanie jest dla wszystkich mieszkańców naszego miasta. Rada miasta zdecydowała, że stara szkoła "
    "będzie domem dla wszystkich i że stowarzyszenia mogą z niej korzystać bez czynszu. Czekamy na pomysły, co ma się "
    "dziać w tych salach, oraz opublikujemy wyniki do końca roku. To jest ważne, ale nie od razu.",
}


@pytest.mark.parametrize("code", SUMMARIES)
def test_summaries_in_other_languages(code: str) -> None:
    assert language_of(SUMMARIES[code]) == code


@pytest.mark.parametrize(
    "text",
    [
        " ".join(PROSE),
        " ".join(PROSE[:3]) + SUMMARIES["en"][:120],  # a quote in a German text
        "Welcome to the town of Lindental",  # too little to tell
        "Rue de la Gare, Place de la Liberté, Avenue de la Paix: " + "Baugebiet Sanierung Grünfläche Spielplatz " * 12,
        "Maßnahme Kosten Beginn Träger Stadtplanung Tiefbau " * 10,  # a table without a single common word
        "S I C H E R H E I T o a e d o e a i u " * 20,
        "",
    ],
)
def test_german_mixed_and_scarce_text_stays_unmarked(text: str) -> None:
    assert language_of(text) is None


def plan(tmp_path: Path, pages: list[str]) -> Document:
    path = tmp_path / "plan.txt"
    path.write_text("\f".join(pages), encoding="utf-8")
    return read_document(path)


def test_summaries_are_marked_kept_and_not_judged(tmp_path: Path) -> None:
    german = [f"Kapitel {w}\n\n" + " ".join(PROSE[i : i + 3]) for i, w in enumerate(["eins", "zwei", "drei"])]
    document = plan(tmp_path, [*german, SUMMARIES["en"], SUMMARIES["en"][::1] + " Also for you.", SUMMARIES["tr"]])
    assert [p.language for p in document.pages] == [None, None, None, "en", "en", "tr"]
    assert document.readable_share == 1
    assert "Die Seiten 4-5 sind nicht auf Deutsch (englisch) und wurden nicht bewertet." in document.warnings
    assert "Die Seite 6 ist nicht auf Deutsch (türkisch) und wurde nicht bewertet." in document.warnings
    passages = [p for p in segment(document) if p.pages[0] >= 4]
    assert passages
    assert {p.kind for p in passages} == {BlockKind.APPARATUS}
    assert "This summary" in document.pages[3].text


def test_a_document_in_another_language_counts_as_not_read(tmp_path: Path) -> None:
    document = plan(tmp_path, [" ".join(PROSE), SUMMARIES["en"], SUMMARIES["en"] + " And more."])
    assert [p.state for p in document.pages] == [PageState.TEXT, PageState.FAILED, PageState.FAILED]
    assert document.readable_share == pytest.approx(1 / 3)
    assert any("gilt als nicht gelesen" in w for w in document.warnings)
