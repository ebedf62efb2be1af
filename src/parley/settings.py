"""Every PARLEY_ environment variable, typed, read once at start."""

import os
import secrets
import sys
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from parley.core.kernel.errors import ParleyError

PREFIX = "PARLEY_"
_SECRET_BYTES = 32


class WrongSetting(ParleyError):
    """A PARLEY_ variable has a value that cannot be used; the text says which and why."""

    code = "wrong_setting"


def _user_dir(variable: str, fallback: str) -> Path:
    """The folder that the XDG base directory specification names, also on macOS for one rule everywhere."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "parley"
    return Path(os.environ.get(variable) or Path.home() / fallback) / "parley"


def _http_url(value: str | None) -> str | None:
    if value is not None and not value.startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    return value.rstrip("/") if value else None


def _postgres_url(value: SecretStr | None) -> SecretStr | None:
    if value is not None and not value.get_secret_value().startswith(("postgres://", "postgresql")):
        raise ValueError("must begin with postgresql:// (Parley stores everything in PostgreSQL)")
    return value


HttpUrl = Annotated[str | None, AfterValidator(_http_url)]
PostgresUrl = Annotated[SecretStr | None, AfterValidator(_postgres_url)]


class Settings(BaseSettings):
    """The settings of one process. `bootstrap` hands small parts of it down; nothing else reads them."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, hide_input_in_errors=True
    )

    # Serving
    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 for every interface.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 picks a free one.")
    data_dir: Path = Field(
        default_factory=lambda: _user_dir("XDG_DATA_HOME", ".local/share"),
        description="Where the embedded database, uploaded files and the generated secret key are kept.",
    )
    secret_key: SecretStr | None = Field(
        None,
        min_length=32,
        description="Signs access tokens; 32 characters or more, the same on every replica. "
        "Made and kept in the data folder when unset.",
    )
    registration: Literal["open", "closed"] = Field(
        "open", description="Whether anyone may make an account; the first account always can be made."
    )
    worker: Literal["with_server", "separate"] = Field(
        "with_server", description="Whether `parley serve` also starts a worker process for documents."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least level logged.")
    log_format: Literal["json", "console"] | None = Field(
        None, description="How logs look; unset means console on a terminal and JSON elsewhere."
    )

    # Database
    database_url: PostgresUrl = Field(
        None,
        description="A PostgreSQL 16 or newer with pgvector, instead of the embedded one.",
    )
    database_owner_url: PostgresUrl = Field(
        None,
        description="The login that migrations run as, where it is not the one of PARLEY_DATABASE_URL.",
    )
    database_pool_size: int = Field(8, ge=2, le=100, description="Connections of each of the two pools.")
    pg_bindir: Path | None = Field(
        None, description="PostgreSQL binaries for the embedded database, instead of the packaged ones."
    )

    # Documents
    upload_limit_mb: int = Field(100, ge=1, le=10_000, description="Largest file taken, in MiB.")
    worker_concurrency: int = Field(2, ge=1, le=64, description="Documents read at once by a worker.")
    embedder: Literal["minilm", "none"] = Field(
        "minilm",
        description="Makes the vectors for search; `none` leaves word search (BM25) alone.",
    )
    model_dir: Path = Field(
        default_factory=lambda: _user_dir("XDG_CACHE_HOME", ".cache") / "models",
        description="Where the local embedder's files are kept.",
    )

    # Language models
    default_model: str = Field(
        "",
        description="`provider:model` for bots that name none; unset means the first configured "
        "provider's model, or the built-in extractive answerer.",
    )
    openai_api_key: SecretStr | None = Field(None, description="Key of OpenAI or a compatible server.")
    openai_base_url: HttpUrl = Field(
        None,
        description="Address of any OpenAI-compatible server, with its version, "
        "such as http://localhost:11434/v1.",
    )
    openai_model: str = Field("gpt-5-mini", description="Model offered first from that server.")
    anthropic_api_key: SecretStr | None = Field(None, description="Key of Anthropic.")
    anthropic_base_url: HttpUrl = Field(
        None,
        description="Address of a server that speaks Anthropic's Messages API, with its version, "
        "instead of https://api.anthropic.com/v1.",
    )
    anthropic_model: str = Field("claude-sonnet-4-5", description="Model offered first from Anthropic.")
    gemini_api_key: SecretStr | None = Field(None, description="Key of the Gemini API.")
    gemini_base_url: HttpUrl = Field(
        None,
        description="Address of a server that speaks the Gemini API, with its version, "
        "instead of https://generativelanguage.googleapis.com/v1beta.",
    )
    gemini_model: str = Field("gemini-flash-latest", description="Model offered first from Gemini.")
    turns_at_once: int = Field(200, ge=1, le=10_000, description="Turns running at once in this process.")
    first_event_timeout_s: float = Field(
        60, gt=0, description="Seconds a model may take until its first token."
    )
    next_event_timeout_s: float = Field(60, gt=0, description="Seconds a model may pause between tokens.")

    @model_validator(mode="after")
    def _replicas_share_a_key(self) -> "Settings":
        if self.database_url is not None and self.secret_key is None:
            raise ValueError(
                "PARLEY_SECRET_KEY must be set together with PARLEY_DATABASE_URL, so that every replica "
                "signs alike; `openssl rand -hex 32` makes one."
            )
        return self


class ClientSettings(BaseSettings):
    """What `parley chat` reads, apart from the server's settings: the two often run on different machines."""

    model_config = Settings.model_config

    server: Annotated[str, AfterValidator(_http_url)] = Field(
        "http://localhost:8000", description="Address of the server that `parley chat` asks."
    )
    email: str | None = Field(None, description="Signs `parley chat` in, where nobody is there to be asked.")
    password: SecretStr | None = Field(None, description="Goes with PARLEY_EMAIL.")
    token: SecretStr | None = Field(
        None, description="Access token that `parley chat` uses as it is, instead of signing in."
    )
    config_dir: Path = Field(
        default_factory=lambda: _user_dir("XDG_CONFIG_HOME", ".config"),
        description="Where `parley chat` keeps its session, readable by you alone.",
    )


_Loaded = TypeVar("_Loaded", bound=BaseSettings)


def load_settings(**overrides: object) -> Settings:
    """Settings from the environment; `overrides` (from the command line) win, None among them is ignored.

    Raises WrongSetting with a line for each variable that is wrong.
    """
    return _load(Settings, overrides)


def load_client_settings(**overrides: object) -> ClientSettings:
    """As `load_settings`, for the terminal client."""
    return _load(ClientSettings, overrides)


def _load(kind: type[_Loaded], overrides: dict[str, object]) -> _Loaded:
    given = {key: value for key, value in overrides.items() if value is not None}
    try:
        return kind(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = []
        for problem in error.errors(include_url=False, include_input=False):
            name = PREFIX + "_".join(str(part) for part in problem["loc"]).upper()
            message = problem["msg"].removeprefix("Value error, ")
            field = kind.model_fields.get(str(problem["loc"][0])) if problem["loc"] else None
            lines.append(message if field is None else f"{name}: {message}. {field.description}")
        raise WrongSetting("\n".join(lines)) from None


def unknown_variables() -> list[str]:
    """A sentence for each PARLEY_ variable that is set but means nothing, with the likely right name."""
    known = [PREFIX + name.upper() for name in (*Settings.model_fields, *ClientSettings.model_fields)]
    sentences = []
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known:
            close = get_close_matches(name, known, n=1)
            suggestion = f" Did you mean {close[0]}?" if close else ""
            sentences.append(f"{name} is not a setting of Parley.{suggestion}")
    return sentences


def secret_key(settings: Settings) -> str:
    """The key of PARLEY_SECRET_KEY, else the one in the data folder, made on first use for us alone."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    path = settings.data_dir / "secret.key"
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        side = path.with_name(f"secret.key.{os.getpid()}")
        with os.fdopen(os.open(side, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_hex(_SECRET_BYTES))
        # A link appears whole or not at all, and never replaces the key of a process that was quicker.
        with suppress(FileExistsError):
            path.hardlink_to(side)
        side.unlink()
    return _existing_key(path)


def _existing_key(path: Path) -> str:
    key = path.read_text().strip()
    if len(key) < 2 * _SECRET_BYTES:
        raise WrongSetting(
            f"{path} does not hold a whole secret key. Delete it to have a new one made; everyone then "
            "signs in again."
        )
    return key
