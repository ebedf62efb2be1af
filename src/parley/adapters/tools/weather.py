"""Tells the weather of a place, from Open-Meteo, which needs no key."""

from typing import Annotated, TypeVar
from urllib.parse import urlencode

import msgspec
from msgspec import Meta

from parley.adapters.outbound.fetcher import JSON_TYPES, Ask
from parley.adapters.tools.arguments import Arguments, read, schema_of
from parley.adapters.tools.kit import Kit
from parley.core.tools.model import Invocation, ToolDescription, ToolFailed, ToolOutput

PLACES_URL = "https://geocoding-api.open-meteo.com/v1/search"
FORECAST_URL = "https://api.open-meteo.com/v1/forecast"

_CURRENT = (
    "temperature_2m,apparent_temperature,relative_humidity_2m,precipitation,weather_code,wind_speed_10m"
)
_DAILY = "weather_code,temperature_2m_max,temperature_2m_min,precipitation_sum,precipitation_probability_max"

# The codes of the World Meteorological Organization that the service uses.
_SKY = {
    **{0: "clear", 1: "mainly clear", 2: "partly cloudy", 3: "overcast", 45: "fog", 48: "rime fog"},
    **{
        51: "light drizzle",
        53: "drizzle",
        55: "dense drizzle",
        56: "freezing drizzle",
        57: "freezing drizzle",
    },
    **{61: "light rain", 63: "rain", 65: "heavy rain", 66: "freezing rain", 67: "freezing rain"},
    **{71: "light snow", 73: "snow", 75: "heavy snow", 77: "snow grains"},
    **{80: "light showers", 81: "showers", 82: "violent showers", 85: "snow showers", 86: "snow showers"},
    **{95: "thunderstorm", 96: "thunderstorm with hail", 99: "thunderstorm with hail"},
}


class WeatherArguments(Arguments, frozen=True):
    place: Annotated[
        str, Meta(min_length=1, max_length=100, description="A town, such as Lisbon, or a postal code.")
    ]
    days: Annotated[int, Meta(ge=1, le=7, description="Days of forecast, today among them.")] = 3


class _Place(msgspec.Struct):
    name: str
    latitude: float
    longitude: float
    country: str = ""
    admin1: str = ""

    @property
    def label(self) -> str:
        return ", ".join(dict.fromkeys(filter(None, (self.name, self.admin1, self.country))))


class _Places(msgspec.Struct):
    results: list[_Place] = []


class _Current(msgspec.Struct):
    time: str
    temperature_2m: float | None = None
    apparent_temperature: float | None = None
    relative_humidity_2m: float | None = None
    precipitation: float | None = None
    weather_code: int | None = None
    wind_speed_10m: float | None = None


class _Daily(msgspec.Struct):
    time: list[str]
    weather_code: list[int | None]
    temperature_2m_max: list[float | None]
    temperature_2m_min: list[float | None]
    precipitation_sum: list[float | None]
    precipitation_probability_max: list[float | None]


class _Forecast(msgspec.Struct):
    current: _Current
    daily: _Daily
    timezone: str = ""


_T = TypeVar("_T")


class Weather:
    description = ToolDescription(
        "weather",
        "The weather in a place now, and the forecast for up to 7 days, in °C, mm and km/h.",
        schema_of(WeatherArguments),
        changes_things=False,
    )

    def __init__(self, kit: Kit, *, places_url: str = PLACES_URL, forecast_url: str = FORECAST_URL) -> None:
        self._web = kit.web
        self._places_url = places_url
        self._forecast_url = forecast_url

    async def run(self, invocation: Invocation) -> ToolOutput:
        arguments = read(WeatherArguments, invocation.arguments)
        query = {"name": arguments.place, "count": 1, "language": "en", "format": "json"}
        places = await self._ask(self._places_url, query, _Places)
        if not places.results:
            raise ToolFailed(f"No place is named {arguments.place!r}.", hint="Name a larger town nearby.")
        place = places.results[0]
        where = {"latitude": place.latitude, "longitude": place.longitude, "timezone": "auto"}
        what = {"current": _CURRENT, "daily": _DAILY, "forecast_days": arguments.days}
        forecast = await self._ask(self._forecast_url, where | what, _Forecast)
        return ToolOutput(_told(place, forecast))

    async def _ask(self, url: str, query: dict[str, object], kind: type[_T]) -> _T:
        reply = await self._web.send(Ask(f"{url}?{urlencode(query)}", media_types=JSON_TYPES))
        if not reply.is_success:
            raise ToolFailed(f"The weather service answered with HTTP {reply.status}.", hint="Try later.")
        try:
            return msgspec.json.decode(reply.body, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise ToolFailed("The weather service answered with something else.", hint="Try later.") from None


def _told(place: _Place, forecast: _Forecast) -> str:
    now, daily = forecast.current, forecast.daily
    lines = [
        f"Weather in {place.label}",
        f"Now ({now.time} {forecast.timezone}): {_sky(now.weather_code)}, {_number(now.temperature_2m)} °C"
        f" (feels like {_number(now.apparent_temperature)} °C), humidity"
        f" {_number(now.relative_humidity_2m)} %, precipitation {_number(now.precipitation)} mm,"
        f" wind {_number(now.wind_speed_10m)} km/h",
    ]
    days = zip(
        daily.time,
        daily.weather_code,
        daily.temperature_2m_min,
        daily.temperature_2m_max,
        daily.precipitation_sum,
        daily.precipitation_probability_max,
        strict=False,  # a service that leaves values out at the end still tells the first days
    )
    lines += [
        f"{day}: {_sky(code)}, {_number(least)} to {_number(most)} °C, precipitation {_number(rain)} mm"
        f" (chance {_number(chance)} %)"
        for day, code, least, most, rain, chance in days
    ]
    return "\n".join([*lines, "Source: Open-Meteo"])


def _sky(code: int | None) -> str:
    return "sky unknown" if code is None else _SKY.get(code, f"weather code {code}")


def _number(value: float | None) -> str:
    return "unknown" if value is None else f"{value:g}"
