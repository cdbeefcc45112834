"""Let in who logs in, for as long as that login's line is in the file; make who guesses wait."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from math import ceil

from starlette.exceptions import HTTPException

from bot.access import Logins, Throttle

# The address that the request at hand comes from.
SENDER: ContextVar[str] = ContextVar("SENDER", default="")


class Door:
    """Check passwords, and remember by which line of the file somebody was let in."""

    def __init__(self, logins: Logins) -> None:
        """Start with nobody in."""
        self._logins = logins
        self._throttle = Throttle()
        self._lines: dict[str, str] = {}  # by what somebody shows who is in

    async def check(self, name: str, password: str) -> bool:
        """Say whether a name and a password belong together; raise `HTTPException` for a wait."""
        seconds = ceil(self._throttle.seconds_to_wait(SENDER.get(), name))
        if seconds:
            detail = f"Too many wrong passwords: try again in {seconds} s"
            # The page of Gradio understands 400 alone.
            raise HTTPException(400, detail, {"Retry-After": str(seconds)})
        # In a thread: a hash takes long enough to hold up the others.
        right = await asyncio.to_thread(self._logins, name, password)
        if right:
            self._throttle.forgive(SENDER.get(), name)
        return right

    def let_in(self, shown: str, name: str) -> None:
        """Remember what somebody shows from now on who has given the right password of a name."""
        self._lines.setdefault(shown, self._logins.line(name))

    def still_in(self, shown: str, name: str) -> bool:
        """Say whether it was let in, and by a line that is still there."""
        if self._lines.get(shown, "") == self._logins.line(name) != "":
            return True
        self._lines.pop(shown, None)
        return False
