"""Offer the API's endpoints as tools of the Model Context Protocol, at `/gradio_api/mcp/`.

Gradio does it, but answers in Python's notation instead of JSON.
"""

from __future__ import annotations

import json
from importlib.util import find_spec
from typing import Any

import gradio as gr

from bot.errors import AccessError


def require_mcp() -> None:
    """Raise `AccessError` where the optional dependency is missing."""
    if find_spec("mcp") is None:
        raise AccessError("--mcp needs the mcp package; install it: pip install 'meetingbot[mcp]'")


def answer_tools_in_json(app: gr.Blocks) -> None:
    """Make the tools' results the JSON that the other surfaces give."""
    from mcp.types import TextContent

    def as_json(data: list[Any], _root_url: str) -> list[TextContent]:
        return [TextContent(type="text", text=json.dumps(one, ensure_ascii=False)) for one in data]

    server: Any = app.mcp_server_obj
    server.postprocess_output_data = as_json
