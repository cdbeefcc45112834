"""How an event is run: in the queue of its kind, out of sight of the API, with no veil drawn."""

from __future__ import annotations

from typing import Any

# Two cores answer two questions at a time; who finds this many waiting is asked to come back.
AT_A_TIME = 2
LONGEST_QUEUE = 64

HIDDEN: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
# What is only shown, at once; Gradio would drop what is clicked before the last click was answered.
SHOWING: dict[str, Any] = {**HIDDEN, "queue": False, "trigger_mode": "multiple"}
# What may have to warn: outside of the queue Gradio cannot.
TELLING: dict[str, Any] = {**HIDDEN, "concurrency_limit": None, "trigger_mode": "multiple"}
# What must be heard in the order in which it was said: the last choice counts.
CHOOSING: dict[str, Any] = {**TELLING, "concurrency_id": "choose", "concurrency_limit": 1}
ASKING: dict[str, Any] = {**HIDDEN, "concurrency_id": "ask", "concurrency_limit": AT_A_TIME}
# What takes long: one at a time, so that questions are answered meanwhile; an exam does not hold up
# who adds a meeting.
WORKING: dict[str, Any] = {**HIDDEN, "concurrency_id": "work", "concurrency_limit": 1}
SITTING: dict[str, Any] = {**HIDDEN, "concurrency_id": "exam", "concurrency_limit": 1}
# What nobody waits for.
LOOKING: dict[str, Any] = {**HIDDEN, "concurrency_id": "look", "concurrency_limit": 1}
