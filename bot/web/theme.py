"""Give Gradio the page's fonts and colours, for what none of our style sheets reaches."""

from __future__ import annotations

import re
from pathlib import Path

import gradio as gr

_PALETTE = Path(__file__).with_name("palette.css")
# Which colour of palette.css Gradio fills what with.
_FILLS = {
    "body_background_fill": "desk",
    "background_fill_primary": "desk",
    "background_fill_secondary": "desk",
    "block_background_fill": "desk",
    "block_border_color": "desk",
    "border_color_primary": "rule",
    "input_background_fill": "paper",
    "input_border_color": "rule",
    "input_border_color_focus": "accent",
    "body_text_color": "ink",
    "block_info_text_color": "soft",
    "block_label_text_color": "soft",
    "block_title_text_color": "soft",
    "button_primary_background_fill": "accent",
    "button_primary_background_fill_hover": "accent",
    "button_primary_border_color": "accent",
    "button_primary_border_color_hover": "accent",
    "button_primary_text_color": "on-accent",
}


def make_theme() -> gr.themes.Base:
    """Return a theme whose fonts come from this server, and whose colours are the palette's.

    The login has no style sheet of ours, and something is painted before they are there. Not every
    font that Gradio carries is whole: of Lora and Source Sans 3 it has only the rarer letters, of
    others not the semi-bold.
    """
    sans = [
        gr.themes.LocalFont("Source Sans Pro", weights=(400, 700)),
        gr.themes.Font("system-ui"),
        gr.themes.Font("sans-serif"),
    ]
    parts = _PALETTE.read_text("utf-8").split(".dark")
    day, night = (dict(re.findall(r"--([\w-]+): (#\w+);", part)) for part in parts)
    fills = {name: day[colour] for name, colour in _FILLS.items()}
    fills |= {f"{name}_dark": night[colour] for name, colour in _FILLS.items()}
    return gr.themes.Base(font=sans).set(**fills, input_border_width="1px")
