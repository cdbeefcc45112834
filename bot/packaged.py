"""Find the packaged meeting: beside the package in a checkout, inside it in an installed wheel."""

from pathlib import Path

_HERE = Path(__file__).parent
PACKAGED_SOURCE = next(
    folder for folder in (_HERE / "seeds", _HERE.parent / "seeds") if folder.is_dir()
)
(PACKAGED_RECORD,) = PACKAGED_SOURCE.glob("*.txt")
PACKAGED_QUESTIONS = PACKAGED_SOURCE / "questions.jsonl"

# Shown to whoever opens the chat on the packaged meeting; the last is one it does not answer.
EXAMPLES = (
    "What was agreed on North Korea?",
    "What concerns did they share on Venezuela?",
    "What will the Japan Foundation do in Lima?",
    "What was agreed on fishing quotas?",
)
