"""Tell the columns of a PDF's pages from the way its lines are read."""

from __future__ import annotations

from bisect import bisect
from itertools import pairwise

from embeddings.readers.pdf_rows import Row


def opens_column(above: Row, row: Row) -> bool:
    """Say whether a line stands at the head of a column: up, and to the right, from the one before.

    A cell of a table stands to the right of the one before, but not above it.
    """
    return (
        row.page == above.page
        and row.left >= above.right
        and row.bottom > above.bottom + above.height
    )


def right_edges(rows: list[Row]) -> list[float]:
    """Return for each line how far its column goes to the right."""
    gutters: dict[int, list[float]] = {row.page: [] for row in rows}
    for above, row in pairwise(rows):
        if opens_column(above, row):
            gutters[row.page].append(row.left)
    for one in gutters.values():
        one.sort()
    # By page, and the gutters that a line lies between: one over several columns is no part of any.
    columns = [
        (row.page, bisect(gutters[row.page], row.left), bisect(gutters[row.page], row.right))
        for row in rows
    ]
    edges: dict[tuple[int, int, int], float] = {}
    for row, column in zip(rows, columns, strict=True):
        edges[column] = max(row.right, edges.get(column, row.right))
    return [edges[column] for column in columns]
