"""The report of real media: showings in, sentences and tables out. Pure."""

from collections.abc import Iterator, Sequence

from benchmarks.media.check import FREEZE, Verdict
from benchmarks.media.film import VIDEO_RATE
from benchmarks.media.model import FPS, Codec
from benchmarks.media.run import Showing
from benchmarks.peers.peer import Entrant
from benchmarks.report import Report, Section, Table
from benchmarks.report.method import LOOPBACK

LATE = 0.05  # seconds by which this client may be late before its own pauses look like the server's
METHOD = (
    f"Films are encoded once before the run ({FPS} pictures a second, {VIDEO_RATE // 1000} kbit/s, a key frame every "
    "2 s; Opus in 20 ms), packetised by RFC 7741, 6184 and 7587, and played in their rhythm. Nothing is encoded or "
    "decoded while they play.",
    "Each picture carries its number as a bar code. What arrives is put together, compared byte for byte with what was "
    "sent, and decoded; numbers must come in order; every tenth picture is compared with the one before encoding.",
    "A server that asks for a key frame gets one: the film goes on at its next key frame.",
    "First: from the first packet sent to the first frame that decodes; with servers that announce a track when its "
    "first packet comes, the subscription is in it.",
    "Refused: by the decoder. Altered: not byte for byte what was sent. Wrong: without a number, with one that is not "
    "due, or out of tune. Lost: packets. Worse: than the film's own decoding, at most.",
    f"Freezes, and gaps in sound: more than {FREEZE * 1e3:.0f} ms between two frames by this process's clock. Gap: the "
    "longest time between two.",
)
NOT_MEASURED = ("Simulcast, changes of bitrate, receivers' jitter buffers, lip synchronisation.",)
VIDEO = ("film", "codec", "receiver", "first ms", "shown", "due", "refused", "altered", "wrong", "lost")
VIDEO_MORE = ("freezes", "gap ms", "PSNR dB", "worse dB")
SOUND = ("film", "receiver", "first ms", "decoded", "due", "refused", "altered", "lost")
SOUND_MORE = ("gaps", "gap ms", "heard s", "loudest Hz")
COST = ("films", "receivers", "seconds", "key frames asked", "client late ms", "client CPU s", "server CPU s")


def report(entrant: Entrant, showings: Sequence[Showing], *, remote: bool) -> Report:
    """All showings on one server."""
    return Report(
        name="media",
        title=f"Real media: {entrant.name}",
        method=METHOD,
        sections=tuple(_sections(showings)),
        raw={"showings": showings},
        caveats=tuple(_caveats(entrant, showings, remote=remote)),
        not_measured=NOT_MEASURED,
        versions=((entrant.name, entrant.version),) if entrant.version else (),
    )


def _sections(showings: Sequence[Showing]) -> Iterator[Section]:
    problems = tuple(problem for showing in showings for problem in showing.problems)
    verdict = problems or ("Everything that was due decodes to what was sent.",)
    each = [(_named(showing, one), one) for showing in showings for one in showing.verdicts]
    pictures = tuple(_video_row(name, one) for name, one in each if one.codec is not Codec.OPUS)
    sound = tuple(_sound_row(name, one) for name, one in each if one.codec is Codec.OPUS)
    yield Section("Cost", Table(COST, tuple(map(_cost_row, showings))), notes=verdict)
    if pictures:
        yield Section("Pictures", Table((*VIDEO, *VIDEO_MORE), pictures))
    if sound:
        yield Section("Sound", Table((*SOUND, *SOUND_MORE), sound))


def _named(showing: Showing, verdict: Verdict) -> str:
    return next(name for name, codec in showing.films if codec is verdict.codec)


def _video_row(name: str, one: Verdict) -> tuple[str, ...]:
    counts = (one.decoded, one.due, one.errors, one.altered, one.wrong, one.lost, one.freezes)
    gap = f"{one.longest_gap * 1e3:.0f}"
    return (name, one.codec, one.receiver, _first(one), *map(str, counts), gap, f"{one.psnr:.1f}", f"{one.worse:.1f}")


def _sound_row(name: str, one: Verdict) -> tuple[str, ...]:
    counts = (one.decoded, one.due, one.errors, one.altered, one.lost, one.freezes)
    gap = f"{one.longest_gap * 1e3:.0f}"
    return (name, one.receiver, _first(one), *map(str, counts), gap, f"{one.heard:.1f}", f"{one.tone:.0f}")


def _cost_row(one: Showing) -> tuple[str, ...]:
    films = ", ".join(f"{name} ({codec})" for name, codec in one.films)
    server = f"{one.server_cpu:.2f}" if one.server_cpu is not None else "-"
    late, cpu = f"{one.held_up * 1e3:.0f}", f"{one.client_cpu:.2f}"
    return (films, str(one.receivers), f"{one.seconds:g}", str(one.key_frames_asked), late, cpu, server)


def _first(one: Verdict) -> str:
    return "-" if one.first is None else f"{one.first * 1e3:.0f}"


def _caveats(entrant: Entrant, showings: Sequence[Showing], *, remote: bool) -> Iterator[str]:
    if entrant.caveat:
        yield entrant.caveat
    if not remote:
        yield LOOPBACK
    late = max(showing.held_up for showing in showings)
    if late > LATE:
        yield f"This client was up to {late * 1e3:.0f} ms late with packets: freezes as long as that are its own."
