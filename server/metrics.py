"""What operators read: `/healthz`, `/readyz` and `/metrics` in Prometheus's text format.

In: functions that return numbers by name. Out: HTTP answers.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass

from aiohttp import web
from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Source:
    """One part's numbers: `counters` only ever grow, `gauges` go both ways. Names get `zvonok_<part>_` in front."""

    part: str
    counters: Callable[[], Mapping[str, int]]
    gauges: Callable[[], Mapping[str, float]]


class _Numbers(Collector):
    def __init__(self, sources: Iterable[Source]) -> None:
        self._sources = tuple(sources)

    def collect(self) -> Iterable[Metric]:
        for source in self._sources:
            for name, count in source.counters().items():
                described = f"{source.part}: {name.replace('_', ' ')}"
                yield CounterMetricFamily(f"zvonok_{source.part}_{name}", described, value=count)
            for name, value in source.gauges().items():
                described = f"{source.part}: {name.replace('_', ' ')} now"
                yield GaugeMetricFamily(f"zvonok_{source.part}_{name}", described, value=value)


def setup(app: web.Application, sources: Iterable[Source], ready: Callable[[], Awaitable[str]]) -> None:
    """Add the three addresses. `ready` returns "" or one sentence about what is missing."""
    registry = CollectorRegistry()
    registry.register(_Numbers(sources))
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)

    async def healthz(request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(request: web.Request) -> web.Response:
        missing = await ready()
        return web.Response(status=503 if missing else 200, text=f"{missing or 'ready'}\n")

    async def metrics(request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(registry), headers={"Content-Type": TEXT_FORMAT})

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)
