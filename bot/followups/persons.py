"""Tell whom a question names, and whom "he" or "she" means in the next one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.followups.topics import telling, topic_start
from embeddings.terms import POSSESSIVE
from embeddings.text.names import MEN, TITLES, WOMEN

_PRONOUN = re.compile(r"\b(?:he|she|him|her|his|hers)\b", re.IGNORECASE)
_HE, _SHE = (re.compile(rf"(?:{'|'.join(titles)})\b") for titles in (MEN, WOMEN))
_CAPITALISED = r"[A-Z](?:\w{0,4}\.(?=\s+[A-Z])|[\w’'-]*)"
NAME = re.compile(rf"(?:\b[Tt]he\s+)?\b{_CAPITALISED}(?:\s+(?:of\s+)?{_CAPITALISED})*")
# Whoever has a title or an office is a person.
OFFICE = re.compile(
    rf"\b(?:{'|'.join(TITLES)}|\w*(?:minister|president|chair|"
    r"chair(?:man|woman|person)|secretary|ambassador|mayor|director|commissioner|governor|senator|"
    r"chancellor|premier|envoy|rapporteur|general|officer|chief|councillor|professor|clerk|treasurer))\b",
    re.IGNORECASE,
)


def names_in(question: str) -> list[tuple[int, str]]:
    """Return the names in a question and where they begin; the word that opens it is none."""
    found = [(match.start(), match.group()) for match in NAME.finditer(question)]
    if found and found[0][0] == 0:
        opener, _, name = found[0][1].partition(" ")
        found[0] = (len(opener) + 1, name)
    return [(start, name) for start, name in found if telling(name)]


def is_person(name: str) -> bool:
    """Say whether a name may be somebody's: what has an article is only if it ends as an office."""
    bare = bool(name) and name[0].isupper() and not name.isupper() and not name.startswith("The ")
    return bare or OFFICE.search(name) is not None


def has_title(name: str) -> bool:
    """Say whether somebody is called by a title or an office, before his name or in its place."""
    return bool(OFFICE.match(name) or OFFICE.search(name.split()[-1]))


def only_person(question: str) -> str:
    """Return the person whom a question names, if it names nothing besides."""
    names = names_in(question)
    if len(names) != 1:
        return ""
    (start, name), told = names[0], telling(question)
    alone = all(start <= word.start < start + len(name) for word in told)
    of_place = topic_start(question) and not OFFICE.search(name)
    return POSSESSIVE.sub("", name) if alone and not of_place and is_person(name) else ""


def only_titled(question: str, earlier: Sequence[str]) -> str:
    """Return the one whom "he" or "she" must mean: no other of that title was named."""
    named = {POSSESSIVE.sub("", name) for asked in earlier for _, name in names_in(asked)}
    for pronoun in _PRONOUN.finditer(question):
        found = [name for name in named if _title(pronoun).match(name)]
        if len(found) == 1:
            return found[0]
    return ""


def put_for_pronoun(question: str, person: str) -> str:
    """Return a question with a person in place of the first "he", "her" or the like that means him.

    Which of "she" and "him" does is told by a title alone.
    """
    pronouns = list(_PRONOUN.finditer(question))
    known = [title for title in (_HE, _SHE) if title.match(person)]
    if known:
        pronouns = [one for one in pronouns if _title(one) in known]
    if len({_title(one) for one in pronouns}) != 1 or names_in(question[: pronouns[0].start()]):
        return question
    said, behind = pronouns[0].group().lower(), question[pronouns[0].end() :]
    owns = said in ("his", "hers") or (said == "her" and re.match(r"\s+\w", behind))
    possessive = "'s" if owns else ""
    return f"{question[: pronouns[0].start()]}{person}{possessive}{behind}"


def _title(pronoun: re.Match[str]) -> re.Pattern[str]:
    """Return what the title is like of whoever is called so."""
    return _HE if pronoun.group().lower() in ("he", "him", "his") else _SHE
