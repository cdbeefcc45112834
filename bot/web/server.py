"""Serve the chat: its address, its theme, and all that Gradio would do unasked switched off."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout, suppress
from io import StringIO
from itertools import chain
from pathlib import Path
from shutil import rmtree
from signal import SIGTERM, signal
from threading import Event, Thread
from time import sleep
from traceback import walk_tb
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
from bot.web.theme import make_theme
from bot.web.watch import ROUTES
from embeddings.errors import MeetingbotError

_HERE = Path(__file__).parent
# Beyond this Gradio refuses all the files that were dropped together; below it, the session says of
# each whether it is too large.
LARGEST_UPLOAD = 5 * LARGEST_FILE
# Threads for all else; and visitors whose conversations are kept, those seen last: one takes some
# 160 kB, and what it adds.
THREADS = 40
MOST_SESSIONS = 1000
PORTS = range(7860, 7960)
STYLES = [
    *("palette.css", "style.css", "record.css", "scope.css", "shelf.css", "exam.css", "keep.css"),
    "print.css",
]
# What a long answer or an exam's last questions may take.
SECONDS_TO_FINISH = 30
_NAME = "meetingbot"
_SLOWED = (
    "To ask the record of a meeting. After five wrong passwords, wait a moment before the next try."
)
_NO_ADDRESS = "cannot serve on {}: choose another --host or --port"
_HEAD = (
    '<link rel="icon" type="image/svg+xml" href="favicon.ico">'
    '<link rel="preload" href="fonts/source-serif-4-latin.woff2" as="font" crossorigin>'
)


def wait(app: gr.Blocks, bot: Bot) -> None:
    """Serve until interrupted (Ctrl+C or SIGTERM), then finish the answers that are being given.

    Nobody is let in meanwhile; a second signal ends it at once. Raises what went wrong with an
    index that was still being made.
    """

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal(SIGTERM, interrupt)
    try:
        try:
            if isinstance(bot.retriever.index, ComingIndex):
                bot.retriever.index.made.result()
            while True:
                sleep(3600)
        except KeyboardInterrupt:
            app.app.stop_event.set()  # ends the requests by which pages say that they are open
            app.server.should_exit = True
            app.server.thread.join(SECONDS_TO_FINISH)
    finally:
        app.close(verbose=False)
        rmtree(own_folder(), ignore_errors=True)
        signal(SIGTERM, before)


def _warm_up(bot: Bot, ready: Event) -> None:
    with suppress(MeetingbotError):  # the first question will tell what is wrong
        bot.ask("Ready?")
    ready.set()


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
    ports = _free_ports(host, port)
    first = next(ports)
    own_folder()
    ready = Event()
    door = Door(auth) if auth else None
    app = build_app(
        bot,
        ready,
        # It is told before the login.
        title=_NAME if auth else f"{_record(bot)} · {_NAME}",
        examples=examples,
        feedback=open_data(data) if data else None,
    )
    options: dict[str, Any] = {
        "server_name": f"[{host}]" if ":" in host else host,
        "auth": door.check if door else None,
        "auth_message": _SLOWED,
        "theme": make_theme(),
        "css_paths": [_HERE / name for name in STYLES],
        "head": _HEAD,
        "favicon_path": _HERE / "favicon.svg",
        "app_kwargs": {
            "routes": [*ROUTES, Mount("/fonts", StaticFiles(directory=_HERE / "fonts"))],
            "middleware": [
                Middleware(Gate, door=door, any_host=insecure or auth is not None),
                Middleware(Uploads),
            ],
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
        "mcp_server": mcp,
        "pwa": False,
        "inbrowser": False,
        "quiet": True,
        "prevent_thread_lock": True,
    }
    for free in chain([first], ports):
        try:
            # Gradio greets who asks for tools, however quiet.
            with redirect_stdout(StringIO()), without_proxies():
                _, address, _ = app.launch(server_port=free, **options)
            break
        except OSError as error:  # somebody was faster
            _close_sockets(error)
        except httpx.TransportError as error:
            app.close(verbose=False)
            raise AccessError(
                f"{host}:{free} cannot be reached from this machine itself ({error}); choose"
                " another --host, or let this machine connect to it"
            ) from error
    if mcp:
        answer_tools_in_json(app)
    # A saved index comes without its model; whoever opens the page has yet to type a question.
    Thread(target=_warm_up, args=(bot, ready), daemon=True).start()
    return app, str(address)


def _record(bot: Bot) -> str:
    """Return what the record is called."""
    if len(bot.documents) > 1:
        return f"{len(bot.documents)} records"
    [(id, document)] = bot.documents.items()
    return document.title or id


def _free_ports(host: str, port: int | None) -> Iterator[int]:
    """Yield the port, or those from 7860 on, if free; raise `AccessError` when there is none left.

    Gradio looks for a free port, too, but where it is the host that is wrong it goes on trying for
    minutes.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AccessError(_NO_ADDRESS.format(host)) from error
    family, kind, protocol, _, address = found[0]
    for one in PORTS if port is None else [port]:
        with socket.socket(family, kind, protocol) as probe:
            if os.name == "posix":  # elsewhere it would let two servers share a port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address[0], one, *address[2:]))
            except (OSError, OverflowError):
                continue
        yield one
    raise AccessError(_NO_ADDRESS.format(host if port is None else f"{host}:{port}"))


def _close_sockets(error: OSError) -> None:
    """Close what Gradio leaves open where a port is taken."""
    for frame, _ in walk_tb(error.__traceback__):
        for value in frame.f_locals.values():
            if isinstance(value, socket.socket):
                value.close()
