"""Which packet of a film goes out when. Pure: the time comes in, whole RTP packets come out.

Frames keep their rhythm whatever happens; a server's wish for a key frame makes the next one a key frame, by going on
at a later place of the film. A frame's packets are spread over half of the time until the next, as encoders pace them.
"""

import struct

from benchmarks.load.model import SourceFormat
from benchmarks.media import payload
from benchmarks.media.model import Codec, Film, Sent

PACED = 0.5  # of a frame's time, in which its packets are spread
RTP = struct.Struct("!BBHII")
EXTENSION_PROFILE = 0xBEDE  # RFC 8285 section 4.2: elements with one byte of header
VOICE = 0x80  # RFC 6464 section 3: V, there is speech


class Playback:
    """One film on one track, from `start` (monotonic seconds) on, for ever."""

    def __init__(self, film: Film, form: SourceFormat, start: float) -> None:
        self.film, self._format, self._start = film, form, start
        self._sequence = self._timestamp = 0
        self._index = 0
        self._key_wanted = False
        self._waiting: list[bytes] = []
        self._packets = 0
        self._next_at = start
        self.sent: list[Sent] = []
        """The log, a line for each frame."""
        self.latest = 0.0
        """Seconds by which a packet was sent too late at most, the player's own fault."""

    def deadline(self) -> float:
        """When the next packet is due."""
        return self._next_at

    def refresh(self) -> None:
        """The server wants a key frame."""
        self._key_wanted = True

    def resume(self, now: float) -> None:
        """Go on after a while in which nobody looked, with a key frame."""
        self._start += max(0.0, now - self._next_at)
        self._next_at = max(self._next_at, now)
        self.refresh()

    def poll(self, now: float) -> list[bytes]:
        """All packets that are due."""
        out = []
        while self._next_at <= now:
            self.latest = max(self.latest, now - self._next_at)
            if not self._waiting:
                self._begin_frame(now)
            out.append(self._waiting.pop(0))
            self._set_deadline()
        return out

    def _begin_frame(self, now: float) -> None:
        frames = self.film.frames
        if self._key_wanted:
            self._index = self._next_key()
            self._key_wanted = False
        frame, codec = frames[self._index], self.film.codec
        picture, last = len(self.sent), len(frame.payloads) - 1
        for number, piece in enumerate(frame.payloads):
            head = payload.vp8_descriptor(picture, first=number == 0) if codec is Codec.VP8 else b""
            self._waiting.append(
                self._header(frame.level, marker=number == last and codec is not Codec.OPUS) + head + piece
            )
        self._packets = len(frame.payloads)
        self._timestamp = (self._timestamp + codec.step) & 0xFFFFFFFF
        self.sent.append(Sent(self._index, now))
        self._index = (self._index + 1) % len(frames)

    def _next_key(self) -> int:
        """The nearest key frame from here on, around the film's end."""
        frames = self.film.frames
        places = ((self._index + ahead) % len(frames) for ahead in range(len(frames)))
        return next((place for place in places if frames[place].key), 0)

    def _set_deadline(self) -> None:
        step = self.film.codec.step / self.film.codec.clock
        if self._waiting:
            gone = 1 - len(self._waiting) / self._packets
            self._next_at = self._start + (len(self.sent) - 1 + PACED * gone) * step
        else:
            self._next_at = self._start + len(self.sent) * step

    def _header(self, level: int, *, marker: bool) -> bytes:
        """RFC 3550 section 5.1 with the MID (RFC 9143 section 16.2), encoding (RFC 8852) and, for sound, the level."""
        form, mid = self._format, self._format.mid.encode()
        elements = b""
        if form.mid_extension:
            elements += bytes([form.mid_extension << 4 | len(mid) - 1]) + mid
        if form.rid_extension:
            elements += bytes([form.rid_extension << 4 | len(form.rid) - 1]) + form.rid.encode()
        if form.level_extension:
            elements += bytes([form.level_extension << 4, VOICE | level])
        elements += bytes(-len(elements) % 4)
        head = RTP.pack(
            0x90 if elements else 0x80, marker << 7 | form.payload_type, self._sequence, self._timestamp, form.ssrc
        )
        self._sequence = (self._sequence + 1) & 0xFFFF
        extension = struct.pack("!HH", EXTENSION_PROFILE, len(elements) // 4) + elements if elements else b""
        return head + extension
