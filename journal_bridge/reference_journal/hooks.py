"""Webhooks of Zvonok, checked by the Standard Webhooks recipe. In: signed POSTs. Out: news, each told once.

A real journal remembers the webhook's id in its database, in the transaction that does what the event asks for.
"""

import base64
import binascii
import hmac
import json
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

TOLERANCE_SECONDS = 300.0  # an older message is somebody's copy
MAX_KNOWN = 1000  # ids of messages heard, to know repetitions
MAX_BODY = 65_536  # bytes; messages are usually below 20 kB


class Forged(ValueError):  # noqa: N818  (says what is wrong with the message, not with us)
    """The message is not from Zvonok, or too old."""


class Ear:
    """Knows the endpoint's secret (whsec_…) and what it has heard."""

    def __init__(self, secret: str) -> None:
        self._key = base64.b64decode(secret.removeprefix("whsec_"))
        self._known: OrderedDict[str, None] = OrderedDict()

    def receive(self, headers: Mapping[str, str], body: bytes, now: float) -> Mapping[str, Any] | None:
        """The event of a delivery; None: it was heard before. Raises Forged."""
        message, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        if not stamp.isascii() or not stamp.isdigit() or abs(now - int(stamp[:15])) > TOLERANCE_SECONDS:
            raise Forged("the timestamp is missing or too far from now")
        expected = hmac.digest(self._key, f"{message}.{stamp}.".encode() + body, "sha256")
        if not any(hmac.compare_digest(expected, one) for one in _signatures(headers.get("webhook-signature", ""))):
            raise Forged("no signature fits")
        event: Mapping[str, Any] = json.loads(body)
        return None if message in self._known else event

    def done(self, message: str) -> None:
        """The event was dealt with: a repeated delivery is no news any more."""
        self._known[message] = None
        if len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)


def _signatures(header: str) -> list[bytes]:
    """Several while a secret is rotated, separated by blanks: `v1,<base64>`."""
    found = []
    for one in header.split()[:10]:
        version, _, text = one.partition(",")
        if version == "v1":
            try:
                found.append(base64.b64decode(text, validate=True))
            except binascii.Error:
                continue
    return found
