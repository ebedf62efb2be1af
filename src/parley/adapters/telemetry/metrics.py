"""Prometheus metrics: every name, its help and its labels in one table."""

from dataclasses import dataclass
from typing import Literal

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.process_collector import ProcessCollector


@dataclass(frozen=True, slots=True)
class MetricSpec:
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


METRICS = {
    "parley_http_requests": MetricSpec("counter", "Requests answered.", ("method", "route", "status")),
    "parley_http_request_seconds": MetricSpec(
        "histogram", "Seconds until the response began.", ("method", "route")
    ),
    "parley_sockets": MetricSpec("gauge", "WebSocket connections open in this process."),
    "parley_turns": MetricSpec("counter", "Turns that ended.", ("state", "model")),
    "parley_turns_running": MetricSpec("gauge", "Turns running in this process."),
    "parley_first_token_seconds": MetricSpec(
        "histogram", "Seconds from a turn's start to its first text.", ("model",)
    ),
    "parley_turn_seconds": MetricSpec("histogram", "Seconds from a turn's start to its end.", ("model",)),
    "parley_model_attempts": MetricSpec(
        "counter", "Calls of models, by what became of them.", ("model", "outcome")
    ),
    "parley_tool_calls": MetricSpec(
        "counter", "Calls of tools in turns that ended, by what became of them.", ("kind", "outcome")
    ),
    "parley_tokens": MetricSpec("counter", "Tokens used.", ("model", "direction")),
    "parley_cost_micros": MetricSpec("counter", "Micros of USD spent, where the price is known.", ("model",)),
    "parley_budget_refusals": MetricSpec("counter", "Calls refused by a budget.", ("holder",)),
    "parley_budget_warnings": MetricSpec("counter", "Limits that came to 80 % used.", ("holder",)),
    "parley_cache": MetricSpec("counter", "Look-ups in caches.", ("cache", "outcome")),
}

MOST_MODELS = 100
"""Different values of the label `model`; each makes time series of its own."""


class PrometheusMetrics:
    """Implements `Metrics` on a registry of its own. A name missing from `METRICS` raises KeyError."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._models: set[str] = set()
        ProcessCollector(registry=self._registry)
        self._counters: dict[str, Counter] = {}
        self._gauges: dict[str, Gauge] = {}
        self._histograms: dict[str, Histogram] = {}
        for name, spec in METRICS.items():
            match spec.kind:
                case "counter":
                    self._counters[name] = Counter(name, spec.help, spec.labels, registry=self._registry)
                case "gauge":
                    self._gauges[name] = Gauge(name, spec.help, spec.labels, registry=self._registry)
                case "histogram":
                    self._histograms[name] = Histogram(
                        name, spec.help, spec.labels, buckets=spec.buckets, registry=self._registry
                    )

    def count(self, name: str, amount: float = 1, /, **labels: str) -> None:
        metric = self._counters[name]
        (metric.labels(**self._bounded(labels)) if labels else metric).inc(amount)

    def observe(self, name: str, value: float, /, **labels: str) -> None:
        metric = self._histograms[name]
        (metric.labels(**self._bounded(labels)) if labels else metric).observe(value)

    def gauge(self, name: str, change: float, /, **labels: str) -> None:
        metric = self._gauges[name]
        (metric.labels(**labels) if labels else metric).inc(change)

    def _bounded(self, labels: dict[str, str]) -> dict[str, str]:
        """Any bot may name any model: past a number of them the rest is counted together."""
        model = labels.get("model")
        if model is None or model in self._models:
            return labels
        if len(self._models) >= MOST_MODELS:
            return labels | {"model": "other"}
        self._models.add(model)
        return labels

    def render(self) -> tuple[bytes, str]:
        """The exposition text and its content type."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST
