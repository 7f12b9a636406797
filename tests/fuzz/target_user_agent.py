"""A User-Agent header. Invariant: a short title of known words, never a piece of the header's own text."""

from identity.core import agents

WORDS = {name for _, name in (*agents.BROWSERS, *agents.SYSTEMS)} | {agents.UNKNOWN}

SEEDS: tuple[bytes, ...] = (
    b"",
    b"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36 Edg/141.0",
    b"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
    b"Mozilla/5.0 (Linux; Android 15) Chrome/141.0 Mobile YaBrowser/25.8",
    b"curl/8.0",
)


def fuzz(data: bytes) -> None:
    title = agents.title(data.decode(errors="surrogateescape"))
    assert set(title.split(", ")) <= WORDS
    assert len(title) <= 80
