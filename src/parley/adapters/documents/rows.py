"""Rows of a table as lines that make sense one by one."""

from collections.abc import Iterable, Iterator, Sequence


def lines_of(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Each row as "column: value; …" when the first row names the columns, else its cells between bars.

    Empty cells and empty rows are left out; a cell's own line breaks become spaces. The rows may be
    a stream: one is held at a time, besides the first.
    """
    filled = (row for row in ([" ".join(cell.split()) for cell in row] for row in rows) if any(row))
    header = next(filled, None)
    if header is None:
        return
    first = next(filled, None)
    if first is None or not _names_columns(header):
        yield " | ".join(filter(None, header))
        header = []
    if first is not None:
        yield _line(header, first)
    for row in filled:
        yield _line(header, row)


def _names_columns(row: Sequence[str]) -> bool:
    return len(row) > 1 and all(row) and len(set(row)) == len(row) and not any(map(_is_number, row))


def _line(header: Sequence[str], row: Sequence[str]) -> str:
    if not header:
        return " | ".join(filter(None, row))
    named = [f"{name}: {cell}" for name, cell in zip(header, row, strict=False) if cell]
    return "; ".join(named + [cell for cell in row[len(header) :] if cell])


def _is_number(cell: str) -> bool:
    return cell.replace(",", "").replace(".", "").strip("+-% ").isdecimal()
