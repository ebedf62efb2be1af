"""Rows of a table as lines that make sense one by one."""

from collections.abc import Iterable, Iterator, Mapping

Row = Mapping[int, str]
"""Cells by column; those that are not there cost nothing."""

_MOST_NAME_CHARS = 100


def lines_of(rows: Iterable[Row], *, header: bool | None = None) -> Iterator[str]:
    """Each row as "column: value; …" when the first full row names the columns, else its cells between bars.

    `header` says whether it does; None finds out. Rows of a single cell above it are titles and stand for
    themselves. Empty cells and empty rows are left out, as are repeats of the header; a cell's own line
    breaks become spaces. The rows may be a stream: one is held at a time, besides the header.
    """
    filled = (cells for row in rows if (cells := _filled(row)))
    first = next(filled, None)
    while first is not None and len(first) == 1:
        yield next(iter(first.values()))
        first = next(filled, None)
    if first is None:
        return
    second = next(filled, None)
    if second is None or not (header or (header is None and _names_columns(first, second))):
        yield " | ".join(first.values())
        first = {}
    if second is not None:
        yield _line(first, second)
    for cells in filled:
        if cells != first:
            yield _line(first, cells)


def _filled(row: Row) -> dict[int, str]:
    return {column: text for column, cell in row.items() if (text := " ".join(cell.split()))}


def _names_columns(row: Row, following: Row) -> bool:
    names = row.values()
    return (
        len(set(names)) == len(row)
        and 2 * len(row) >= len(following)
        and not any(len(name) > _MOST_NAME_CHARS or _is_number(name) for name in names)
    )


def _line(header: Row, row: Row) -> str:
    if not header:
        return " | ".join(row.values())
    return "; ".join(
        f"{header[column][:_MOST_NAME_CHARS]}: {cell}" if column in header else cell
        for column, cell in row.items()
    )


def _is_number(cell: str) -> bool:
    return cell.replace(",", "").replace(".", "").strip("+-% ").isdecimal()
