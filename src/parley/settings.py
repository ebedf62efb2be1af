"""Every PARLEY_ environment variable, typed, read once at start."""

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import suppress
from copy import copy
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, Field, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from parley.core.kernel.errors import ParleyError
from parley.variables import (
    EmbedderSetting,
    HttpUrl,
    Places,
    PostgresUrl,
    ProviderSettings,
    RerankerSetting,
    S3Settings,
    VectorSettings,
    http_url,
)

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


def _provider(label: str) -> ProviderSettings:
    """A field with the variables of `label`, such as PARLEY_GROQ_API_KEY of the field `groq`."""
    field: ProviderSettings = Field(ProviderSettings(), description=label)
    return field


class Settings(BaseSettings):
    """The settings of one process. `bootstrap` hands small parts of it down; nothing else reads them."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        env_nested_delimiter="_",
        env_nested_max_split=1,
        frozen=True,
        hide_input_in_errors=True,
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
    workspace_documents: int = Field(100_000, ge=1, description="Most documents of a workspace.")
    workspace_storage_mb: int = Field(
        51_200, ge=1, description="Most that the files of a workspace's documents may take, in MiB."
    )
    workspace_waiting_documents: int = Field(
        20_000, ge=1, description="Most documents of a workspace that wait to be read at the same time."
    )
    ocr_languages: str = Field(
        "",
        pattern=r"^[A-Za-z0-9_+/ ]*$",
        description="What Tesseract, if installed, looks for in pictures, such as `eng+deu`; unset means what"
        " it has, `none` leaves pictures unread.",
    )
    embedder: EmbedderSetting = Field(
        "minilm",
        description="Makes the vectors for search: `minilm` on this machine, `provider:model` such as "
        "`openai:text-embedding-3-small` (`@512` after it for so many dimensions), or `none`, which leaves "
        "word search (BM25) alone.",
    )
    embedder_base_url: HttpUrl = Field(
        None, description="Address of that provider's embeddings, where it is not the one of its models."
    )
    embedder_api_key: SecretStr | None = Field(
        None, description="Key of that provider's embeddings, where it is not the one of its models."
    )
    model_dir: Path = Field(
        default_factory=lambda: _user_dir("XDG_CACHE_HOME", ".cache") / "models",
        description="Where the local embedder's files are kept.",
    )

    files: Literal["local", "s3"] = Field(
        "local", description="Where uploaded files are kept: in the data folder, or in PARLEY_S3_BUCKET."
    )
    s3: S3Settings = Field(S3Settings(), description="Files in a bucket")
    vector: VectorSettings = Field(VectorSettings(), description="Vectors beside the database")

    reranker: RerankerSetting = Field(
        "",
        description="`cohere:model`, `jina:model` or `openai:model`; orders passages for bots that ask it.",
    )
    reranker_api_key: SecretStr | None = Field(
        None, description="Key of the reranker; of `openai:` ones PARLEY_OPENAI_API_KEY when unset."
    )
    reranker_base_url: HttpUrl = Field(
        None,
        description="Address of a server that speaks like the reranker's provider, with its version, where it"
        " is not the provider's own.",
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
    bedrock_region: str | None = Field(
        None,
        pattern=r"^[a-z]{2}(-[a-z]+)+-\d$",
        description="Region of Amazon Bedrock, us-east-1 when unset; this or a key turns Bedrock on.",
    )
    bedrock_api_key: SecretStr | None = Field(None, description="A Bedrock API key (bearer token).")
    bedrock_access_key_id: str | None = Field(
        None,
        description="Key that signs requests to Bedrock; without it and PARLEY_BEDROCK_API_KEY the "
        "credentials are found as AWS's own tools find them (profile, role).",
    )
    bedrock_secret_access_key: SecretStr | None = Field(
        None, description="Goes with PARLEY_BEDROCK_ACCESS_KEY_ID."
    )
    bedrock_session_token: SecretStr | None = Field(None, description="Goes with temporary keys for Bedrock.")
    bedrock_base_url: HttpUrl = Field(
        None, description="Address of Bedrock where it is not the public one of the region."
    )
    bedrock_model: str = Field(
        "global.anthropic.claude-sonnet-4-5-20250929-v1:0", description="Model offered first from Bedrock."
    )
    groq: ProviderSettings = _provider("Groq")
    mistral: ProviderSettings = _provider("Mistral")
    huggingface: ProviderSettings = _provider("HuggingFace's router")
    openrouter: ProviderSettings = _provider("OpenRouter")
    ollama: ProviderSettings = _provider("Ollama")
    vllm: ProviderSettings = _provider("vLLM")
    discover_local_models: bool = Field(
        default=True, description="Whether Ollama and vLLM on this machine are found by themselves."
    )
    discover_ollama_port: int = Field(11434, ge=1, le=65535, description="Where Ollama is looked for.")
    discover_vllm_port: int = Field(
        8000, ge=1, le=65535, description="Where vLLM is looked for, unless Parley itself listens there."
    )
    pydantic_ai_models: str = Field(
        "",
        description="Models that are asked through pydantic-ai, as `provider:model` with commas between, "
        "such as `cohere:command-a-03-2025`; pydantic-ai reads their keys from its own variables.",
    )
    # Tools
    mcp_servers: Path | None = Field(
        None,
        description="JSON file of MCP servers that bots may use, such as commands that run on this machine; "
        "see the guide on tools.",
    )
    tools_allowed_hosts: Places = Field(
        "",
        description="Hosts of the inner network that tools may reach, as `host:port` with commas between, "
        "such as intranet.example:443; addresses that are not on the open internet are refused otherwise.",
    )

    import_allowed_hosts: Places = Field(
        "",
        description="Hosts of the inner network that pages may be imported from, as `host:port` with commas "
        "between; addresses that are not on the open internet are refused otherwise.",
    )
    webhook_allowed_hosts: Places = Field(
        "",
        description="Hosts of the inner network that webhooks may be sent to, as `host:port` with commas "
        "between; addresses that are not on the open internet are refused otherwise.",
    )

    # Turns
    history_tokens: int = Field(
        8_000,
        ge=100,
        le=1_000_000,
        description="Tokens of earlier messages given to a model whose context window is not known; "
        "else a quarter of that window.",
    )
    prices: Path | None = Field(
        None,
        description="File with your own prices of models, in USD for a million tokens: "
        '`{"openai:gpt-5-mini": {"input": 0.25, "output": 2, "cached": 0.025}}`; `provider:*` is for all of '
        "a provider's.",
    )
    titles: Literal["model", "first_line"] = Field(
        "model",
        description="Titles of conversations: written by the bot's model after the first answer (one more "
        "short call), or the question's first line.",
    )
    turns_at_once: int = Field(200, ge=1, le=10_000, description="Turns running at once in this process.")
    first_event_timeout_s: float = Field(
        60, gt=0, description="Seconds a model may take until its first token."
    )
    next_event_timeout_s: float = Field(60, gt=0, description="Seconds a model may pause between tokens.")

    def compatible_servers(self) -> dict[str, ProviderSettings]:
        """Those of the providers that speak OpenAI's protocol, OpenAI's own apart, in a fixed order."""
        given = ((name, getattr(self, name)) for name in type(self).model_fields)
        return {name: value for name, value in given if isinstance(value, ProviderSettings)}

    @model_validator(mode="after")
    def _bedrock_keys_come_in_pairs(self) -> "Settings":
        if (self.bedrock_access_key_id is None) != (self.bedrock_secret_access_key is None):
            raise ValueError(
                "PARLEY_BEDROCK_ACCESS_KEY_ID and PARLEY_BEDROCK_SECRET_ACCESS_KEY go together: set both."
            )
        return self

    @model_validator(mode="after")
    def _files_have_a_place(self) -> "Settings":
        if self.files == "s3" and not self.s3.bucket:
            raise ValueError("PARLEY_FILES=s3 needs PARLEY_S3_BUCKET.")
        return self

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

    server: Annotated[str, AfterValidator(http_url)] = Field(
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
            meaning = dict(variables(kind)).get(name)
            lines.append(message if meaning is None else f"{name}: {message}. {meaning.description}")
        raise WrongSetting("\n".join(lines)) from None


def variables(kind: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    """Each environment variable that `kind` reads, with its field; its description is the variable's own."""
    for name, field in kind.model_fields.items():
        group = field.annotation
        if not (isinstance(group, type) and issubclass(group, BaseModel)):
            yield PREFIX + name.upper(), field
            continue
        for part, inner in group.model_fields.items():
            described = (inner.description or "").format(field.description)
            told = copy(inner)
            told.description = described
            yield f"{PREFIX}{name}_{part}".upper(), told


def unknown_variables() -> list[str]:
    """A sentence for each PARLEY_ variable that is set but means nothing, with the likely right name."""
    known = [name for name, _ in (*variables(Settings), *variables(ClientSettings))]
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
