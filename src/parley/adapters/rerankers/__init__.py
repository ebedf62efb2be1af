"""Rerankers by provider; a class is imported when it is first asked for."""

RERANKERS: dict[str, str] = {
    "cohere": "parley.adapters.rerankers.rank_api:RankApi",
    "jina": "parley.adapters.rerankers.rank_api:RankApi",
    "openai": "parley.adapters.rerankers.judging_model:JudgingModel",
}
