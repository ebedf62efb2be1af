"""Leaves a failing model alone for a while, then lets one request try it."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from parley.core.llm.model import ModelError, ModelName, ModelPaused

MODELS_REMEMBERED = 1_000
"""Names come from the configurations of bots, so there is no end of them."""


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    failures: int = 5
    """As many in a row open the breaker."""
    pause_s: float = 15.0
    longest_pause_s: float = 300.0
    """How far a provider's Retry-After can extend the pause."""


@dataclass(slots=True)
class _Record:
    failures: int = 0
    paused_until: float = 0.0
    probing: bool = False


class Permit:
    """One request's leave to ask a model; how it ends is told here, and `release` is always called last."""

    def __init__(self, record: _Record, policy: BreakerPolicy, monotonic: Callable[[], float]) -> None:
        self._record = record
        self._policy = policy
        self._monotonic = monotonic
        self._probe = record.failures >= policy.failures
        record.probing = record.probing or self._probe

    def spoke(self) -> None:
        """The model began to answer: others may ask it too, but its next failure pauses it again."""
        if self._probe:
            self._record.failures = self._policy.failures - 1
            self.release()

    def answered(self) -> None:
        self._record.failures = 0

    def failed(self, error: ModelError) -> None:
        """Only what may pass by itself counts: a wrong key or request says nothing about the next one."""
        if not error.retryable:
            return
        policy, asked_to_wait_s = self._policy, error.retry_after_s or 0.0
        self._record.failures += 1
        if asked_to_wait_s > policy.pause_s:
            self._record.failures = policy.failures  # the provider has said that asking earlier is no use
        if self._record.failures >= policy.failures:
            pause_s = max(policy.pause_s, min(asked_to_wait_s, policy.longest_pause_s))
            self._record.paused_until = self._monotonic() + pause_s

    def release(self) -> None:
        """A probe that ended without a verdict, such as a cancelled one, makes room for the next."""
        if self._probe:
            self._probe = self._record.probing = False


class Breakers:
    """One breaker for each model and key that this process asks with."""

    def __init__(self, policy: BreakerPolicy, monotonic: Callable[[], float]) -> None:
        self._policy = policy
        self._monotonic = monotonic
        self._records: dict[tuple[ModelName, UUID | None], _Record] = {}

    def admit(self, name: ModelName, key_id: UUID | None = None) -> Permit:
        """Raises ModelPaused while the model is left alone, or while one request is trying it."""
        record = self._records.get((name, key_id))
        if record is None:
            record = self._remember(name, key_id)
        elif record.failures >= self._policy.failures:
            left_s = record.paused_until - self._monotonic()
            if left_s > 0 or record.probing:
                raise ModelPaused(name, left_s)
        return Permit(record, self._policy, self._monotonic)

    def _remember(self, name: ModelName, key_id: UUID | None) -> _Record:
        if len(self._records) >= MODELS_REMEMBERED:
            del self._records[next(iter(self._records))]
        return self._records.setdefault((name, key_id), _Record())
