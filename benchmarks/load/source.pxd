"""The sending half: packets of a source, on time."""

from libc.stdint cimport int64_t

from benchmarks.load.endpoint cimport Endpoint, Source

# A source at rest. Raises ValueError for a rhythm or format (of `model`) that does not fit.
cdef Source *make_source(Endpoint *endpoint, rhythm, format) except NULL
# Sends every packet that is due and a sender report each second; returns when the next one is due (ns).
# `clock_offset` as in endpoint.pxd.
cdef int64_t emit_due(Source *source, int64_t now, int64_t clock_offset) noexcept nogil
