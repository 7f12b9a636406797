"""Identity's HTTP interface. In: an aiohttp application. Out: the same with the page's paths about profiles served."""

from aiohttp import web

from identity.http import profile, sign_in
from identity.http.guard import Guard
from identity.service import Identity


def setup(app: web.Application, identity: Identity) -> None:
    """Add identity's routes to an application that is not running yet."""
    guard = Guard(identity.random)
    sign_in.add_routes(app, identity, guard)
    profile.add_routes(app, identity, guard)
