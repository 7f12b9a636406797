"""Structs of the thread in, values of `model` out. Reads single words that the thread may be writing: no lock."""

from libc.stdint cimport uint64_t

from sfu.plane.model import (
    FeedbackSample,
    LayerStats,
    PublicationStats,
    SubscriptionStats,
    TransportStats,
)

from sfu.plane.queues cimport atomic_load, atomic_store, atomic_swap
from sfu.plane.receive cimport receive_lost
from sfu.plane.tables cimport (
    FEEDBACK_SAMPLES,
    FeedbackEntry,
    FeedbackQueue,
    Layer,
    Publication,
    Subscription,
    Transport,
)

cdef double SECONDS = 1e-9      # per nanosecond
cdef enum:
    SILENCE = 127               # RFC 6464


cdef object publication_snapshot(Publication *known):
    cdef Layer *layer
    cdef uint64_t active = known.active_ms - known.active_read
    cdef uint64_t total = known.total_ms - known.total_read
    layers = []
    for i in range(known.layer_count):
        layer = known.layers[i]
        if layer != NULL:
            layers.append(layer_snapshot(layer))
    known.active_read += active
    known.total_read += total
    return PublicationStats(tuple(layers), atomic_swap(&known.loudest, SILENCE), active, total)


cdef object layer_snapshot(const Layer *layer):
    return LayerStats(
        layer.packets,
        layer.bytes,
        receive_lost(&layer.receive),
        layer.receive.jitter,
        layer.nacks_sent,
        layer.plis_sent,
        layer.frames,
        layer.key_frames,
        layer.rate.bitrate,
        layer.last_packet * SECONDS,
        layer.width,
        layer.height,
    )


cdef object subscription_snapshot(const Subscription *known):
    return SubscriptionStats(
        known.packets,
        known.bytes,
        known.retransmitted,
        known.rewriter.layer,
        known.rewriter.temporal,
        known.lost,
        known.fraction / 256.0,
        <double>known.jitter / known.rewriter.clock_rate,
        known.round_trip * SECONDS,
        known.nacks_received,
        known.plis_received,
        known.rate.bitrate,
    )


cdef object transport_snapshot(const Transport *known):
    return TransportStats(
        known.packets_in,
        known.bytes_in,
        known.packets_out,
        known.bytes_out,
        known.remb,
        known.remb_at * SECONDS,
        known.round_trip * SECONDS,
        known.last_packet * SECONDS,
    )


cdef list feedback_samples(const Transport *known, int limit):
    cdef FeedbackQueue *queue = known.feedback
    cdef FeedbackEntry entry
    cdef long head, at
    samples = []
    if queue == NULL:
        return samples
    head = atomic_load(&queue.head)
    # The thread never waits: what it has written over meanwhile is lost, and one that it may be writing now.
    at = max(queue.tail, head - FEEDBACK_SAMPLES + 1)
    while at < head and len(samples) < limit:
        entry = queue.entries[at % FEEDBACK_SAMPLES]
        if atomic_load(&queue.head) - at < FEEDBACK_SAMPLES:
            received = entry.received * SECONDS if entry.received >= 0 else -1.0
            samples.append(FeedbackSample(entry.sequence, entry.size, entry.sent * SECONDS, received))
        at += 1
    atomic_store(&queue.tail, at)
    return samples
