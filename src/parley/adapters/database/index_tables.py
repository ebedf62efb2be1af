"""The tables of the word index as SQLAlchemy Core sees them."""

from sqlalchemy import BigInteger, Column, Identity, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from parley.adapters.database.tables import metadata

term_blocks = Table(
    "term_blocks",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("collection_id", Uuid, primary_key=True),
    Column("term", Text, primary_key=True),
    Column("principals", ARRAY(Uuid)),
    Column("first_chunk", BigInteger, nullable=False),
    Column("last_chunk", BigInteger, nullable=False),
    Column("postings", LargeBinary, nullable=False),
)

# The way back: what a document has in the blocks.
document_terms = Table(
    "document_terms",
    metadata,
    Column("document_id", Uuid, primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("collection_id", Uuid, nullable=False),
    Column("principals", ARRAY(Uuid)),
    Column("chunk_ids", ARRAY(BigInteger), nullable=False),
    Column("terms", ARRAY(Text), nullable=False),
)

# What is still in the blocks of documents that are gone.
dead_postings = Table(
    "dead_postings",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("collection_id", Uuid, nullable=False),
    Column("principals", ARRAY(Uuid)),
    Column("chunk_ids", ARRAY(BigInteger), nullable=False),
    Column("terms", ARRAY(Text), nullable=False),
)

# Chunks and their terms, to be summed; `fresh` counts the chunks that came since the last merge.
corpus_sizes = Table(
    "corpus_sizes",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("workspace_id", Uuid, nullable=False),
    Column("collection_id", Uuid, nullable=False),
    Column("principals", ARRAY(Uuid)),
    Column("chunks", BigInteger, nullable=False),
    Column("terms", BigInteger, nullable=False),
    Column("fresh", BigInteger, nullable=False),
)
