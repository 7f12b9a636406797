"""What Python wants, done by the thread that owns the forwarder."""

from sfu.plane.tables cimport Command, Forwarder

# Does it and frees the command with all that it owns. Nothing may be gathered when this is called.
cdef void command_apply(Forwarder *forwarder, Command *command) noexcept nogil
# Unlinks and frees everything: the end of the forwarder. Nothing may run any more.
cdef void forwarder_clear(Forwarder *forwarder) noexcept nogil
# Frees the object that an EVENT_REMOVED_* event hands over; nothing for other events.
cdef void object_free(int event_kind, void *object) noexcept nogil
