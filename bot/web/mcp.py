"""Offer the API's endpoints as tools of the Model Context Protocol, at `/gradio_api/mcp/`.

Gradio does it, but for two things: it lets in who has not logged in, and it answers in Python's
notation instead of JSON.
"""

from __future__ import annotations

import binascii
import json
from base64 import b64decode
from importlib.util import find_spec
from typing import Any

import gradio as gr
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.access import Auth, knows
from bot.errors import AccessError

_PATH = "/gradio_api/mcp"


def require_mcp() -> None:
    """Raise `AccessError` where the optional dependency is missing."""
    if find_spec("mcp") is None:
        raise AccessError("--mcp needs the mcp package: pip install 'gradio[mcp]'")


def login_for_tools(auth: Auth) -> Middleware:
    """Return what asks for a login at the tools, too."""
    return Middleware(_Login, auth=auth)


class _Login:
    """Turn away who asks for the tools without a name and password (HTTP Basic)."""

    def __init__(self, app: ASGIApp, *, auth: Auth) -> None:
        self.app = app
        self.auth = auth

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with 401."""
        asks_tools = scope["type"] != "lifespan" and _PATH in scope["path"]
        if asks_tools and not self._lets_in(Headers(scope=scope).get("authorization", "")):
            refusal = PlainTextResponse(
                "Log in with a name and password (HTTP Basic)",
                status_code=401,
                headers={"WWW-Authenticate": 'Basic realm="meetingbot"'},
            )
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _lets_in(self, authorization: str) -> bool:
        scheme, _, encoded = authorization.partition(" ")
        try:
            name, colon, password = b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False
        return scheme.lower() == "basic" and bool(colon) and knows(self.auth, name, password)


def answer_tools_in_json(app: gr.Blocks) -> None:
    """Make the tools' results the JSON that the other surfaces give."""
    from mcp.types import TextContent

    def as_json(data: list[Any], _root_url: str) -> list[TextContent]:
        return [TextContent(type="text", text=json.dumps(one, ensure_ascii=False)) for one in data]

    server: Any = app.mcp_server_obj
    server.postprocess_output_data = as_json
