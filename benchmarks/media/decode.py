"""Decoders as the checks want them: one frame in, at most one out, nothing hidden. PyAV."""

from typing import cast

import av
from av.audio.codeccontext import AudioCodecContext
from av.video.codeccontext import VideoCodecContext

from benchmarks.media.model import Codec, Luma
from benchmarks.media.picture import luma_of

DECODERS = {Codec.VP8: "libvpx", Codec.H264: "h264", Codec.OPUS: "libopus"}


def video_decoder(codec: Codec) -> VideoCodecContext:
    """A fresh decoder that tells of errors instead of painting over them."""
    decoder = cast(VideoCodecContext, av.CodecContext.create(DECODERS[codec], "r"))
    decoder.thread_count = 1  # frame threads answer one frame late
    decoder.options = {"err_detect": "explode", "flags": "low_delay"}
    return decoder


def audio_decoder() -> AudioCodecContext:
    """A fresh decoder of 48 kHz stereo Opus."""
    decoder = cast(AudioCodecContext, av.CodecContext.create(DECODERS[Codec.OPUS], "r"))
    decoder.sample_rate, decoder.layout = 48_000, "stereo"
    return decoder


def array(frame: av.VideoFrame) -> Luma:
    """A picture as an I420 array."""
    return cast(Luma, frame.to_ndarray(format="yuv420p"))


def decode(decoder: VideoCodecContext, data: bytes) -> Luma | None:
    """The luma of a frame's picture; None when the decoder refuses it."""
    try:
        images = decoder.decode(av.Packet(data))
    except av.FFmpegError:
        return None
    return luma_of(array(images[0])) if images else None
