"""Keep nothing of an upload that did not come whole, and say so where the disk is full."""

from __future__ import annotations

from pathlib import Path
from traceback import walk_tb

from gradio.route_utils import GradioMultiPartParser
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_UPLOAD = "/gradio_api/upload"


class Uploads:
    """Tell who uploads that the disk is full; remove what came of a file that did not come whole.

    Gradio does that only for a file that is too large.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Take the app."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http" or scope["path"] != _UPLOAD:
            await self.app(scope, receive, send)
            return
        began = False

        async def send_on(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        try:
            await self.app(scope, receive, send_on)
        except (OSError, ClientDisconnect) as error:
            _remove_parts(error)
            if isinstance(error, OSError):
                if began:
                    raise
                await _NO_ROOM(scope, receive, send)


_NO_ROOM = PlainTextResponse("The server has no room for this file: try again later", 507)


def _remove_parts(error: Exception) -> None:
    """Remove the files that were being written when an upload failed."""
    for frame, _ in walk_tb(error.__traceback__):
        parser = frame.f_locals.get("self")
        if isinstance(parser, GradioMultiPartParser):
            for file in parser._files_to_close_on_error:
                file.close()
                Path(file.name).unlink(missing_ok=True)
