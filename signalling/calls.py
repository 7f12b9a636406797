"""The port `Calls`: other features open calls, end them, and let people in."""

from livekit.protocol import models

from signalling.core.grants import Claims, grants_of_role
from signalling.core.limits import require_size
from signalling.events import CallEnded
from signalling.ports import Admission
from signalling.rooms import Rooms
from signalling.surroundings import Surroundings

ADMISSION_LIFETIME = 300
"""Seconds from admission to joining; who has joined is given fresh tokens."""


class CallService:
    """Implements `ports.Calls`. The main room of a call has the call's id as its name."""

    def __init__(self, around: Surroundings, rooms: Rooms) -> None:
        self._around = around
        self._rooms = rooms

    async def open_call(self, call: str, *, title: str) -> None:
        """The call's main room may be joined from now on; its metadata is `{"title": ...}`."""
        require_size(call, self._around.config.limits.room_name, "the call's id")
        self._around.calls.open(call, title)

    async def end_call(self, call: str) -> None:
        """Everybody leaves (ROOM_DELETED), the room closes and cannot be joined until opened again."""
        live = self._rooms.find(call)
        if live is not None:
            self._rooms.close(call, models.DisconnectReason.ROOM_DELETED)
        if self._around.calls.end(call):
            self._around.emit(CallEnded(call, self._around.wall()))

    def admit(self, call: str, admission: Admission) -> str:
        """A token for the call's main room. Raises LookupError when the call is not open."""
        if self._around.calls.title(call) is None:
            raise LookupError("the call is not open")
        config = self._around.config
        claims = Claims(
            identity=admission.identity,
            name=admission.name,
            attributes={**admission.attributes, "role": admission.role},
            grants=grants_of_role(admission.role, call, learners_share_screen=config.learners_share_screen),
            call=True,
        )
        return self._around.tokens.sign(claims, ADMISSION_LIFETIME)
