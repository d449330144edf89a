"""The page of one passage: picture of the page, text, what the program says, and the form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from insek.errors import InputError, InsekError
from insek.learn.entries import Answer
from insek.review import pages
from insek.review.desk import Desk, Draft, Item
from insek.review.journal import Conflict
from insek.review.queues import Entry, QueueName
from insek.reviews import Place

_MOST_PICTURES = 3
"""Pages of a passage that are shown at once; longer ones are tables, and all look alike."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A page with the boxes of the passage on it, in points of the page."""

    number: int
    label: str
    width: float
    height: float
    boxes: tuple[tuple[float, float, float, float], ...]


def passage_page(desk: Desk, name: QueueName, place: Place, csrf: str, *, draft: Draft | None = None,
                 error: InsekError | None = None, back: bool = False) -> str:  # fmt: skip
    """The page.

    Args:
        desk: the desk.
        name: the queue that the passage is looked at in.
        place: the passage.
        csrf: the token of the forms.
        draft: what the person chose when it could not be saved.
        error: why it could not; a `Conflict` shows the decision that came first.
        back: a decision was taken back just now.
    """
    item = desk.item(place)
    return pages.render(
        "passage.html.j2",
        title=pages.queue_title(name, desk),
        desk=desk,
        name=name,
        item=item,
        csrf=csrf,
        version=desk.version(place),
        conflict=pages.shown(error.last, desk) if isinstance(error, Conflict) else None,
        error=error,
        back=back,
        **_told(desk, place, item),
        **_form(desk, place, item, draft),
        **_way(desk, name, place, item),
    )


def _told(desk: Desk, place: Place, item: Item) -> dict[str, Any]:
    """The passage with its picture, and what the program and others say of it, as far as this person may see it."""
    open_ = desk.may_see_suggestion(place)
    told, reasons = pages.suggestion(item, desk) if open_ else ("", ())
    pictures, no_picture = _pictures(desk, item)
    return {
        "text": pages.passage_text(item, marks=open_),
        "told": told,
        "reasons": reasons,
        "others": [pages.shown(review, desk) for review in desk.others(place)],
        "pictures": pictures,
        "no_picture": no_picture,
    }


def _form(desk: Desk, place: Place, item: Item, draft: Draft | None) -> dict[str, Any]:
    """What the form shows as chosen."""
    mine = desk.mine(place)
    answer, offered_none = _prefilled(desk, item, draft)
    return {
        "choices": pages.choices(desk, answer),
        "offered_none": offered_none,
        "comment": draft.comment if draft else (mine.label.comment if mine else ""),
        "noted": draft or (mine.label if mine else None),
        "mine": pages.shown(mine, desk) if mine else None,
    }


def _way(desk: Desk, name: QueueName, place: Place, item: Item) -> dict[str, Any]:
    """Where in the queue the passage stands, why it is in it, and what comes before and after."""
    queue = desk.queue(name)
    places = [entry.place for entry in queue]
    at = places.index(place) if place in places else -1
    following = places[at + 1] if 0 <= at < len(places) - 1 else None
    return {
        "why": pages.why_here(queue[at] if at >= 0 else Entry(place), name.kind, item, desk.guideline),
        "position": at + 1,
        "progress": desk.progress(name),
        "previous": places[at - 1] if at > 0 else None,
        "following": following,
        "prefetch": _prefetch(desk, following),
    }


def _prefilled(desk: Desk, item: Item, draft: Draft | None) -> tuple[Answer, bool]:
    """What the form shows as chosen, and whether accepting it as it is means "none of the themes".

    In this order: what could not be saved, my own decision, that of the others, what the program says. Where the others
    disagree nothing is chosen: nobody should settle that by a mere Enter.
    """
    if draft is not None:
        return draft.answer, draft.answer.themes == ()
    mine = desk.mine(item.place)
    told = [mine] if mine else [] if desk.settings.blind else desk.others(item.place)
    answers = {pages.answer_of(review.label) for review in told if review.label.themes is not None}
    if answers:
        answer = answers.pop() if len(answers) == 1 else Answer()
        return answer, answer.themes == ()
    if desk.settings.blind:
        return Answer(), False
    decision = item.decision
    return Answer(decision.themes, decision.fields, decision.stage, decision.depth), not decision.themes


def _pictures(desk: Desk, item: Item) -> tuple[list[Picture], str]:
    """The pages of a passage, or why there are none."""
    slug, passage = item.place[0], item.passage
    path = desk.library.source(slug)
    source = item.plan.result.source
    if path is None:
        hint = "Den Ordner mit den Plänen beim Start mit --plans angeben."
        told = f"{source} wurde nicht gefunden. {hint}" if source.lower().endswith(".pdf") else (
            f"{source} ist keine PDF-Datei.")  # fmt: skip
        return [], told
    labels = item.plan.result.page_labels
    found = []
    try:
        for number in range(passage.pages[0], min(passage.pages[1], passage.pages[0] + _MOST_PICTURES - 1) + 1):
            image = desk.images.page(path, number)
            boxes = tuple(r.bbox for r in passage.regions if r.page == number)
            found.append(Picture(number, labels.get(number, ""), image.width_pt, image.height_pt, boxes))
    except InputError as error:
        return found, error.what
    return found, ""


def _prefetch(desk: Desk, place: Place | None) -> str:
    """Address of the picture that is wanted next; empty where there is none."""
    if place is None or desk.library.source(place[0]) is None:
        return ""
    return f"/bild/{place[0]}/{desk.item(place).passage.pages[0]}.png"
