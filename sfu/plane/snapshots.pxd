"""Statistics for Python, out of structs that the thread goes on writing."""

from sfu.plane.tables cimport Publication, Subscription, Transport

# Also begins a new interval of the audio levels.
cdef object publication_snapshot(Publication *known)
cdef object subscription_snapshot(const Subscription *known)
cdef object transport_snapshot(const Transport *known)
# The oldest samples that were not taken yet; takes them.
cdef list feedback_samples(const Transport *known, int limit)
