"""What Prometheus is told."""

import pytest

from parley.adapters.telemetry.metrics import METRICS, MOST_MODELS, PrometheusMetrics


def test_every_metric_is_exposed_with_its_help() -> None:
    body, content_type = PrometheusMetrics().render()
    assert content_type.startswith("text/plain")
    for spec in METRICS.values():
        assert spec.help in body.decode()


def test_what_is_counted_and_observed_is_shown() -> None:
    metrics = PrometheusMetrics()
    metrics.count("parley_turns", state="done", model="a:b")
    metrics.count("parley_tokens", 7, model="a:b", direction="input")
    metrics.observe("parley_turn_seconds", 0.2, model="a:b")
    metrics.gauge("parley_turns_running", 2)
    metrics.gauge("parley_turns_running", -1)
    text = metrics.render()[0].decode()
    assert 'parley_turns_total{model="a:b",state="done"} 1.0' in text
    assert 'parley_tokens_total{direction="input",model="a:b"} 7.0' in text
    assert 'parley_turn_seconds_count{model="a:b"} 1.0' in text
    assert "parley_turns_running 1.0" in text


def test_a_metric_that_was_never_declared_is_a_fault() -> None:
    with pytest.raises(KeyError):
        PrometheusMetrics().count("parley_unheard_of")


def test_model_names_cannot_fill_the_memory() -> None:
    metrics = PrometheusMetrics()
    for number in range(3 * MOST_MODELS):
        metrics.count("parley_turns", state="done", model=f"openai:{number}")
    text = metrics.render()[0].decode()
    assert text.count("parley_turns_total{") == MOST_MODELS + 1
    assert f'model="other",state="done"}} {2 * MOST_MODELS}.0' in text
