"""Where a vector store is and how it is reached, and the errors of a wrong answer to that."""

from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from parley.adapters.outbound.aws import AwsKeys
from parley.core.kernel.errors import ErrorKind, ParleyError

VARIABLES = "PARLEY_VECTOR_STORE"
"""What the names of all its settings begin with."""


@dataclass(frozen=True, slots=True)
class StoreConfig:
    path: Path
    """A folder of the store's own, for those that keep files."""
    url: str | None = None
    key: str | None = field(default=None, repr=False)
    prefix: str = "parley"
    """The names of everything that is made in the store begin with it."""
    bucket: str | None = None
    region: str | None = None
    endpoint: str | None = None
    """Of S3, where it is not Amazon's own."""
    aws_keys: AwsKeys | None = None
    search_timeout_s: float = 4.0
    write_timeout_s: float = 30.0
    calls_at_once: int = 8


class WrongStoreSetting(ParleyError):
    code = "wrong_setting"


class MissingPackage(ParleyError):
    """An optional package that the chosen store needs is not installed."""

    code = "missing_package"
    kind = ErrorKind.UNAVAILABLE

    def __init__(self, store: str, package: str) -> None:
        super().__init__(
            f"{VARIABLES}={store} needs the package {package!r}, which is not installed.",
            hint=f"Run `pip install 'parley-chat[{store}]'`, or choose another store.",
        )


def imported(store: str, package: str) -> ModuleType:
    """The package that a store needs, imported now. Raises MissingPackage."""
    from importlib import import_module

    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        if error.name != package:
            raise
        raise MissingPackage(store, package) from error


def needed(value: str | None, name: str, store: str, example: str) -> str:
    """The setting's value. Raises WrongStoreSetting where it is not set."""
    if not value:
        raise WrongStoreSetting(
            f"{VARIABLES}={store} needs {VARIABLES}_{name}.", hint=f"Set it, such as {example}."
        )
    return value
