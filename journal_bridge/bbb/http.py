"""/bigbluebutton/api over HTTP. In: a client's request, a person's browser with a join link. Out: XML, a redirect."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

from aiohttp import web

from identity.core.problems import ProblemError
from identity.http.wire import origin, read_body
from journal_bridge.bbb.door import Door
from journal_bridge.bbb.service import Entrance
from journal_bridge.core import bbb, bbb_answers, bbb_xml
from journal_bridge.core.bbb import BbbError, Parameters
from journal_bridge.core.bbb_xml import Fields

MAX_FORM = 64 * 1024  # bytes of a body whose sender is not known yet
MAX_XML = 4 * 1024 * 1024  # bytes; presentations may come inside of `create`, and are not used

HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

ENTRY_PROBLEMS: Mapping[str, str] = {
    "notFound": "meeting_gone",
    "mismatchCreateTimeParam": "meeting_gone",
    "maxParticipantsReached": "meeting_full",
    "guestDeny": "guests_refused",
}
"""What a person whose join link does not work is told by our page; other refusals concern the client's programmer."""

Call = Callable[[str, Parameters], Awaitable[Fields]]


class Requests:
    """Handlers. `public_url` as in `identity.http.wire.origin`."""

    def __init__(self, door: Door, public_url: str) -> None:
        service, hooks = door.service, door.hooks
        self._secrets = door.secrets
        self._join = service.join
        self._public_url = public_url
        self._calls: Mapping[str, Call] = {
            "create": service.create,
            "end": service.end,
            "isMeetingRunning": service.is_meeting_running,
            "getMeetingInfo": service.get_meeting_info,
            "getMeetings": service.get_meetings,
            "getSessions": service.get_sessions,
            "getRecordings": service.get_recordings,
            "publishRecordings": service.change_recordings,
            "updateRecordings": service.change_recordings,
            "deleteRecordings": service.change_recordings,
            "insertDocument": service.refuse_in_meeting,
            "sendChatMessage": service.refuse_in_meeting,
            "hooks/create": hooks.create,
            "hooks/destroy": hooks.destroy,
            "hooks/list": hooks.list,
        }

    async def version(self, request: web.Request) -> web.StreamResponse:
        """GET /bigbluebutton/api: needs no checksum."""
        return _xml(bbb_answers.version())

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """GET or POST /bigbluebutton/api/{call}. A refusal is an answer with status 200, too."""
        call = request.match_info["call"]
        try:
            client, parameters = await self._signed(request, call)
            if call == "join":
                return self._entered(request, await self._join(client, parameters))
            if call not in self._calls:
                raise BbbError("unsupportedRequest", "This request is not supported.")
            return _xml(await self._calls[call](client, parameters))
        except BbbError as error:
            return self._refused(request, call, error)
        except ProblemError as problem:
            if problem.code == "call_ended":  # since we looked
                return self._refused(request, call, bbb.not_found())
            if problem.code == "body_too_large":
                return self._refused(request, call, bbb.invalid(problem.detail))
            return self._refused(request, call, BbbError("internalError", problem.detail))

    async def _signed(self, request: web.Request, call: str) -> tuple[str, Parameters]:
        """Who asks, and what. A large body is read only of a client that proved itself in the address."""
        query = request.raw_path.partition("?")[2]
        if request.method != "POST":
            return self._client(call, query)
        if "checksum=" in query and not _is_form(request):
            known = self._client(call, query)
            self._check_documents(call, await read_body(request, MAX_XML))
            return known
        body = await read_body(request, MAX_FORM)
        if body.lstrip().startswith(b"<"):  # XML that its sender calls a form, as curl does when nobody tells it
            known = self._client(call, query)
            self._check_documents(call, body)
            return known
        return self._client(call, query, body.decode(errors="surrogateescape"))

    def _client(self, call: str, query: str, form: str = "") -> tuple[str, Parameters]:
        signed = bbb.read(query, form)
        return bbb.client_of(signed, call, self._secrets), signed.parameters

    def _check_documents(self, call: str, body: bytes) -> None:
        if call == "create" and body.strip():
            bbb_xml.documents(body)

    def _entered(self, request: web.Request, entrance: Entrance) -> web.Response:
        path = f"/join/{entrance.ticket}"
        if entrance.redirect:
            headers = {**HEADERS, "Location": path, "Referrer-Policy": "no-referrer"}
            return web.Response(status=303, headers=headers)
        url = origin(request, self._public_url) + path
        return _xml(bbb_answers.joined(entrance.meeting, entrance.visitor, entrance.ticket, url))

    def _refused(self, request: web.Request, call: str, error: BbbError) -> web.Response:
        browser = call == "join" and "text/html" in request.headers.get("Accept", "")
        wants_xml = "redirect=false" in urlsplit(request.raw_path).query
        if browser and not wants_xml and error.key in ENTRY_PROBLEMS:
            return web.Response(
                status=303, headers={**HEADERS, "Location": f"/entry?problem={ENTRY_PROBLEMS[error.key]}"}
            )
        return _xml(bbb_answers.failed(error))


def add_routes(app: web.Application, door: Door, public_url: str) -> None:
    """The paths that clients know, with and without the slash at the end."""
    requests = Requests(door, public_url)
    for path in ("/bigbluebutton/api", "/bigbluebutton/api/"):
        app.router.add_get(path, requests.version)
        app.router.add_post(path, requests.version)
    # A HEAD must not let anybody join.
    app.router.add_get("/bigbluebutton/api/{call:.+}", requests.serve, allow_head=False)
    app.router.add_post("/bigbluebutton/api/{call:.+}", requests.serve)


def _is_form(request: web.Request) -> bool:
    return request.content_type in ("application/x-www-form-urlencoded", "application/octet-stream")


def _xml(fields: Fields) -> web.Response:
    return web.Response(text=bbb_xml.answer(fields), headers=HEADERS, content_type="text/xml", charset="utf-8")
