"""What a fair report has to say about an outcome besides its figures. Pure: an outcome in, sentences out."""

from benchmarks.rooms.outcome import Outcome, Window

MOST_SKIPPED = 0.001  # share of packets that the client may send too late to count
MOST_CLIENT_SHARE = 1 / 3  # of the server's CPU per packet: beyond it the client disturbs what it measures
FULL = 0.9  # CPU seconds per second of the client: its engine is one thread, and stands still beyond
FEW_SAMPLES = 200  # stamped packets: below it a p99 is the accident of two of them
MOST_MISSING = 0.02  # share of what was due: more is not the window's edges any more


def caveats(outcome: Outcome, *, share: bool = True) -> list[str]:
    """Sentences for a person; none when there is nothing to say.

    `share`: also how the client's CPU stands to the server's, which reports of many outcomes say for all at once.
    """
    whole = [f"The run ended early: {outcome.stopped}."] if outcome.stopped else []
    return whole + _failures(outcome) + [text for text in map(_worst, _checks(outcome, share)) if text]


def client_bound(window: Window) -> bool:
    """Whether the load client, not the server, set the limit in this window."""
    return skipped(window) > MOST_SKIPPED or window.client_cpu > FULL * window.seconds


def skipped(window: Window) -> float:
    """Share of packets that the client sent too late to count, 0..1."""
    total = window.packets_sent + window.skipped
    return window.skipped / total if total else 0.0


def _failures(outcome: Outcome) -> list[str]:
    if not outcome.failures:
        return []
    who = {failure.identity for failure in outcome.failures}
    return [f"{len(who)} participants failed, the first with: {outcome.failures[0].problem}."]


def _checks(outcome: Outcome, share: bool) -> list[list[str]]:
    """For each thing to say, what each window says of it."""
    checks = [_skipped, _limit, _silence, _samples, *([_share] if share else [])]
    if not any(arrival.again for arrival in outcome.arrivals):  # a newcomer's streams are due before they can come
        checks.append(_missing)
    return [[text for window in outcome.windows if (text := check(window))] for check in checks]


def _worst(said: list[str]) -> str:
    """One sentence for all windows."""
    return f"{said[0]} ({len(said)} windows)" if len(said) > 1 else "".join(said)


def _skipped(window: Window) -> str:
    if skipped(window) <= MOST_SKIPPED:
        return ""
    return f"The load client was too slow: it skipped {skipped(window):.1%} of its packets, so figures are too low."


def _limit(window: Window) -> str:
    if window.client_cpu <= FULL * window.seconds:
        return ""
    return f"The load client was at its limit: {window.client_cpu / window.seconds:.2f} CPU seconds per second."


def _share(window: Window) -> str:
    share = window.client_share
    if share is None or share <= MOST_CLIENT_SHARE or _limit(window):
        return ""
    return (
        f"The load client used {share:.0%} of the server's CPU per packet "
        f"({window.client_per_packet * 1e6:.1f} us), more than a third: it may have disturbed the server."
    )


def _silence(window: Window) -> str:
    if window.packets_received or not window.packets_sent:
        return ""
    if window.expected:
        return "Nobody received anything."
    return "Nobody took what was sent: a server may pause such senders, and then this measures nothing."


def _missing(window: Window) -> str:
    missing = 1 - window.delivered
    if not window.packets_received or missing <= MOST_MISSING or missing <= 2 * window.loss:
        return ""
    return f"{missing:.1%} of what was due did not come and left no gap: held back, or still in queues."


def _samples(window: Window) -> str:
    stamped = window.video.packets + window.audio.packets
    if not window.packets_received or stamped >= FEW_SAMPLES:
        return ""
    return f"Latency is told from {stamped} packets only: its p99 says little."
