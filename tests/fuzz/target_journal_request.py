"""A journal's body, cursor and id. Invariant: whatever the bytes are, a checked value or a problem with a code."""

import msgspec

from identity.core.problems import ProblemError
from journal_bridge.core import cursors, requests
from journal_bridge.core.problems import KINDS
from journal_bridge.core.references import MAX_LENGTH, bare, well_formed

BODIES = (
    requests.SchoolBody,
    requests.PersonBody,
    requests.ClassBody,
    requests.SubjectBody,
    requests.EnrollmentBody,
    requests.NewCallBody,
    requests.CallChangesBody,
    requests.TicketBody,
    requests.EmptyBody,
)

SEEDS: tuple[bytes, ...] = (
    b"",
    b'{"name":"x","tz":"Europe/Moscow"}',
    b'{"role":"parent","family_name":"x","given_name":"y","birth_date":"2014-05-01","children":["s1"]}',
    b'{"school":"s1","title":"7\xd0\x92","kind":"class","year":2026,"head_teacher":"t15"}',
    b'{"teachers":["t15"],"students":["s1","ext:s2"]}',
    b'{"ext_id":"l","class":"7v","subject":"a","lesson_no":1,"starts_at":"2026-01-26T12:00:00+03:00","teacher":"t15"}',
    b'{"title":null,"ends_at":"9999-12-31T23:59:59-14:00"}',
    b'{"person":"\\ud800"}',
    b"MjAyNi0wMS0yNlQwOTowMDowMCswMDowMCBjYWxsX3g",
)


def fuzz(data: bytes) -> None:
    for kind in BODIES:
        try:
            body = requests.decode(data, kind)
        except ProblemError as problem:
            assert problem.code in KINDS
            assert problem.document("req_x")["status"] < 500
        else:
            # What was accepted is accepted again as we would write it.
            assert requests.decode(msgspec.json.encode(body), kind) == body
    text = data.decode(errors="surrogateescape")
    try:
        assert cursors.decode(text).call
    except ProblemError as problem:
        assert problem.code == "cursor_invalid"
    if well_formed(text):
        assert 0 < len(bare(text)) <= MAX_LENGTH
        text.encode()
