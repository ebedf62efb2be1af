"""The contract of a Reranker: subclass it beside each adapter's tests."""

from parley.core.knowledge.ports import Reranker

QUESTION = "How long is the warranty?"
PASSAGES = ("Batteries charge in an hour.", "The warranty lasts two years.", "Warranty cards are blue.")
JUDGED = (1.0, 9.0, 4.0)
"""What the service that the fixture asks is to answer, in the order of the passages."""


class RerankerContract:
    """Needs a fixture `reranker` whose service judges PASSAGES as JUDGED, and any one passage as 1."""

    async def test_it_names_its_provider_and_model(self, reranker: Reranker) -> None:
        assert all(reranker.name.partition(":"))

    async def test_each_passage_is_judged_in_order(self, reranker: Reranker) -> None:
        relevance = await reranker.relevance(QUESTION, PASSAGES)
        assert len(relevance) == len(PASSAGES)
        order = sorted(range(len(PASSAGES)), key=lambda place: -relevance[place])
        assert order == sorted(range(len(PASSAGES)), key=lambda place: -JUDGED[place])

    async def test_one_passage_alone_is_judged(self, reranker: Reranker) -> None:
        assert len(await reranker.relevance(QUESTION, PASSAGES[:1])) == 1
