"""The bridge's HTTP interface. In: an aiohttp application. Out: the same with /v1, /docs and pages' requests served."""

from aiohttp import web

from identity.http.guard import Guard
from journal_bridge.bridge import JournalBridge
from journal_bridge.http import api, docs, pages

__all__ = ["setup"]


def setup(app: web.Application, bridge: JournalBridge) -> None:
    """Add the bridge's routes to an application that is not running yet."""
    guard = Guard(bridge.random)
    app.add_subapp("/v1/", api.application(bridge, guard))
    docs.add_routes(app, api.ROUTES, guard)
    pages.add_routes(app, bridge, guard)
