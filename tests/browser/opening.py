"""How the fixtures `new_page` and `start_chat` are called."""

from collections.abc import Callable

from playwright.sync_api import Page

NewPage = Callable[..., Page]
StartChat = Callable[..., str]
