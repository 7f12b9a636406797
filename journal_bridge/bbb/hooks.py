"""The calls of bbb-webhooks: a client says where it wants to hear of its meetings.

In: whose request it is and its parameters. Out: elements of the answer. Methods raise BbbError.
"""

from collections.abc import Callable

from sqlalchemy.exc import IntegrityError

from identity.ports import Database
from journal_bridge.core.bbb import BbbError, Parameters, invalid, is_web_address, meeting_id
from journal_bridge.core.bbb_answers import SUCCESS, message
from journal_bridge.core.bbb_hooks import MAX_HOOKS, Hook
from journal_bridge.core.bbb_meetings import CLIENT_PREFIX
from journal_bridge.core.bbb_xml import Fields
from journal_bridge.store import bbb as store

MAX_EVENTS = 1000  # characters of a list


class Hooks:
    """A client's hooks. `check` raises ValueError for an address that we would never connect to."""

    def __init__(self, database: Database, check: Callable[[str], None]) -> None:
        self._database = database
        self._check = check

    async def create(self, client: str, parameters: Parameters) -> Fields:
        """`hooks/create`. `getRaw` changes nothing: nobody has raw messages of a server of another make."""
        url, whose = self._url(parameters), CLIENT_PREFIX + client
        ext_id = meeting_id(parameters) if parameters.text("meetingID") else None
        events = parameters.listed("eventID")
        if len(parameters.text("eventID")) > MAX_EVENTS:
            raise invalid("eventID is too long.")
        try:
            async with self._database.write() as connection:
                known = await store.hooks(connection, whose)
                same = next((hook for hook in known if hook.url == url), None)
                if same is None:
                    if len(known) >= MAX_HOOKS:
                        raise BbbError("createHookError", f"You have {MAX_HOOKS} hooks; destroy one.")
                    number = await store.add_hook(connection, whose, url, ext_id, events)
        except IntegrityError:  # somebody created it between our look and our insert
            async with self._database.read() as connection:
                same = next(hook for hook in await store.hooks(connection, whose) if hook.url == url)
        if same is not None:
            known_words = message("duplicateWarning", "There is already a hook for this callback URL.")
            return SUCCESS, ("hookID", same.number), *known_words
        return SUCCESS, ("hookID", number), ("permanentHook", False), ("rawData", False)

    async def destroy(self, client: str, parameters: Parameters) -> Fields:
        """`hooks/destroy`."""
        text = parameters.text("hookID")
        if not text:
            raise BbbError("missingParamHookID", "You must specify a hookID in the parameters.")
        if text.isascii() and text.isdigit() and len(text) <= 15:
            async with self._database.write() as connection:
                if await store.remove_hook(connection, CLIENT_PREFIX + client, int(text)):
                    return SUCCESS, ("removed", True)
        raise BbbError("destroyMissingHook", "The hook informed was not found.")

    async def list(self, client: str, parameters: Parameters) -> Fields:
        """`hooks/list`: with a meeting, those that hear of it."""
        ext_id = parameters.text("meetingID")
        async with self._database.read() as connection:
            found = await store.hooks(connection, CLIENT_PREFIX + client)
        wanted = [hook for hook in found if not ext_id or hook.ext_id in (None, ext_id)]
        return SUCCESS, ("hooks", tuple(("hook", _hook(hook)) for hook in wanted))

    def _url(self, parameters: Parameters) -> str:
        url = parameters.text("callbackURL")
        if not url:
            raise BbbError("missingParamCallbackURL", "You must specify a callbackURL in the parameters.")
        if not is_web_address(url):
            raise invalid("callbackURL is not a web address.")
        try:
            self._check(url)
        except ValueError as error:
            raise invalid(f"callbackURL: {error}") from None
        return url


def _hook(hook: Hook) -> Fields:
    meeting = () if hook.ext_id is None else (("meetingID", hook.ext_id),)
    events = () if not hook.events else (("eventID", ",".join(hook.events)),)
    return (
        ("hookID", hook.number),
        ("callbackURL", hook.url),
        *meeting,
        *events,
        ("permanentHook", False),
        ("rawData", False),
    )
