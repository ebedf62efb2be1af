"""SQLAlchemy statements as asyncpg takes them: the SQL, its arguments in order, and the rows it gives back.

SQLAlchemy writes the SQL and asyncpg runs it: its own way to run it through asyncpg costs several times
the CPU (docs/decisions has the figures).
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast
from weakref import WeakKeyDictionary

import asyncpg
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.sql import ClauseElement, Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase

_DIALECT = asyncpg_dialect()  # type: ignore[no-untyped-call]

_Prepared = tuple[str, tuple[str, ...], Mapping[str, Any]]
"""The SQL, the names of its arguments in order, and the values that the statement itself holds."""

_known: WeakKeyDictionary[Executable, _Prepared] = WeakKeyDictionary()
"""For as long as a statement lives: those of modules are written once."""


class Record(asyncpg.Record):
    """A row; its columns are attributes too."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


async def decode_json(connection: "asyncpg.Connection[Record]") -> None:
    """Values of JSON cross as Python's own."""
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(
            kind, schema="pg_catalog", encoder=_to_json, decoder=json.loads, format="text"
        )


def _to_json(value: object) -> str:
    """A text is JSON already: the job queue writes its own."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def prepared(statement: Executable, values: Mapping[str, Any] | None) -> tuple[str, Sequence[Any]]:
    """The SQL and its arguments; `values` fill the parameters that the statement leaves open."""
    known = _known.get(statement)
    if known is None:
        compiled = _compile(statement, values)
        if compiled.post_compile_params:
            # Its SQL depends on how many items its lists have.
            state = compiled.construct_expanded_state(dict(values) if values else None)
            return state.statement, state.positional_parameters
        known = _known[statement] = (
            compiled.string,
            tuple(compiled.positiontup or ()),
            {name: bind.effective_value for bind, name in compiled.bind_names.items() if not bind.required},
        )
    sql, names, own = known
    if not values:
        return sql, [own[name] for name in names]
    return sql, [values[name] if name in values else own[name] for name in names]


def _compile(statement: Executable, values: Mapping[str, Any] | None) -> SQLCompiler:
    # An INSERT or UPDATE may get its columns with the values.
    columns = list(values) if values and isinstance(statement, UpdateBase) else None
    element = cast(ClauseElement, statement)
    return cast(SQLCompiler, element.compile(dialect=_DIALECT, column_keys=columns))
