"""The web chat: the conversation on the left, the record on the right.

`server` and most of its other modules import Gradio, which takes seconds: do it only to serve.
"""
