"""The Python side of the search for key frames: enough to test it."""

from benchmarks.load.model import Codec

def is_key_frame(codec: Codec, payload: bytes) -> bool:
    """Whether the payload of one RTP packet begins a frame with which decoding can start."""
