"""Read Word documents, which mammoth turns into the elements of a page.

Before that each list item gets its number, as a bookmark, which mammoth hands on, and what Word
does not show as the text is taken out.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from embeddings.datatypes import Document
from embeddings.errors import DocumentError
from embeddings.readers.markup import NUMBER, compose_element, set_apart_superscripts, words_of
from embeddings.readers.word_numbers import Numbers, W

if TYPE_CHECKING:
    from lxml.etree import _Element

# A few kilobytes can unpack to gigabytes.
LARGEST_UNPACKED = 200_000_000
_PARTS_WITH_TEXT = re.compile(r"word/(?:document\d*|footnotes|endnotes)\.xml$")
_BOOKMARK = "number "  # Word's own bookmarks have no blank
_TOGGLED = " or ".join(
    f"w:rPr/w:{toggle}[not(@w:val='0' or @w:val='false' or @w:val='off')]"
    for toggle in ("vanish", "strike", "dstrike")
)
_UNSEEN = f"//w:r[{_TOGGLED}]/w:t"
# The title is told from the headings by its class; a subtitle is no heading.
_STYLES = "p[style-name='Title'] => h1.title:fresh\np[style-name='Subtitle'] => p:fresh"


def read_docx(id: str, content: bytes) -> Document:
    """Read a Word document, headings, lists and tables in their order; raise `DocumentError`."""
    import mammoth
    from lxml import html

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
            if unpacked > LARGEST_UNPACKED:
                raise DocumentError(
                    f"is larger than {LARGEST_UNPACKED // 1_000_000} MB when unpacked; save it"
                    " without its pictures, or give a part of it"
                )
            converted = mammoth.convert_to_html(
                _prepared(archive), style_map=_STYLES, convert_image=lambda image: []
            ).value
    except DocumentError:
        raise
    except Exception as error:  # the zip, XML and Word layers each raise what they like
        raise DocumentError("is not a Word document that can be opened; save it again") from error
    if not converted.strip():
        raise DocumentError("has no text in it; give a document with text")
    body = html.fragment_fromstring(converted, create_parent="body")
    _take_over(body)
    set_apart_superscripts(body)
    title = next((words_of(one) for one in body.iter("h1") if one.get("class") == "title"), "")
    return compose_element(id, body, title=title)


def _prepared(archive: zipfile.ZipFile) -> io.BytesIO:
    """Return a document whose numbers are bookmarks, without what Word does not show as its text.

    Hidden and struck-out words go; a field's result, which mammoth drops, stays.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False)
    parts = {name: archive.read(name) for name in archive.namelist()}
    numbering, styles = (
        etree.fromstring(parts[name], parser) if name in parts else None
        for name in ("word/numbering.xml", "word/styles.xml")
    )
    numbers = Numbers(numbering, styles)
    prepared = io.BytesIO()
    with zipfile.ZipFile(prepared, "w") as written:
        for name, content in parts.items():
            if _PARTS_WITH_TEXT.match(name):
                root = etree.fromstring(content, parser)
                etree.strip_tags(root, f"{W}fldSimple")
                for words in root.xpath(_UNSEEN, namespaces={"w": W[1:-1]}):
                    words.getparent().remove(words)
                for paragraph in root.iter(f"{W}p"):
                    if number := numbers.count(paragraph):
                        mark = etree.Element(f"{W}bookmarkStart", {f"{W}name": _BOOKMARK + number})
                        paragraph.insert(1, mark)  # behind its properties
                content = etree.tostring(root)
            written.writestr(name, content)
    return prepared


def _take_over(body: _Element) -> None:
    """Put the numbers in front of what has them, and the notes below a heading of their own."""
    from lxml import html

    for anchor in body.xpath("//a[starts-with(@id, $mark)]", mark=_BOOKMARK):
        number = anchor.get("id").removeprefix(_BOOKMARK)
        if anchor.getparent().tag == "li":
            anchor.getparent().set(NUMBER, number)
        else:
            anchor.text = f"{number} "
    for notes in body.xpath(
        "//ol[li[starts-with(@id, 'footnote') or starts-with(@id, 'endnote')]]"
    ):
        notes.addprevious(html.fromstring("<h2>Notes</h2>"))
        for number, note in enumerate(notes, 1):
            note.set(NUMBER, str(number))
            for back in note.xpath(".//a[text()='↑']"):
                back.drop_tree()
