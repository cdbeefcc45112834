"""Stand before Gradio: what the chat does not use is not there, and nothing passes without a login.

Gradio answers far more than the chat asks of it, and some of that to anybody. Here a request must
be for something that the chat uses, come from a page of the chat's own, and bring a login where one
is asked for.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from base64 import b64decode
from typing import Any
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.access import LOOPBACK
from bot.web.door import SENDER, Door

# What the page is made of, and the login: for everybody.
_OPEN = re.compile(
    r"/(?:|login/?|logout|healthz|theme\.css|favicon\.ico|robots\.txt|manifest\.json|pwa_icon"
    r"|(?:assets|static|fonts|svelte)/.+|gradio_api/startup-events)"
)
# What asks, loads and shows.
_CLOSED = re.compile(
    r"/(?:config/?|metrics|gradio_api/(?:info/?|openapi\.json|login_check/?|app_id/?|user/?|token/?"
    r"|theme\.css|queue/(?:join|data|status)|(?:call|run|api)/.+|cancel|reset/?|heartbeat/[^/]+"
    r"|upload|upload_progress|mcp(?:/.*)?))"
)
# Programs log in anew with each request; a browser has a cookie.
_PROGRAMS = re.compile(r"/(?:metrics|gradio_api/mcp(?:/.*)?)")
_READING = {"GET", "HEAD", "OPTIONS"}
_HEADERS = {
    # Gradio's page has scripts of its own in it; nothing may come from, or go, anywhere else.
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval';"
        " style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:;"
        " connect-src 'self' data: blob:; object-src 'none'; base-uri 'self'; form-action 'self';"
        " frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


class Gate:
    """Pass on what may pass, and answer the rest."""

    def __init__(self, app: ASGIApp, *, door: Door | None, any_host: bool) -> None:
        """Take who asks for logins, if any; `any_host` lets other names than loopback's pass."""
        self.app = app
        self.door = door
        self.any_host = any_host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] == "http":
            SENDER.set(scope["client"][0] if scope.get("client") else "")
            refusal = self._refuse(scope) or await self._ask_for_login(scope)
            if refusal is None:
                await self._pass(scope, receive, send)
            else:
                await refusal(scope, receive, send)

    def _refuse(self, scope: Scope) -> Response | None:
        """Return the answer to a request that nobody may make."""
        path, headers = scope["path"], Headers(scope=scope)
        host = headers.get("host", "")
        # A name that a stranger's page has made point here (DNS rebinding).
        if not self.any_host and _name(host) not in LOOPBACK:
            return PlainTextResponse("Open the chat by this machine's own name", 421)
        origin = headers.get("origin")
        if origin is not None and scope["method"] not in _READING:
            if _parts(origin).netloc.lower() != host.lower():
                return PlainTextResponse("Not from another page", 403)
        if not _OPEN.fullmatch(path) and not _CLOSED.fullmatch(path):
            return PlainTextResponse("Not Found", 404)
        return None

    async def _ask_for_login(self, scope: Scope) -> Response | None:
        """Return the answer to who has not logged in, or is to wait."""
        if self.door is None or self._has_cookie(scope, self.door):
            return None
        path = scope["path"]
        if _OPEN.fullmatch(path):
            return None
        authorization = Headers(scope=scope).get("authorization", "")
        login = _decoded(authorization)
        if login is None or not _PROGRAMS.fullmatch(path):
            return _UNKNOWN
        shown = hashlib.sha256(authorization.encode()).hexdigest()
        if self.door.still_in(shown, login[0]):
            return None
        try:
            right = await self.door.check(*login)
        except HTTPException as error:
            return JSONResponse({"detail": error.detail}, 429, error.headers)
        if not right:
            return _UNKNOWN
        self.door.let_in(shown, login[0])
        return None

    def _has_cookie(self, scope: Scope, door: Door) -> bool:
        """Say whether Gradio knows the sender from a login that holds; it forgets the others."""
        app: Any = scope["app"]
        cookies = HTTPConnection(scope).cookies
        names = (f"access-token-{app.cookie_id}", f"access-token-unsecure-{app.cookie_id}")
        for token in {cookies[name] for name in names if name in cookies} & app.tokens.keys():
            door.let_in(token, app.tokens[token])
            if door.still_in(token, app.tokens[token]):
                return True
            del app.tokens[token]
        return False

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                cookies = [_own(one) for one in headers.getlist("set-cookie")]
                if cookies:
                    del headers["set-cookie"]
                for cookie in cookies:
                    headers.append("set-cookie", cookie)
            await send(message)

        await self.app(scope, receive, send_on)


_UNKNOWN = JSONResponse(
    {"detail": "Not authenticated"}, 401, {"WWW-Authenticate": 'Basic realm="meetingbot"'}
)


def _name(host: str) -> str:
    """Return the name in a Host header, without its port."""
    return _parts(f"//{host}").hostname or ""


def _parts(url: str) -> SplitResult:
    """Return the parts of an address, which are empty where it is none."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _decoded(authorization: str) -> tuple[str, str] | None:
    """Return the name and password of HTTP Basic."""
    scheme, _, encoded = authorization.partition(" ")
    try:
        name, colon, password = b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return (name, password) if scheme.lower() == "basic" and colon else None


def _own(cookie: str) -> str:
    """Return a Set-Cookie header that no script reads and no other page sends."""
    kept = [part.strip() for part in cookie.split(";")]
    kept = [part for part in kept if not part.lower().startswith(("samesite=", "httponly"))]
    return "; ".join([*kept, "HttpOnly", "SameSite=Lax"])
