"""What of the page shows a visitor's session, and so follows it."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr

from bot.web.meetings import render_meetings
from bot.web.scope import render_scope
from bot.web.session import Session

Shown = dict[Any, Any]  # a component's new value; what is not in it stays as it is


@dataclass(frozen=True, slots=True)
class View:
    """The components that show a session."""

    session: gr.State
    chat: gr.Chatbot
    scope: gr.HTML
    meetings: gr.HTML
    page: gr.HTML
    example: gr.Button
    packaged: gr.Button

    @property
    def components(self) -> list[Any]:
        """Return all of them, for an event's outputs."""
        return [
            *(self.session, self.chat, self.scope, self.meetings, self.page),
            *(self.example, self.packaged),
        ]

    def show(self, visit: Session) -> Shown:
        """Return what they show of a session."""
        return {**self.show_meetings(visit), **self.show_chat(visit)}

    def show_chat(self, visit: Session) -> Shown:
        """Return the conversation, with what can be asked next."""
        return {self.chat: gr.update(value=visit.messages(), **beginning(visit))}

    def show_meetings(self, visit: Session) -> Shown:
        """Return the same without the conversation, which an answer may be changing meanwhile."""
        return {
            self.session: visit,
            self.chat: gr.update(**beginning(visit)),
            self.scope: render_scope(visit),
            self.meetings: render_meetings(visit),
            self.page: visit.page(),
            self.example: gr.update(visible=not visit.meetings.documents),
            self.packaged: gr.update(visible=visit.meetings.has_example),
        }


def beginning(visit: Session) -> dict[str, Any]:
    """Return what the chat shows before the first question: what is asked, and how to begin."""
    return {
        "placeholder": _WELCOME.format(asked=escape(_asked(visit))),
        "examples": [{"text": one} for one in visit.openers()],
    }


def _asked(visit: Session) -> str:
    """Return what is asked: the meeting's name, or how many there are."""
    names = visit.meetings.names
    if len(names) < 2:
        return next(iter(names.values()), "No meeting yet")
    ticked = len(names) - len(visit.meetings.left_out)
    return f"{ticked} of {len(names)} meetings" if visit.meetings.left_out else f"{ticked} meetings"


_WELCOME = (
    '<div class="welcome"><p class="of">{asked}</p><h2>Ask the record a question</h2>'
    "<p>Answers are its own sentences, word for word, each linked to its place. "
    "Where the record is silent, you are told so.</p>"
    '<p class="yours">Your own meetings are added in “The record”, above.</p></div>'
)
