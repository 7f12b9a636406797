"""The bridge's HTTP interface. In: an aiohttp application. Out: the same with /v1, /docs and pages' requests served."""

from aiohttp import web

from identity.http.guard import Guard
from journal_bridge.bbb import http as bigbluebutton
from journal_bridge.bridge import JournalBridge
from journal_bridge.http import api, calendars, docs, home, invites, link_pages, pages, schools
from journal_bridge.lti import http as lti

__all__ = ["setup"]


def setup(app: web.Application, bridge: JournalBridge) -> None:
    """Add the bridge's routes to an application that is not running yet."""
    guard = Guard(bridge.random)

    async def end_streams(_app: web.Application) -> None:
        bridge.events.close()

    app.on_shutdown.append(end_streams)
    app.add_subapp("/v1/", api.application(bridge, guard))
    if bridge.config.bigbluebutton:
        bigbluebutton.add_routes(app, bridge.bigbluebutton, bridge.config.public_url)
    calendars.add_routes(app, bridge, guard)
    docs.add_routes(app, api.ROUTES, guard)
    lti.add_routes(app, bridge)
    pages.add_routes(app, bridge, guard)
    link_pages.add_routes(app, bridge, guard)
    home.add_routes(app, bridge, guard)
    schools.add_routes(app, bridge, guard)
    invites.add_routes(app, bridge, guard)
