"""The Gradio page: its rooms put together; what they show is made elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Event
from typing import Any

import gradio as gr

from bot.bot import Bot
from bot.web.api import add_api
from bot.web.busy import Line, tell_when_to_come_back
from bot.web.events import AT_A_TIME, LONGEST_QUEUE, LOOKING
from bot.web.exam import lay_out_exam, wire_exam
from bot.web.keep import lay_out_keep, wire_keep
from bot.web.session import Session
from bot.web.shelf import lay_out_shelf, wire_shelf
from bot.web.talk import lay_out_talk, wire_talk
from bot.web.troubles import telling
from bot.web.view import View
from bot.web.visits import wire_visits
from bot.web.warming import wire_warming
from bot.web.watch import WAITING
from bot.web.work import Work

# Seconds between looks for uploads to delete, and until one is: visitors who bring the same file
# share it on the disk, so that who has read it must not delete it.
UPLOADS_KEPT = (60, 600)
# Seconds between looks for who waits. Gradio's own are so short that a server which nobody asks
# takes 7 % of a processor.
LOOKS = 0.01


def build_app(
    bot: Bot,
    ready: Event,
    *,
    title: str,
    examples: Sequence[str] = (),
    feedback: Path | None = None,
) -> gr.Blocks:
    """Return the chat over a bot; until that is `ready` to answer at once, the page says so.

    `examples` are questions offered to who has not asked yet. With a file for it, each answer asks
    for `feedback`.
    """
    first = Session(bot, examples=examples)

    app: gr.Blocks = gr.Blocks(
        title=title,
        analytics_enabled=False,
        fill_height=True,
        fill_width=True,
        delete_cache=UPLOADS_KEPT,
    )
    with app:
        # Before the page's own events, which would take the names.
        line = Line(at_a_time=AT_A_TIME, longest=LONGEST_QUEUE)
        add_api(bot, line)
        # Gradio copies it for each page that is opened: a copy is a session of its own.
        session = gr.State(first)
        with gr.Row(elem_id="masthead"):
            gr.HTML(_MASTHEAD)
            again = gr.Button("New chat", elem_id="again", size="sm")
        with gr.Row(elem_id="room"):
            with gr.Column(elem_id="left"), gr.Tabs(elem_id="tabs") as tabs:
                with gr.Tab("Chat", id="chat", elem_id="talk"):
                    talk = lay_out_talk(first)
                    keep = lay_out_keep(feedback)
                with gr.Tab("Evaluate", id="evaluate", elem_id="exam"):
                    exam = lay_out_exam(first)
            shelf = lay_out_shelf(first)
        view = View(
            session,
            talk.chat,
            talk.scope,
            shelf.meetings,
            shelf.page,
            shelf.example,
            exam.packaged,
        )
        wire_talk(talk, again, tabs, view)
        wire_warming(talk.warming, app, bot, ready)
        wire_exam(exam, tabs, talk.note, view)
        wire_shelf(shelf, view)
        wire_keep(keep, session, feedback)

        def look(visit: Session) -> Any:
            """Find what can be asked of the meeting that lies open, and offer it."""
            found = Work(visit.look_through, gives_way=True).result()
            # An answer that is on its way brings it along.
            new = (found or not visit.conversation.turns) and not visit.asking
            return view.show_chat(visit) if new else gr.skip()

        # What can be asked is found while the first question is still being typed, and anew
        # whenever another meeting may have been opened.
        wire_visits(talk, exam, view, app).then(look, [session], talk.chat, **LOOKING)
        shelf.page.change(look, [session], talk.chat, trigger_mode="always_last", **LOOKING)
        app.queue(max_size=LONGEST_QUEUE, default_concurrency_limit=AT_A_TIME)
        app._queue.sleep_when_free = LOOKS
        tell_when_to_come_back(app._queue, at_a_time=AT_A_TIME)
        for event in app.fns.values():
            if event.fn:
                event.fn = telling(event.fn)
        WAITING.set_function(lambda: line.waiting + len(app._queue))
    return app


_MASTHEAD = (
    "<h1>meetingbot</h1>"
    '<button type="button" id="open-shelf" aria-controls="shelf" aria-expanded="false">'
    "The record</button>"
)
