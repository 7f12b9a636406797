"""Bodies that are no JSON go out as the bytes that schemathesis made up."""

from typing import Any

import schemathesis


@schemathesis.serializer("application/zip", "application/x-zip-compressed", "application/x-ndjson")
def raw(_context: schemathesis.SerializationContext, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")
