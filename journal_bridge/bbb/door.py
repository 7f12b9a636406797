"""BigBlueButton's interface as one object. In: meetings, tickets, attendance, clients' secrets. Out: its parts, joined.

Owned by the bridge, which starts and closes it.
"""

from collections.abc import Callable, Mapping

from identity.ports import Database
from identity.store import IdentityStore
from journal_bridge.bbb.callbacks import Attendances, Callbacks
from journal_bridge.bbb.hooks import Hooks
from journal_bridge.bbb.service import BigBlueButton
from journal_bridge.core.targets import Targets
from journal_bridge.meetings import Meetings
from journal_bridge.webhooks_sending import Sender
from signalling.events import Event


class Door:
    """`secrets` of clients by name; without any, nothing is served and nothing sent."""

    def __init__(
        self,
        database: Database,
        meetings: Meetings,
        tickets: IdentityStore,
        attendance: Attendances,
        *,
        secrets: Mapping[str, str],
        targets: Targets,
        public_url: str,
        clock: Callable[[], float],
        random: Callable[[int], bytes],
    ) -> None:
        self.secrets = secrets
        self._sender = Sender(targets)
        self.callbacks = Callbacks(
            database,
            meetings,
            attendance,
            self._sender,
            secrets,
            clock=clock,
            chance=lambda: int.from_bytes(random(2)) / 0xFFFF,
            public_url=public_url,
        )
        self.hooks = Hooks(database, targets.check_url)
        self.service = BigBlueButton(database, meetings, tickets, self.callbacks, random=random)

    def heard(self, event: Event) -> None:
        """One of signalling's events, in order. Does not wait and does not raise."""
        if self.secrets:
            self.callbacks.heard(event)

    async def run(self) -> None:
        """Send callbacks until `close`."""
        if self.secrets:
            await self.callbacks.run()

    async def close(self) -> None:
        """Everything heard is in the database when this returns; what is under way is tried again after the start."""
        await self._sender.close()
        await self.callbacks.close()
