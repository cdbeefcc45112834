"""Decode a text file whose encoding is stated, or can be told for sure."""

from __future__ import annotations

import codecs
import re
import unicodedata

from embeddings.errors import DocumentError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile(r"[\0-\x08\x0e-\x1a\x1c-\x1f]")
# Quotation marks, dashes, bullet and ellipsis, as all of Windows' encodings write them. Those of
# DOS and of old Macs have letters there, which would stand inside words, or before other endings.
_WINDOWS_MARK = re.compile(
    rb"(?<![a-z])[\x85\x91-\x97]|[\x85\x91-\x97](?![a-z])|\x92(?=(?:[dmst]|ll|re|ve)(?![a-z]))",
    re.IGNORECASE,
)
# charset-normalizer's share of letters that fit a language; below it the language is a guess.
_SURE = 0.5


def decode(content: bytes) -> str:
    """Return a file's text, its line ends one newline each, accents and letters one character.

    Soft hyphens are left out. Raises `DocumentError`.

    UTF-8 is expected, with or without a byte order mark, or UTF-16. Another encoding is taken only
    when there is a single way to read the bytes as a language, or when its letters are all ASCII:
    a guess would garble names.
    """
    mark, encoding = next(
        ((mark, encoding) for mark, encoding in _MARKS if content.startswith(mark)), (b"", "utf-8")
    )
    try:
        text = content[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        if mark:
            raise DocumentError(
                f"is damaged {encoding.upper()} text (byte {error.start + len(mark) + 1:,});"
                " save it as UTF-8"
            ) from error
        text = _detect(content, error.start)
    else:
        if "\0" in text and not mark:
            text = _detect(content, text.index("\0"))
    if _CONTROL.search(text):
        raise DocumentError("is a binary file, not text; give a text file")
    if not text.strip():
        raise DocumentError("is empty; give a file with text in it")
    return nfc(text.replace("\r\n", "\n").replace("\r", "\n").replace("\xad", ""))


def nfc(text: str) -> str:
    """Return a text with each accent in one character with its letter (NFC): so it is searched."""
    return unicodedata.normalize("NFC", text)


def _detect(content: bytes, place: int) -> str:
    from charset_normalizer import from_bytes

    if _WINDOWS_MARK.sub(b"", content).isascii() and b"\0" not in content:
        return content.decode("cp1252")
    found = list(from_bytes(content))
    if len({str(match) for match in found}) == 1:
        (match, *_) = found
        if match.encoding.startswith("utf_16") or match.coherence >= _SURE:
            return str(match)
    if b"\0" in content:
        raise DocumentError("is a binary file, not text; give a text file")
    raise DocumentError(
        f"is not UTF-8 text (byte {place + 1:,}), and which encoding it has cannot be told;"
        " save it as UTF-8"
    )
