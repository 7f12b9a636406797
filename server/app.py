"""The composition root: configuration in, a running server out. The only place where the parts meet.

Started from the bottom up and closed from the top down: HTTP, signalling, media, forwarding threads, database, tasks.
"""

import logging
import random
import secrets
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack

from aiohttp import web
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from identity.core.addresses import networks
from identity.http import routes as identity_routes
from identity.http.wire import TRUSTED_PROXIES
from identity.oidc import http as outside_http
from identity.oidc.service import OutsideSignIn
from identity.ports import Sms
from identity.service import Identity, IdentityConfig
from identity.sms.gateway import GatewaySms
from identity.sms.log import LogSms
from identity.sms.outbox import OutboxSms
from journal_bridge import http as journal_http
from journal_bridge.bridge import BridgeConfig, JournalBridge
from journal_bridge.lti.service import LtiConfig
from server import metrics, pages
from server.addresses import bindable, local_addresses, thread_count
from server.config import Config, SmsConfig
from server.lifecycle import Spawner
from server.storage import Database, upgrade
from sfu.media import MediaService
from sfu.plane.thread import PlaneThread
from signalling import http as signalling_http
from signalling.config import SignallingConfig
from signalling.core.limits import Limits
from signalling.events import Event
from signalling.ports import Media
from signalling.service import SignallingService
from signalling.store import SqlCallStore

log = logging.getLogger("zvonok.server")

MAX_LINE = 32_768  # bytes: a token with metadata travels in the request line
MAX_BODY = 1_048_576  # bytes


class Server:
    """A running server. `bridge` is the journal's side of it, `port` the TCP port it listens on."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.port = 0
        self._stack = AsyncExitStack()
        self._planes: list[PlaneThread] = []

    async def __aenter__(self) -> "Server":
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _start(self) -> None:
        sms = _sms(self.config.sms)
        self._stack.push_async_callback(sms.close)  # after the task that sends
        spawner = Spawner()
        self._stack.push_async_callback(spawner.close)
        await upgrade(self.config.database.url)
        self._database = Database(self.config.database.url)
        self._stack.push_async_callback(self._database.close)
        media = self._start_media(spawner)
        signalling = self._start_signalling(spawner, media)
        self.identity = self._start_identity(spawner, sms)
        self.bridge = JournalBridge(
            self._database,
            signalling.calls,
            classes=signalling.steering,
            identity=self.identity,
            spawn=spawner.spawn,
            clock=time.time,
            random=secrets.token_bytes,
            config=BridgeConfig(
                self.config.http.public_url,
                self.config.calls.exclusive,
                webhooks_allow=networks(self.config.webhooks.allow),
                bigbluebutton=self.config.bigbluebutton.secrets,
                lti=LtiConfig(self.config.lti.registration_secret, networks(self.config.lti.allow)),
            ),
        )
        self._stack.push_async_callback(self.bridge.close)
        await self.bridge.resume_running_calls()
        self.bridge.start()
        await self._serve(self._application(media, signalling), signalling)

    def _start_identity(self, spawner: Spawner, sms: Sms) -> Identity:
        chosen = self.config.identity
        config = IdentityConfig(
            public_url=self.config.http.public_url,
            operator=chosen.operator,
            support=chosen.support,
            region=chosen.region,
            codes_per_address=chosen.codes_per_address,
            providers=tuple((name, provider.title) for name, provider in self.config.oidc.items()),
        )
        identity = Identity(
            self._database,
            clock=time.time,
            random=secrets.token_bytes,
            spawn=spawner.spawn,
            config=config,
            sms=sms,
        )
        identity.start()
        return identity

    def _start_media(self, spawner: Spawner) -> MediaService:
        config = self.config.media
        addresses = config.addresses or local_addresses()
        self._planes = [
            _plane(bindable(addresses, config.port, thread), realtime=config.realtime)
            for thread in range(thread_count(config.threads))
        ]
        service = MediaService(self._planes, spawn=spawner.spawn, advertised=config.advertise)
        self._stack.push_async_callback(service.close)
        return service

    def _start_signalling(self, spawner: Spawner, media: Media) -> SignallingService:
        calls = self.config.calls
        config = SignallingConfig(
            keys=self.config.keys,
            limits=Limits(participants_per_room=calls.max_participants),
            auto_create=calls.auto_create,
            simulation=calls.simulate,
        )
        service = SignallingService(
            config,
            media,
            spawn=spawner.spawn,
            clock=time.monotonic,
            wall=time.time,
            emit=self._heard,
            store=SqlCallStore(self._database, time.time),
            random=random.SystemRandom(),
        )
        self._stack.push_async_callback(service.close)
        return service

    def _application(self, media: MediaService, signalling: SignallingService) -> web.Application:
        app = web.Application(client_max_size=MAX_BODY)
        app[TRUSTED_PROXIES] = networks(self.config.http.trusted_proxies)
        signalling_http.setup(app, signalling)
        identity_routes.setup(app, self.identity)
        outside = OutsideSignIn(
            self._database,
            self.config.oidc,
            limits=self.identity.limits,
            clock=time.time,
            random=secrets.token_bytes,
        )
        outside_http.add_routes(app, self.identity, outside)
        journal_http.setup(app, self.bridge)
        sources = (
            metrics.Source("media", media.counters, media.gauges),
            metrics.Source("signalling", signalling.counters, signalling.gauges),
        )
        metrics.setup(app, sources, self._ready)
        pages.setup(app)
        return app

    async def _serve(self, app: web.Application, signalling: SignallingService) -> None:
        # No access log: tokens and tickets travel in addresses.
        runner = web.AppRunner(app, access_log=None, max_line_size=MAX_LINE, max_field_size=MAX_LINE)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, self.config.http.host, self.config.http.port)
        await site.start()
        # Clients are sent away while the sockets still stand, so that they hear of it.
        self._stack.push_async_callback(signalling.close)
        self.port = runner.addresses[0][1]
        media = ", ".join(f"{address}:{port}" for plane in self._planes for address, port in plane.addresses)
        log.info("listening on %s:%d, media on UDP %s", self.config.http.host, self.port, media)

    def _heard(self, event: Event) -> None:
        log.info("%s", event)
        self.bridge.heard(event)

    async def _ready(self) -> str:
        try:
            async with self._database.read() as connection:
                await connection.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError) as error:
            log.warning("the database does not answer: %s", error)
            return "the database does not answer"
        return ""


def _sms(config: SmsConfig) -> Sms:
    match config.adapter:
        case "gateway":
            return GatewaySms(config.template)
        case "outbox":
            return OutboxSms(time.time)
        case "log":
            return LogSms()


def _plane(addresses: Sequence[tuple[str, int]], *, realtime: bool) -> PlaneThread:
    if not addresses:
        raise OSError("this machine has no address for media")
    try:
        return PlaneThread(addresses, realtime=realtime)
    except OSError as error:
        places = ", ".join(f"{address} port {port}" for address, port in addresses)
        raise OSError(error.errno, f"{error.strerror} (UDP for media: {places})") from error
