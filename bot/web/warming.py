"""Say what is being done first, to who opens the page before all is ready."""

from __future__ import annotations

from asyncio import sleep
from collections.abc import AsyncIterator
from threading import Event

import gradio as gr

from bot.bot import Bot
from bot.web.coming import ComingIndex
from bot.web.events import TELLING
from embeddings.index import Index

# Seconds between looks whether all is ready.
_LOOK_AGAIN = 0.1
_LOADING = (
    "the models are being loaded. You can ask already; the first answer takes a moment longer."
)
_READING = "the meetings are being read. You can ask already; the answer comes when all are."


def wire_warming(warming: gr.HTML, page: gr.Blocks, bot: Bot, ready: Event) -> None:
    """Say what is being done first, to who opens the page before it is."""
    index = bot.retriever.index

    async def tell() -> AsyncIterator[str]:
        said = ""
        while not ready.is_set():
            if said != (now := _warming(index)):
                said = now
                yield said
            await sleep(_LOOK_AGAIN)
        yield ""

    page.load(tell, None, warming, **TELLING)


def _warming(index: Index) -> str:
    """Return what is being done, and how far it is where the meetings are still being read."""
    told, far = _LOADING, ""
    if isinstance(index, ComingIndex):
        done, of = index.made.progress
        told, far = _READING, f" {done:,} of {of:,} passages are indexed." if of else ""
    return f'<p class="hint"><span role="status">Warming up: {told}</span>{far}</p>'
