"""Vector stores beside the database: one file per store; a class is imported when it is asked for."""

VECTOR_STORES: dict[str, str] = {
    "chroma": "parley.adapters.vectors.chroma:Chroma",
    "faiss": "parley.adapters.vectors.faiss:Faiss",
    "lancedb": "parley.adapters.vectors.lancedb:LanceDb",
    "opensearch": "parley.adapters.vectors.opensearch:OpenSearch",
    "pinecone": "parley.adapters.vectors.pinecone:Pinecone",
    "qdrant": "parley.adapters.vectors.qdrant:Qdrant",
    "s3vectors": "parley.adapters.vectors.s3vectors:S3Vectors",
}
"""The stores that mirror the database's vectors; pgvector is the database itself."""
