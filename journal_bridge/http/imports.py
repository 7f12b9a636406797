"""/v1/imports and /v1/exports: whole rosters in and out."""

import asyncio
import tempfile
from typing import IO, Annotated

from aiohttp import web
from msgspec import Meta, Struct

from identity.http.wire import Answer
from journal_bridge.bridge import JournalBridge
from journal_bridge.core.problems import ProblemError
from journal_bridge.http.query import DEFAULT_PAGE, PAGED
from journal_bridge.http.route import Media, Route
from journal_bridge.http.wire import Ask
from journal_bridge.imports.jobs import ImportAnswer
from journal_bridge.imports.reading import Format
from journal_bridge.imports.service import Order

MAX_UPLOAD = 64 * 1024 * 1024  # bytes
IN_MEMORY = 1024 * 1024  # bytes of a file that need no disk
PIECE = 262_144  # bytes

ZIP = "application/zip"
FORMATS: dict[str, Format] = {
    ZIP: "oneroster",
    "application/x-zip-compressed": "oneroster",
    "application/x-ndjson": "ndjson",
}

Flag = Annotated[bool, Meta(description="true or false; false when it is left out.")]


class ImportsAnswer(Struct, frozen=True):
    """A page of imports, the newest first."""

    data: list[ImportAnswer]
    has_more: bool
    next: str | None


async def create(bridge: JournalBridge, ask: Ask) -> Answer:
    """POST /v1/imports. The file goes to the disk as it comes."""
    taken = FORMATS.get(ask.request.content_type)
    if taken is None:
        raise ProblemError("media_type_unknown", f"Content-Type is one of {', '.join(FORMATS)}.")
    flags = {name: bool(ask.query.get(name, False)) for name in ("dry_run", "complete", "allow_removals")}
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        size = await _spool(ask.request, file)
        job = await bridge.imports.create(ask.journal, Order(taken, **flags), file, size)
    return Answer(job, status=202, headers={"Location": f"/v1/imports/{job.id}"})


async def get(bridge: JournalBridge, ask: Ask) -> Answer:
    """GET /v1/imports/{import}."""
    return Answer(await bridge.imports.get(ask.journal, ask.reference("import")))


async def page(bridge: JournalBridge, ask: Ask) -> Answer:
    """GET /v1/imports."""
    found = await bridge.imports.page(ask.journal, ask.query.get("limit", DEFAULT_PAGE), ask.query.get("after"))
    return Answer(ImportsAnswer(found.data, found.next is not None, found.next))


async def export(bridge: JournalBridge, ask: Ask) -> web.StreamResponse:
    """GET /v1/exports/oneroster.zip: the same bytes as long as the roster is the same."""
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        etag = await bridge.exports.write(ask.journal, file)
        headers = {"Cache-Control": "no-cache, private", "ETag": f'"{etag}"', "X-Content-Type-Options": "nosniff"}
        if any(known.value in (etag, "*") for known in ask.request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        headers["Content-Disposition"] = 'attachment; filename="oneroster.zip"'
        response = web.StreamResponse(headers=headers)
        response.content_type = ZIP
        response.content_length = file.tell()
        await response.prepare(ask.request)
        file.seek(0)
        while ask.request.method != "HEAD" and (piece := await asyncio.to_thread(file.read, PIECE)):
            await response.write(piece)
        await response.write_eof()
        return response


async def _spool(request: web.Request, file: IO[bytes]) -> int:
    """The body's size, after it was written to the file. Raises ProblemError when it is larger than it may be."""
    size = 0
    if (request.content_length or 0) <= MAX_UPLOAD:
        async for data in request.content.iter_any():
            size += len(data)
            if size > MAX_UPLOAD:
                break
            file.write(data)
        else:
            return size
    raise ProblemError("body_too_large", f"A file may have {MAX_UPLOAD} bytes.")


ROUTES = (
    Route(
        "POST",
        "/imports",
        "roster:write",
        create,
        "Import a roster",
        {202: ImportAnswer},
        query={"dry_run": Flag, "complete": Flag, "allow_removals": Flag},
        problems=("import_running", "media_type_unknown", "body_too_large"),
        takes=tuple(FORMATS),
        max_body=MAX_UPLOAD,
    ),
    Route(
        "GET",
        "/imports",
        "roster:write",
        page,
        "List imports",
        {200: ImportsAnswer},
        query=PAGED,
        problems=("cursor_invalid",),
    ),
    Route(
        "GET",
        "/imports/{import}",
        "roster:write",
        get,
        "Look at an import",
        {200: ImportAnswer},
        problems=("import_unknown",),
    ),
    Route("GET", "/exports/oneroster.zip", "roster:write", export, "Export the roster", {200: Media(ZIP)}),
)
