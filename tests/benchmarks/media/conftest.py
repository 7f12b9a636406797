import pytest

from benchmarks.media.film import make
from benchmarks.media.model import Codec, Film


@pytest.fixture(scope="session")
def films() -> dict[Codec, Film]:
    """A little over two seconds of each codec: two key frames, then a film's end."""
    return {codec: make(codec, None, 2.4) for codec in Codec}
