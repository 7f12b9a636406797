"""A message in a gateway's templates. Invariant: whatever the text is, no field and no header comes in beside it."""

import json
from urllib.parse import parse_qs, urlsplit

from identity.core.gateways import Template, request

JSON = Template("https://sms.example/send", "POST", ("X-Key: k",), "json", '{"to":"{phone}","text":"{text}"}', "")
FORM = Template("https://sms.example/send", "POST", (), "form", "to={digits}&text={text}", "")
QUERY = Template("https://sms.example/send?to={digits}&text={text}", "GET", (), "form", "", "")

SEEDS: tuple[bytes, ...] = (
    b"",
    b"123456",
    b'","to":"+70000000000',
    b"&to=70000000000",
    b"{phone}{text}",
    b"\r\nX-Other: 1",
    "код «123456»".encode(),
)


def fuzz(data: bytes) -> None:
    text = data.decode(errors="replace")
    body = request(JSON, "+79123456789", text)
    assert json.loads(body.body) == {"to": "+79123456789", "text": text}
    assert dict(body.headers) == {"Content-Type": "application/json", "X-Key": "k"}
    form = parse_qs(request(FORM, "+79123456789", text).body.decode(), keep_blank_values=True, separator="&")
    assert form == {"to": ["79123456789"], "text": [text]}
    url = request(QUERY, "+79123456789", text).url
    assert parse_qs(urlsplit(url).query, keep_blank_values=True) == {"to": ["79123456789"], "text": [text]}
    assert url.isprintable() and " " not in url
