"""Faults on request, for the test suites of clients. Only behind a switch of the configuration."""

from livekit.protocol import models, rtc

from signalling.core import membership, speakers
from signalling.core.errors import Refusal, UserError
from signalling.core.messages import Action
from signalling.core.participant import Participant
from signalling.core.room import Room

Reason = models.DisconnectReason

MAX_SPEECH = 60.0
"""Seconds that a simulated speaker speaks at most."""


def simulate(room: Room, who: Participant, request: rtc.SimulateScenario, now: float) -> None:
    """Do to the participant what it asks for. Raises UserError for a scenario that there is none of."""
    match request.WhichOneof("scenario"):
        case "speaker_update":
            speakers.simulate(room, who, min(float(request.speaker_update), MAX_SPEECH), now)
        case "node_failure":
            membership.remove(room, who, Reason.SERVER_SHUTDOWN, None, now)
        case "server_leave":
            membership.remove(room, who, Reason.SERVER_SHUTDOWN, Action.DISCONNECT, now)
        case "leave_request_full_reconnect":
            membership.remove(room, who, Reason.CLIENT_INITIATED, Action.RECONNECT, now)
        case "migration":
            membership.remove(room, who, Reason.MIGRATION, Action.RECONNECT, now)
        case "disconnect_signal_on_resume" | "disconnect_signal_on_resume_no_messages":
            who.cut_on_resume = True
        case scenario:
            raise UserError(Refusal.UNSUPPORTED, f"no such scenario: {scenario}")
