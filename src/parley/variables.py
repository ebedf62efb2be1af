"""Kinds of values, and groups of variables, that the settings are made of."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from parley.core.kernel.errors import InvalidInput
from parley.core.knowledge.embedding import EmbedderName


def http_url(value: str | None) -> str | None:
    if value is not None and not value.startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    return value.rstrip("/") if value else None


def places_of(value: str) -> list[str]:
    """The `host:port`s of a setting."""
    return value.replace(",", " ").split()


def _places(value: str) -> str:
    for place in places_of(value):
        host, _, port = place.rpartition(":")
        if not (host and port.isdecimal() and "/" not in host):
            raise ValueError(f"has {place!r}, which is not of the form host:port")
    return value


def _postgres_url(value: SecretStr | None) -> SecretStr | None:
    if value is not None and not value.get_secret_value().startswith(("postgres://", "postgresql")):
        raise ValueError("must begin with postgresql:// (Parley stores everything in PostgreSQL)")
    return value


def _embedder(value: str) -> str:
    if value not in {"minilm", "none"}:
        try:
            EmbedderName.parse(value)
        except InvalidInput as error:
            raise ValueError(f"must be minilm, none or a name. {error.hint.rstrip('.')}") from None
    return value


def _reranker(value: str) -> str:
    provider, _, model = value.partition(":")
    if value and not (model and provider in {"cohere", "jina", "openai"}):
        raise ValueError("must be cohere:model, jina:model or openai:model")
    return value


def _store_url(value: str | None) -> str | None:
    return value.rstrip("/") if value is not None and value.startswith("s3://") else http_url(value)


HttpUrl = Annotated[str | None, AfterValidator(http_url)]
PostgresUrl = Annotated[SecretStr | None, AfterValidator(_postgres_url)]
Places = Annotated[str, AfterValidator(_places)]
EmbedderSetting = Annotated[str, AfterValidator(_embedder)]
RerankerSetting = Annotated[str, AfterValidator(_reranker)]


class ProviderSettings(BaseModel):
    """The variables of one provider that speaks OpenAI's protocol; `{}` stands for what it is called."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    api_key: SecretStr | None = Field(None, description="Key of {}.")
    base_url: HttpUrl = Field(None, description="Address of {}, with its version, where it is not the usual.")
    model: str = Field("", description="Model offered first from {}.")


class S3Settings(BaseModel):
    """The variables of a bucket for files."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    bucket: str = Field(
        "", description="Bucket that files are kept in, of S3 or a store that speaks like it."
    )
    prefix: str = Field(
        "",
        pattern=r"^([A-Za-z0-9._-]+/)*$",
        description="What the names of objects begin with, such as `parley/`; ends with a slash.",
    )
    region: str = Field("us-east-1", description="Region of the bucket.")
    endpoint_url: HttpUrl = Field(None, description="Address of the store, where it is not Amazon's own.")
    path_style: bool = Field(
        default=False, description="Whether the bucket is named in the path, as MinIO and others want it."
    )
    access_key_id: str | None = Field(
        None,
        description="Key that signs requests to the store; without it the credentials are found as AWS's own "
        "tools find them (profile, role).",
    )
    secret_access_key: SecretStr | None = Field(None, description="Goes with PARLEY_S3_ACCESS_KEY_ID.")
    session_token: SecretStr | None = Field(None, description="Goes with temporary keys for the store.")
    encryption: Literal["AES256", "aws:kms"] | None = Field(
        None, description="How the store encrypts files; unset means as the bucket is set up."
    )
    kms_key_id: str | None = Field(None, description="Key for `aws:kms`, where it is not AWS's own.")
    copies_mb: int = Field(
        4_096, ge=16, description="Most disk space for copies of files that are being read, in MiB."
    )

    @model_validator(mode="after")
    def _what_goes_together(self) -> "S3Settings":
        if (self.access_key_id is None) != (self.secret_access_key is None):
            raise ValueError("PARLEY_S3_ACCESS_KEY_ID and PARLEY_S3_SECRET_ACCESS_KEY go together: set both.")
        if self.kms_key_id is not None and self.encryption != "aws:kms":
            raise ValueError("PARLEY_S3_KMS_KEY_ID needs PARLEY_S3_ENCRYPTION=aws:kms.")
        return self


class VectorSettings(BaseModel):
    """The variables of a store of vectors beside the database."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    store: Literal[
        "pgvector", "chroma", "faiss", "lancedb", "opensearch", "pinecone", "qdrant", "s3vectors"
    ] = Field("pgvector", description="Where searches by meaning look; `pgvector` is the database itself.")
    store_url: Annotated[str | None, AfterValidator(_store_url)] = Field(
        None,
        description="Address of the store; `s3://bucket/folder` for `lancedb` in a bucket. Without one, "
        "`chroma` and `lancedb` keep files of their own.",
    )
    store_key: SecretStr | None = Field(
        None, description="Key of the store; `user:password` for `opensearch`."
    )
    store_prefix: str = Field(
        "parley",
        pattern=r"^[a-z][a-z0-9-]{1,16}$",
        description="What the names of everything in the store begin with; another one for each Parley.",
    )
    store_path: Path | None = Field(
        None,
        description="Folder for stores that keep files (`chroma`, `faiss`, `lancedb`), instead of one in the "
        "data folder.",
    )
    store_bucket: str | None = Field(None, description="Vector bucket of `s3vectors`.")
    store_region: str | None = Field(
        None, description="Region of AWS; with one, requests to `opensearch` are signed for AWS."
    )
    store_endpoint_url: HttpUrl = Field(
        None, description="Address of the S3 that `lancedb` uses, where it is not Amazon's own."
    )
    store_access_key_id: str | None = Field(
        None,
        description="Key for AWS; without it the credentials are found as AWS's own tools find them "
        "(profile, role).",
    )
    store_secret_access_key: SecretStr | None = Field(
        None, description="Goes with PARLEY_VECTOR_STORE_ACCESS_KEY_ID."
    )
    store_session_token: SecretStr | None = Field(
        None, description="Goes with temporary keys for the vector store."
    )

    @model_validator(mode="after")
    def _what_goes_together(self) -> "VectorSettings":
        if (self.store_access_key_id is None) != (self.store_secret_access_key is None):
            raise ValueError(
                "PARLEY_VECTOR_STORE_ACCESS_KEY_ID and PARLEY_VECTOR_STORE_SECRET_ACCESS_KEY go together: "
                "set both."
            )
        return self
