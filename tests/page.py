"""What a browser's page does, without the browser."""

from collections.abc import Iterator
from typing import Any

import httpx

# How to ask a server of one's own: without TLS no certificates need to be read, and the machine may
# be busy.
PLAIN: dict[str, Any] = {"verify": False, "timeout": 120}


class Page:
    """Fire the events of the page's components, and be told."""

    def __init__(self, address: str, name: str, **login: str) -> None:
        self.client = httpx.Client(base_url=address, **PLAIN)
        if login:
            self.client.post("login", data=login).raise_for_status()
        self.name = name
        self.config = self.client.get("config").json()

    def function(self, component: str, event: str) -> int:
        """Return the number of what happens at an event."""
        (of,) = (
            one["id"]
            for one in self.config["components"]
            if one["props"].get("elem_id") == component
        )
        (fn,) = (
            one["id"]
            for one in self.config["dependencies"]
            if [of, event] in [list(target) for target in one["targets"]]
        )
        return int(fn)

    def after(self, function: int) -> int:
        """Return the number of what happens after something else has."""
        (fn,) = (
            one["id"] for one in self.config["dependencies"] if one["trigger_after"] == function
        )
        return int(fn)

    def open(self) -> str:
        """Return all that the server says when the page opens, and after that."""
        (fn,) = (
            one["id"]
            for one in self.config["dependencies"]
            if one["targets"] and one["targets"][0][1] == "load" and not one["queue"]
        )
        return "".join([*self.run(int(fn), None), *self.run(self.after(int(fn)))])

    def join(self, function: int, *data: object, **event_data: object) -> httpx.Response:
        """Ask for something to happen."""
        body = {"data": [*data, None], "fn_index": function, "session_hash": self.name}
        return self.client.post("gradio_api/queue/join", json={**body, "event_data": event_data})

    def run(self, function: int, *data: object, **event_data: object) -> Iterator[str]:
        """Yield all that the server says of it; without data, its session alone is given."""
        self.join(function, *data, **event_data).raise_for_status()
        session = {"session_hash": self.name}
        with self.client.stream("GET", "gradio_api/queue/data", params=session) as told:
            yield from told.iter_lines()

    def fire(self, component: str, event: str, *data: object, **event_data: object) -> str:
        """Return all that the server says of an event."""
        return "".join(self.run(self.function(component, event), *data, **event_data))

    def ask(self, question: str) -> str:
        # The box is emptied in the browser first.
        return "".join(self.run(self.after(self.function("question", "submit")), question))

    def upload(self, name: str, content: bytes) -> httpx.Response:
        return self.client.post("gradio_api/upload", files={"files": (name, content)})

    def add(self, name: str, content: bytes, to: str = "files") -> Iterator[str]:
        (path,) = self.upload(name, content).raise_for_status().json()
        given = {"path": path, "meta": {"_type": "gradio.FileData"}}
        announced = self.function(to, "upload")
        value = [given] if to == "files" else given
        yield from self.run(announced, *([value] if to == "files" else []))
        yield from self.run(self.after(announced), value)
