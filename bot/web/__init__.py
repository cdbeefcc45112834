"""The web chat: the conversation on the left, the record on the right.

Importing this imports Gradio, which takes seconds: do it only to serve.
"""

from bot.proxies import without_proxies

with without_proxies():
    from bot.web.app import build_app
    from bot.web.server import start, wait

__all__ = ["build_app", "start", "wait"]
