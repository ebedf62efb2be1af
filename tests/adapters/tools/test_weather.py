"""The weather, from a server that answers as Open-Meteo's public description says it does."""

from collections.abc import Mapping
from typing import Any

import pytest
from aiohttp import web

from parley.adapters.tools.kit import Kit
from parley.adapters.tools.weather import Weather
from parley.core.tools.model import Invocation, ToolFailed
from parley.core.workspaces.model import WorkspaceScope
from parley.testing.tools import ToolContract
from tests.http_servers import Serve

_PLACES: dict[str, Any] = {
    "results": [
        {
            **{"id": 2267057, "name": "Lisbon", "latitude": 38.71667, "longitude": -9.13333},
            **{"country": "Portugal", "admin1": "Lisbon", "timezone": "Europe/Lisbon"},
        }
    ],
    "generationtime_ms": 0.5,
}


def _forecast(days: int) -> dict[str, Any]:
    return {
        "timezone": "Europe/Lisbon",
        "current": {
            **{"time": "2026-07-01T13:30", "interval": 900, "temperature_2m": 27.4, "weather_code": 2},
            **{"apparent_temperature": 28, "relative_humidity_2m": 41, "precipitation": 0.0},
            "wind_speed_10m": None,
        },
        "daily": {
            "time": [f"2026-07-0{day + 1}" for day in range(days)],
            "weather_code": [61] * days,
            "temperature_2m_max": [29.1] * days,
            "temperature_2m_min": [17.0] * days,
            "precipitation_sum": [1.5] * days,
            "precipitation_probability_max": [None] * days,
        },
    }


async def _open_meteo(request: web.Request) -> web.Response:
    if request.path == "/search":
        place = request.query["name"]
        if place == "Fault":
            return web.json_response({"error": True}, status=500)
        return web.json_response(_PLACES if place == "Lisbon" else {"generationtime_ms": 0.1})
    assert request.query["latitude"] == "38.71667"
    assert request.query["timezone"] == "auto"
    return web.json_response(_forecast(int(request.query["forecast_days"])))


class TestWeather(ToolContract):
    arguments: Mapping[str, Any] = {"place": "Lisbon", "days": 2}

    @pytest.fixture
    async def tool(self, kit: Kit, serve: Serve) -> Weather:
        url = await serve(_open_meteo)
        return Weather(kit, places_url=f"{url}/search", forecast_url=f"{url}/forecast")

    async def test_now_and_the_days_to_come_are_told(self, tool: Weather, scope: WorkspaceScope) -> None:
        lines = (await tool.run(Invocation(self.arguments, scope))).text.splitlines()
        assert lines == [
            "Weather in Lisbon, Portugal",
            "Now (2026-07-01T13:30 Europe/Lisbon): partly cloudy, 27.4 °C (feels like 28 °C), humidity 41 %,"
            " precipitation 0 mm, wind unknown km/h",
            "2026-07-01: light rain, 17 to 29.1 °C, precipitation 1.5 mm (chance unknown %)",
            "2026-07-02: light rain, 17 to 29.1 °C, precipitation 1.5 mm (chance unknown %)",
            "Source: Open-Meteo",
        ]

    @pytest.mark.parametrize(("place", "why"), [("Nowhere", "No place is named"), ("Fault", "HTTP 500")])
    async def test_a_place_without_weather_is_said(
        self, tool: Weather, scope: WorkspaceScope, place: str, why: str
    ) -> None:
        with pytest.raises(ToolFailed, match=why):
            await tool.run(Invocation({"place": place}, scope))

    async def test_something_else_than_weather_is_said(
        self, kit: Kit, serve: Serve, scope: WorkspaceScope
    ) -> None:
        async def other(request: web.Request) -> web.Response:
            return web.json_response({"results": "none"})

        url = await serve(other)
        with pytest.raises(ToolFailed, match="something else"):
            await Weather(kit, places_url=url, forecast_url=url).run(Invocation(self.arguments, scope))
