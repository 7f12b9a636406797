"""What we report to peers and ask them for, when it is due."""

from sfu.plane.tables cimport Forwarder

# Gathers everything that is due: reports, feedback, NACKs, key frame requests. For every transport.
cdef void reports_tick(Forwarder *forwarder) noexcept nogil
