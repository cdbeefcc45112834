"""Tell the turns of a court's transcript, which open with "Q." and "A." instead of names.

Who asks is named once, above ("BY MS. PIKE:"), and so is who answers ("RAYMOND SUTTER, having been
duly sworn, testified", or "The State calls Raymond Sutter.").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from embeddings.text.names import TESTIMONY, is_name, plain
from embeddings.text.parts import Part

_EXAMINER = re.compile(r"(?:.*examination[ (]+)?by (?P<name>[^,:()\n]{2,40})\)?:?", re.IGNORECASE)
_WITNESS = re.compile(
    r"(?P<name>[^,;:\n]{3,40})[,;].*\b(?:sworn|affirmed|as a witness)\b", re.DOTALL
)
_CALLED = re.compile(
    r"\bcalls?\s+(?P<name>(?:[A-Z][\w.'’-]*\s+){1,3}[A-Z][\w'’-]+)(?=[.,]|\s+(?:as|to)\b)"
)
_BY_OFFICE = "THE WITNESS"


def tell_testimony(parts: Sequence[Part]) -> list[Part]:
    """Return the parts, what is asked and answered in court made turns of those who speak."""
    opened = [TESTIMONY.match(part.text) if part.kind == "line" else None for part in parts]
    signs = [one["speaker"] if one else "" for one in opened]
    if ("Q", "A") not in pairwise(signs):  # "A. Berg moved it" opens a line of minutes
        return list(parts)
    told: list[Part] = []
    named = {"Q": "Q", "A": "A"}
    for part, sign in zip(parts, signs, strict=True):
        label = named["A"] if part.label.upper() == _BY_OFFICE else named.get(sign)
        if label:
            part = replace(part, kind="turn", label=label)
        elif examiner := _EXAMINER.fullmatch(part.text):
            named["Q"] = examiner["name"].strip()
        elif (witness := _WITNESS.match(part.text)) and is_name(witness["name"]):
            named["A"] = witness["name"].strip()
        elif called := _CALLED.search(part.text):
            named["A"] = plain(called["name"])
        told.append(part)
    return told
