"""The Gradio page: its layout and callbacks; what they show is made elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from bot.bot import Bot
from bot.web.answer import render_question
from bot.web.api import add_api
from bot.web.session import Session
from embeddings.errors import MeetingbotError
from embeddings.query import check_question

# Two cores answer two questions at a time; who finds this many waiting is asked to come back.
ANSWERS_AT_A_TIME = 2
LONGEST_QUEUE = 32

_SCRIPT = Path(__file__).with_name("reader.js")


def build_app(bot: Bot, *, examples: Sequence[str] = ()) -> gr.Blocks:
    """Return the chat over a bot; `examples` are questions offered to who has not asked yet."""
    titles = {id: document.title or id for id, document in bot.documents.items()}
    name = next(iter(titles.values())) if len(titles) == 1 else f"{len(titles)} records"
    app: gr.Blocks = gr.Blocks(
        title=f"{name} · meetingbot", analytics_enabled=False, fill_height=True, fill_width=True
    )
    with app:
        # Before the page's own events, which would take the names.
        add_api(bot, concurrency_limit=ANSWERS_AT_A_TIME, concurrency_id="ask")
        # Each browser's own, made by its first event: a value given here would be copied, with the
        # whole index.
        session = gr.State(None)
        with gr.Row(elem_id="masthead"):
            gr.HTML(_masthead(name))
            again = gr.Button("New chat", elem_id="again", size="sm")
        with gr.Row(elem_id="room"):
            with gr.Column(elem_id="talk"):
                chat = gr.Chatbot(
                    label="Conversation",
                    elem_id="chat",
                    show_label=False,
                    container=False,
                    height="100%",
                    buttons=[],
                    latex_delimiters=[],
                    allow_tags=False,
                    feedback_options=None,
                    placeholder=_WELCOME,
                    examples=[{"text": one} for one in examples],
                )
                question = gr.Textbox(
                    label="Your question",
                    elem_id="question",
                    placeholder="Ask about the meeting",
                    lines=1,
                    max_lines=5,
                    autofocus=True,
                    submit_btn=True,
                    html_attributes=gr.InputHTMLAttributes(enterkeyhint="send", autocomplete="off"),
                )
            with gr.Column(elem_id="shelf"):
                with gr.Row(elem_id="shelf-head"):
                    choice = gr.Dropdown(
                        [(title, id) for id, title in titles.items()],
                        value=next(iter(titles)),
                        label="Record",
                        elem_id="choice",
                        visible=len(titles) > 1,
                    )
                    gr.HTML(_SHELF_HEAD)
                page = gr.HTML(
                    Session(bot).page(),
                    elem_id="page",
                    js_on_load=_SCRIPT.read_text("utf-8"),
                    apply_default_css=False,
                )

        seen = [chat, page, choice]

        def ask(text: str, visit: Session | None) -> Iterator[Any]:
            """Show the question at once, then its answer."""
            visit = visit or Session(bot)
            try:
                check_question(text)
                waiting = {"role": "user", "content": render_question(text)}
                yield ["", [*visit.messages(), waiting], gr.skip(), gr.skip(), gr.skip()]
                visit.ask(text)
            except MeetingbotError as error:
                # What was typed stays, to be mended.
                gr.Warning(escape(str(error)))
                yield [text, *_shown(visit), visit]
            else:
                yield [gr.skip(), *_shown(visit), visit]

        def ask_example(event: gr.SelectData, visit: Session | None) -> Iterator[Any]:
            yield from ask(str(event.value["text"]), visit)

        def open_citation(event: gr.EventData, visit: Session | None) -> list[Any]:
            visit = visit or Session(bot)
            turn, number = event._data.get("turn"), event._data.get("number")
            if isinstance(turn, int) and isinstance(number, int):
                visit.open(turn, number)
            return [*_shown(visit)[1:], visit]

        def read(document_id: str, visit: Session | None) -> list[Any]:
            visit = visit or Session(bot)
            visit.read(document_id)
            return [visit.page(), visit]

        def start_again() -> list[Any]:
            visit = Session(bot)
            return [*_shown(visit), visit]

        outputs = [question, *seen, session]
        asking: dict[str, Any] = {
            "concurrency_limit": ANSWERS_AT_A_TIME,
            "concurrency_id": "ask",
            "api_visibility": "private",
            "show_progress": "hidden",
        }
        showing: dict[str, Any] = {
            "queue": False,
            "api_visibility": "private",
            "show_progress": "hidden",
        }
        question.submit(ask, [question, session], outputs, **asking)
        chat.example_select(ask_example, [session], outputs, **asking)
        page.click(open_citation, [session], [page, choice, session], **showing)
        choice.input(read, [choice, session], [page, session], **showing)
        again.click(start_again, None, [*seen, session], **showing)
        app.queue(max_size=LONGEST_QUEUE, default_concurrency_limit=ANSWERS_AT_A_TIME)
    return app


def _shown(visit: Session) -> list[Any]:
    """Return the values of the chat, the page and the choice of record."""
    return [visit.messages(), visit.page(), visit.reading]


_SHELF_HEAD = (
    '<span class="shelf-title">The record</span>'
    '<button type="button" id="close-shelf">Close</button>'
)
_WELCOME = (
    '<div class="welcome"><h2>Ask this meeting a question</h2>'
    "<p>The answer is a sentence of its record, word for word and linked to its place. "
    "Where the record is silent, you are told so.</p></div>"
)


def _masthead(name: str) -> str:
    return (
        f'<h1>meetingbot<span class="name">{escape(name)}</span></h1>'
        '<button type="button" id="open-shelf" aria-controls="shelf" aria-expanded="false">'
        "Record</button>"
    )
