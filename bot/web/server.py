"""Serve the chat: its address, its theme, and all that Gradio would do unasked switched off."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout, suppress
from io import StringIO
from itertools import chain
from pathlib import Path
from signal import SIGTERM, signal
from threading import Event, Thread
from time import sleep
from typing import Any

import gradio as gr
import httpx
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from bot.access import Logins, require_login_beyond_loopback
from bot.bot import Bot
from bot.errors import AccessError
from bot.feedback import open_data
from bot.proxies import without_proxies
from bot.uploads import own_folder
from bot.web.app import build_app
from bot.web.coming import ComingIndex
from bot.web.door import Door
from bot.web.events import LONGEST_QUEUE
from bot.web.gate import Gate
from bot.web.holdings import LARGEST_FILE
from bot.web.incoming import Uploads
from bot.web.mcp import answer_tools_in_json, require_mcp
from bot.web.ports import close_sockets, free_ports
from bot.web.theme import make_theme
from bot.web.watch import ROUTES
from bot.web.work import StoppedError
from embeddings.errors import MeetingbotError

_HERE = Path(__file__).parent
# Beyond this Gradio refuses all the files that were dropped together; below it, the session says of
# each whether it is too large.
LARGEST_UPLOAD = 5 * LARGEST_FILE
# Threads for all else; and visitors whose conversations are kept, those seen last: one takes some
# 160 kB, and what it adds.
THREADS = 40
MOST_SESSIONS = 1000
STYLES = [
    *("palette.css", "style.css", "record.css", "scope.css", "shelf.css", "exam.css", "keep.css"),
    "print.css",
]
# What a long answer or an exam's last questions may take.
SECONDS_TO_FINISH = 30
_NAME = "meetingbot"
_WELCOME = (
    "<b>meetingbot</b> answers from the record of a meeting. After five wrong passwords, wait a"
    " moment before the next try."
)
_HEAD = (
    '<link rel="icon" type="image/svg+xml" href="favicon.ico">'
    '<link rel="preload" href="fonts/source-serif-4-latin.woff2" as="font" crossorigin>'
)


def start(
    bot: Bot,
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    auth: Logins | None = None,
    examples: Sequence[str] = (),
    mcp: bool = False,
    data: Path | None = None,
    insecure: bool = False,
) -> tuple[gr.Blocks, str]:
    """Start serving the chat in the background; return the app, to be closed, and its address.

    `insecure` lets everybody in who can reach a host that is not this machine's own, under any
    name. Raises `AccessError` when the address is taken or not this machine's.
    """
    require_login_beyond_loopback(host, auth, insecure=insecure)
    if mcp:
        require_mcp()
    ports = free_ports(host, port)
    ports = chain([next(ports)], ports)  # where there is none, that is said before all else
    own_folder()
    ready = Event()
    app = build_app(
        bot,
        ready,
        # It is told before the login.
        title=_NAME if auth else f"{_record(bot)} · {_NAME}",
        examples=examples,
        feedback=open_data(data) if data else None,
    )
    door = Door(auth) if auth else None
    address = _launch(app, host, ports, door, any_host=insecure or auth is not None, mcp=mcp)
    if mcp:
        answer_tools_in_json(app)
    # A saved index comes without its model; whoever opens the page has yet to type a question.
    Thread(target=_warm_up, args=(bot, ready)).start()
    return app, address


def _warm_up(bot: Bot, ready: Event) -> None:
    with suppress(MeetingbotError, StoppedError):  # the first question will tell what is wrong
        bot.ask("Ready?")
    ready.set()


def wait(app: gr.Blocks, bot: Bot) -> None:
    """Serve until interrupted (Ctrl+C or SIGTERM), then finish the answers that are being given.

    Nobody is let in meanwhile; a second signal ends it at once. Raises `KeyboardInterrupt` or
    `SystemExit` accordingly, or what went wrong with an index that was still being made.
    """
    before = signal(SIGTERM, lambda *_: sys.exit())
    try:
        try:
            if isinstance(bot.retriever.index, ComingIndex):
                bot.retriever.index.made.result()
            while True:
                sleep(3600)
        except (KeyboardInterrupt, SystemExit):
            app.app.stop_event.set()  # ends the requests by which pages say that they are open
            app.server.should_exit = True
            app.server.thread.join(SECONDS_TO_FINISH)
            raise
    finally:
        app.close(verbose=False)
        signal(SIGTERM, before)


def _launch(
    app: gr.Blocks, host: str, ports: Iterator[int], door: Door | None, *, any_host: bool, mcp: bool
) -> str:
    """Serve the page on the first port that nobody takes meanwhile; return its address."""
    while True:
        port = next(ports)
        try:
            # Gradio greets who asks for tools, however quiet.
            with redirect_stdout(StringIO()), without_proxies():
                _, address, _ = app.launch(
                    server_name=f"[{host}]" if ":" in host else host,
                    server_port=port,
                    mcp_server=mcp,
                    # Anew for each port: Gradio puts the tools' server, which runs but once, in it.
                    **_options(door, any_host=any_host),
                )
            return str(address)
        except OSError as error:  # somebody was faster
            close_sockets(error)
        except httpx.TransportError as error:
            app.close(verbose=False)
            raise AccessError(
                f"{host}:{port} cannot be reached from this machine itself ({error}); choose"
                " another --host, or let this machine through its firewall"
            ) from error


def _options(door: Door | None, *, any_host: bool) -> dict[str, Any]:
    """Return what Gradio is told of the page, of who may come in, and of what it is not to do."""
    return {
        "theme": make_theme(),
        "css_paths": [_HERE / name for name in STYLES],
        "head": _HEAD,
        "favicon_path": _HERE / "favicon.svg",
        "auth": door.check if door else None,
        "auth_message": _WELCOME,
        "app_kwargs": {
            "routes": [*ROUTES, Mount("/fonts", StaticFiles(directory=_HERE / "fonts"))],
            "middleware": [Middleware(Gate, door=door, any_host=any_host), Middleware(Uploads)],
        },
        "max_file_size": LARGEST_UPLOAD,
        # Who waits for an answer to a program has a thread.
        "max_threads": LONGEST_QUEUE + THREADS,
        "state_session_capacity": MOST_SESSIONS,
        "footer_links": [],
        "run_history": False,
        "enable_monitoring": False,
        "share": False,
        # It would be asked for its page, and given up where that takes more than three seconds.
        "_frontend": False,
        "ssr_mode": False,
        "pwa": False,
        "inbrowser": False,
        "quiet": True,
        "prevent_thread_lock": True,
    }


def _record(bot: Bot) -> str:
    """Return what the record is called."""
    if len(bot.documents) > 1:
        return f"{len(bot.documents)} records"
    [(id, document)] = bot.documents.items()
    return document.title or id
