"""The server as programs and agents see it, through the real clients of Gradio and MCP."""

import asyncio
import json
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError, AuthenticationError
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, TextContent, Tool
from page import PLAIN

from bot import AccessError, Bot, web
from bot.access import Logins, add_login
from bot.datatypes import hit_as_dict
from bot.web.server import start

NORTH_KOREA = "What was agreed on North Korea?"
VENEZUELA = "What was said about Venezuela?"
FOLLOW_UP = "And about Nicaragua?"
TOOLS = "gradio_api/mcp/"
ANN = ("ann", "pass:wörd")


def serve(bot: Bot, **options: Any) -> Iterator[str]:
    async def start_in_loop() -> tuple[Any, str]:
        return start(bot, mcp=True, **options)

    # Outside of an event loop Gradio makes some of its own and closes none.
    app, address = asyncio.run(start_in_loop())
    yield address
    app.close(verbose=False)


@pytest.fixture(scope="module")
def address(bot: Bot) -> Iterator[str]:
    yield from serve(bot)


@pytest.fixture(scope="module")
def locked(bot: Bot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("access") / "logins"
    for login in (("bob", "another one"), ANN):
        add_login(path, *login)
    yield from serve(bot, auth=Logins(path))


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[Client]:
    client = Client(address, verbose=False, analytics_enabled=False)
    yield client
    client.close()


def use_tools(address: str, calls: list[tuple[str, dict[str, Any]]], login: Any = None) -> Any:
    """Return the tools by name, and the result of each call."""

    async def use() -> tuple[dict[str, Tool], list[CallToolResult]]:
        async with (
            httpx.AsyncClient(auth=login, **PLAIN) as http,
            streamable_http_client(address + TOOLS, http_client=http) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            tools = (await session.list_tools()).tools
            return {one.name: one for one in tools}, [
                await session.call_tool(name, arguments) for name, arguments in calls
            ]

    return asyncio.run(use())


def text_of(result: CallToolResult) -> str:
    [content] = result.content
    assert isinstance(content, TextContent)
    return content.text


def timeless(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer as JSON without what is different every time."""
    read: dict[str, Any] = json.loads(json.dumps(answer))
    assert read.pop("seconds") >= 0
    return read


def follow_up(bot: Bot) -> dict[str, Any]:
    chat = bot.chat()
    chat.ask(VENEZUELA)
    return chat.ask(FOLLOW_UP).as_dict()


def test_ask_and_search_are_all_there_is(client: Client) -> None:
    endpoints = client.view_api(return_format="dict", print_info=False)
    assert endpoints["unnamed_endpoints"] == {}
    named = endpoints["named_endpoints"]
    parameters = {
        name: [one["parameter_name"] for one in endpoint["parameters"]]
        for name, endpoint in named.items()
    }
    assert parameters == {
        "/ask": ["question", "documents", "history"],
        "/search": ["question", "documents", "k"],
    }
    assert named["/ask"]["description"].startswith("Answer a question")


def test_ask_returns_what_the_command_line_prints(client: Client, bot: Bot) -> None:
    answer = client.predict(NORTH_KOREA, api_name="/ask")
    assert timeless(answer) == timeless(bot.ask(NORTH_KOREA).as_dict())
    answer = client.predict(FOLLOW_UP, history=[VENEZUELA], api_name="/ask")
    assert timeless(answer) == timeless(follow_up(bot))


def test_search_returns_what_the_command_line_prints(client: Client, bot: Bot) -> None:
    hits = client.predict(NORTH_KOREA, k=2, documents=[*bot.documents], api_name="/search")
    assert hits == [hit_as_dict(hit) for hit in bot.retriever.search(NORTH_KOREA, 2)]
    assert len(client.predict(NORTH_KOREA, api_name="/search")) == 5


@pytest.mark.parametrize(
    ("name", "arguments", "complaint"),
    [
        ("ask", {"question": " "}, "the question is empty"),
        ("ask", {"question": "a" * 2000}, "2,000 characters"),
        ("ask", {"question": 7}, "the question is 7: give a text"),
        ("ask", {"question": "x?", "history": [""]}, "the question is empty"),
        ("ask", {"question": "x?", "history": "x?"}, "history is not a list of texts"),
        ("ask", {"question": "x?", "history": ["x?"] * 21}, "give the last 20"),
        ("ask", {"question": "x?", "documents": ["../x"]}, "no document '../x' in the index"),
        ("ask", {"question": "x?", "documents": []}, "no documents are chosen"),
        ("search", {"question": ""}, "the question is empty"),
        ("search", {"question": "x?", "k": 0}, "k is 0: give a whole number from 1 to 100"),
        ("search", {"question": "x?", "k": 101}, "k is 101"),
        ("search", {"question": "x?", "k": "5"}, "k is '5'"),
        ("search", {"question": "x?", "documents": [1]}, "documents is not a list of texts"),
    ],
)
def test_bad_requests_are_told_what_is_wrong(
    client: Client, name: str, arguments: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(AppError, match=complaint):
        client.predict(api_name=f"/{name}", **arguments)


def test_the_tools_answer_in_the_same_json(address: str, bot: Bot) -> None:
    tools, (answer, hits, refusal) = use_tools(
        address,
        [
            ("ask", {"question": FOLLOW_UP, "history": [VENEZUELA]}),
            ("search", {"question": NORTH_KOREA, "k": 2}),
            ("ask", {"question": ""}),
        ],
    )
    assert timeless(json.loads(text_of(answer))) == timeless(follow_up(bot))
    expected = [hit_as_dict(hit) for hit in bot.retriever.search(NORTH_KOREA, 2)]
    assert json.loads(text_of(hits)) == expected
    assert refusal.isError and "the question is empty" in text_of(refusal)
    assert set(tools) == {"ask", "search"}
    for tool in tools.values():
        assert tool.inputSchema["required"] == ["question"]
        described = tool.inputSchema["properties"].values()
        assert tool.description and all(one["description"] for one in described)


def test_the_login_has_the_colours_of_the_page(locked: str) -> None:
    palette = (Path(web.__file__).parent / "palette.css").read_text("utf-8")
    theme = httpx.get(f"{locked}theme.css", **PLAIN).text
    accents = re.findall(r"--accent: (.*);", palette)
    assert len(accents) == 2  # by day and by night
    for accent in accents:
        assert f"--button-primary-background-fill: {accent}" in theme
        assert f"--input-border-color-focus: {accent}" in theme


def test_without_a_login_nothing_is_answered(locked: str) -> None:
    with pytest.raises(AuthenticationError):
        Client(locked, verbose=False, analytics_enabled=False)
    for path in ("info", "mcp/schema", "mcp/sse", "mcp/", "mcp", "mcp/http"):
        assert httpx.get(f"{locked}gradio_api/{path}", **PLAIN).status_code == 401, path
    asked = {"data": [NORTH_KOREA, None, None]}
    for path in ("call/ask", "run/ask", "api/ask", "call/v2/ask"):
        assert httpx.post(f"{locked}gradio_api/{path}", json=asked, **PLAIN).status_code == 401, (
            path
        )
    wrong = [None, ("ann", "other"), ("bob", ANN[1]), ("", ""), ("ann:pass", "wörd:")]
    for login in wrong:
        assert httpx.post(locked + TOOLS, auth=login, json={}, **PLAIN).status_code == 401, login
    for header in ("Basic", "Basic !!!", "Basic YW5u", "Bearer YW5uOng=", "Basic /w=="):
        response = httpx.post(locked + TOOLS, headers={"Authorization": header}, json={}, **PLAIN)
        assert response.status_code == 401, header


def test_who_logs_in_is_answered(locked: str) -> None:
    client = Client(locked, auth=ANN, verbose=False, analytics_enabled=False)
    assert client.predict(NORTH_KOREA, api_name="/ask")["answered"] is True
    client.close()
    login = httpx.BasicAuth(*ANN)
    _, [answer] = use_tools(locked, [("ask", {"question": NORTH_KOREA})], login)
    assert json.loads(text_of(answer))["answered"] is True


def test_without_the_package_the_cure_is_named(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    class NoMcp(PathFinder):
        @classmethod
        def find_spec(cls, name: str, *rest: Any) -> Any:
            return None if name == "mcp" else super().find_spec(name, *rest)

    others = [one for one in sys.meta_path if one is not PathFinder]
    monkeypatch.setattr(sys, "meta_path", [*others, NoMcp])
    monkeypatch.delitem(sys.modules, "mcp")
    with pytest.raises(AccessError, match=r"pip install 'meetingbot\[mcp\]'$"):
        start(bot, mcp=True)


def test_nothing_is_printed_and_tools_are_off_by_default(
    bot: Bot, capsys: pytest.CaptureFixture[str]
) -> None:
    with ExitStack() as stack:
        for options in ({}, {"mcp": True}):

            async def start_in_loop(options: Any = options) -> tuple[Any, str]:
                return start(bot, **options)

            app, address = asyncio.run(start_in_loop())
            stack.callback(app.close, verbose=False)
            found = httpx.get(f"{address}gradio_api/mcp/schema", **PLAIN).status_code
            assert found == (200 if options else 404)
    assert capsys.readouterr().out == ""
