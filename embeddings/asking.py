"""Tell what kind of thing a question asks for, and whether a sentence holds one."""

from __future__ import annotations

import re
from functools import lru_cache

from embeddings.text.dates import WEEKDAY
from embeddings.text.times import MONTHS

_NAME = re.compile(r"(?<!^)(?<![.?!] )\b[A-Z][\w’'-]+")
_ANY_NAME = re.compile(r"\b[A-Z][\w’'-]+")
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|"
    r"hundred|thousand|million|billion|dozen|half|several|first|second|third|once|twice|both|none)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    rf"""
    \b (?:1[0-9]|20) \d\d \b                              # 1999
    | \b \d{{1,2}} (?: :\d\d )? \s? (?: a\.?m | p\.?m ) \b  # 9:30 a.m
    | \b (?:{"|".join(MONTHS)}) [a-z]* \b
    | \b {WEEKDAY} \b
    | \b (?: century | year | month | week | day | today | tomorrow | yesterday | morning
           | afternoon | evening | spring | summer | autumn | winter | annual | decade | hour
           | minute )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_REASON = re.compile(
    r"\b(?:because|since|due to|so that|in order to|as a result|therefore|owing to|thanks to|"
    r"for the purpose|reason|to (?!the\b|a\b|an\b)\w+)\b",
    re.IGNORECASE,
)

# What opens the question, and what then stands in a sentence that answers it.
_KINDS = (
    (
        re.compile(r"\b(?:who|whom|whose|where|which (?:country|person|city|company))\b", re.I),
        _NAME,
    ),
    (
        re.compile(
            r"\b(?:when|(?:what|which) (?:date|day|time|year|month)|how (?:long|old|soon))\b", re.I
        ),
        _TIME,
    ),
    (
        re.compile(
            r"\bhow (?:many|much|often|far|large|big|high|tall)\b|"
            r"\bwhat (?:percent|number|amount|share)",
            re.I,
        ),
        _NUMBER,
    ),
    (re.compile(r"\bwhy\b|\bwhat (?:for|reason|purpose)\b", re.I), _REASON),
)


def fits(question: str, sentence: str) -> float:
    """Return 1 when the sentence holds the kind of thing asked for, or when none is asked for."""
    holds = _asked_for(question)
    if holds is None:
        return 1.0
    return float(
        bool(holds.search(sentence) or (holds is _NAME and len(_ANY_NAME.findall(sentence)) > 1))
    )


@lru_cache(maxsize=64)  # it is asked of each sentence
def _asked_for(question: str) -> re.Pattern[str] | None:
    """Return what stands in a sentence that answers a question, None if that may be anything."""
    return next((holds for asks, holds in _KINDS if asks.search(question)), None)
