"""Say what of an index to search: whose words, in which documents, from when on and until when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from embeddings.documents import check_documents, some_of
from embeddings.errors import QuestionError
from embeddings.text.times import day, seconds

if TYPE_CHECKING:
    from embeddings.index import Index

Moment = date | int  # a day, or seconds into a recording


@dataclass(frozen=True, slots=True)
class Scope:
    """A choice of documents, speakers and times; `None` chooses all.

    `after` and `before` are days (YYYY-MM-DD), which choose among the documents by their dates, or
    times into a recording (HH:MM:SS); `after` takes its own moment in, `before` does not. What has
    no date, no time or no speaker is outside where one is asked for.
    """

    documents: Sequence[str] | None = None
    speakers: Sequence[str] | None = None
    after: str | date | None = None
    before: str | date | None = None

    def __post_init__(self) -> None:
        """Keep names and moments as given; raise `QuestionError` for one name instead of some."""
        for name in ("documents", "speakers"):
            if isinstance(given := getattr(self, name), str):
                raise QuestionError(f"{name} is {given!r}: give a list of them")
            if given is not None:  # a generator could be read but once
                object.__setattr__(self, name, tuple(given))
        for name in ("after", "before"):
            if (given := getattr(self, name)) is not None:
                object.__setattr__(self, name, str(given))

    def __str__(self) -> str:
        """Return whose words, and from when until when, a question is put to; "" for all."""
        parts = ["everything"] if self.speakers is None else [*self.speakers] or ["nobody"]
        parts += [f"from {self.after}"] if self.after else []
        parts += [f"before {self.before}"] if self.before else []
        return ", ".join(parts) if self.narrows else ""

    @property
    def narrows(self) -> bool:
        """Say whether a speaker, a day or a time is asked for."""
        return any(one is not None for one in (self.speakers, self.after, self.before))

    @property
    def by_sentence(self) -> bool:
        """Say whether a part of a document may be outside; a day chooses whole documents."""
        days_alone = all(isinstance(limit, date) for limit, _ in self._limits())
        return self.speakers is not None or not days_alone

    def check(self, index: Index) -> None:
        """Raise `QuestionError` for an unknown speaker and for what is no time."""
        self.check_speakers(index)
        self._limits()

    def fitting(self, index: Index) -> Scope:
        """Return the scope without the speakers and the times that its documents do not have."""
        here = speakers_in(index, self.documents)
        speakers = [name for name in self.speakers or () if name in here]
        fit = replace(self, speakers=speakers or None)
        return fit if moments_in(index, self.documents) else replace(fit, after=None, before=None)

    def places(self, index: Index) -> list[int] | None:
        """Return the places of the passages with a sentence inside, None for all.

        Raises `QuestionError` for an unknown document or speaker, for what is no time, and where
        nothing is inside: not to have looked is not to have found nothing.
        """
        documents = self.within(index)
        places = None if documents is None else index.places_of(documents)
        if self.by_sentence:
            inside = self.inside(index)
            places = [
                place
                for place in (range(index.size) if places is None else places)
                if any(inside(place, one) for one in range(len(index.passages[place].sentences)))
            ]
        if self.narrows and not places:
            raise QuestionError(
                f"nothing to ask of ({self}): words without a speaker, time or date are left out;"
                " choose more"
            )
        return places

    def within(self, index: Index) -> Sequence[str] | None:
        """Return the documents that can have something inside, without reading one; None for all.

        Raises `QuestionError` for an unknown document or speaker, for what is no time, and where
        none are chosen.
        """
        if self.documents == ():
            raise QuestionError(
                "no documents are chosen: name some, or leave the choice out for all"
            )
        check_documents(self.documents or (), index.documents)
        if not self.narrows:
            return self.documents
        self.check_speakers(index)
        speakers, limits = self._speakers(), self._limits()
        return [
            id
            for id in index.ids(self.documents)
            if (speakers is None or speakers & {one.casefold() for one in index.about[id].speakers})
            and all(
                _holds(limit, index.about[id].day, late)
                if isinstance(limit, date)
                else index.about[id].timed
                for limit, late in limits
            )
        ]

    def _speakers(self) -> set[str] | None:
        return None if self.speakers is None else {one.casefold() for one in self.speakers}

    def _limits(self) -> list[tuple[Moment, bool]]:
        """Return the limits that are given, each with whether what is inside comes after it."""
        after, before = moment(self.after, "after"), moment(self.before, "before")
        if type(after) is type(before) and _holds(before, after, late=True):
            raise QuestionError(
                f"nothing lies from {self.after} on and before {self.before}: give a later end"
            )
        given = ((after, True), (before, False))
        return [(limit, late) for limit, late in given if limit is not None]

    def inside(self, index: Index) -> Callable[[int, int], bool]:
        """Return a test of a sentence, by its passage's place and its own in the passage."""
        speakers, limits = self._speakers(), self._limits()

        def test(place: int, member: int) -> bool:
            passage = index.passages[place]
            id = passage.document_id
            mark = index.documents[id].mark(passage.sentences[member].start)
            if speakers is not None and mark.speaker.casefold() not in speakers:
                return False
            time = seconds(mark.time) if mark.time else None
            return all(
                _holds(limit, index.about[id].day if isinstance(limit, date) else time, late)
                for limit, late in limits
            )

        return test

    def check_speakers(self, index: Index) -> None:
        """Raise `QuestionError` for a speaker who says nothing in the index."""
        known = {name.casefold(): name for name in index.speakers}
        for speaker in self.speakers or ():
            if speaker.casefold() not in known:
                names = some_of(sorted(known.values())) or "no speakers"
                raise QuestionError(f"nobody called {speaker!r} speaks; the index has: {names}")


EVERYTHING = Scope()


def speakers_in(index: Index, documents: Sequence[str] | None = None) -> list[str]:
    """Return the names of those who speak in documents, in the order of their first words."""
    names = (name for id in index.ids(documents) for name in index.about[id].speakers)
    return list(dict.fromkeys(names))


def moments_in(index: Index, documents: Sequence[str] | None = None) -> list[str]:
    """Return how to write what parts documents: times of a recording, days of several meetings."""
    chosen = [index.about[id] for id in index.ids(documents)]
    dated = sum(one.day is not None for one in chosen)
    return ["HH:MM:SS"] * any(one.timed for one in chosen) + ["YYYY-MM-DD"] * (dated > 1)


def moment(given: str | date | None, name: str) -> Moment | None:
    """Return the day or the time that a limit called `name` gives; raise `QuestionError`."""
    if given is None:
        return None
    text = str(given)
    try:
        if (found := day(text)) is not None:
            return found
        if ":" in text:
            return seconds(text)
    except ValueError:
        pass
    raise QuestionError(f"{name} is {text!r}: give a day (YYYY-MM-DD) or a time (HH:MM:SS)")


def _holds(limit: Any, held: Any, late: bool) -> bool:
    """Say whether a known day or time is at or after a limit if `late`, else before it."""
    return held is not None and (held >= limit) == late
