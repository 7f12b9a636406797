"""Python values in, commands out; events and statistics of the forwarder in, Python values out.

The memory of transports, publications and subscriptions is allocated here and lives until `Removed` was polled.
"""

from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t, uintptr_t
from libc.stdlib cimport calloc, free
from libc.string cimport memcpy, memset

import socket as sockets

from sfu.plane import counters as names
from sfu.plane.model import Codec, DatagramReceived, FirstPacket, LayerChanged, Removed

from sfu.plane.commands cimport command_apply, forwarder_clear, object_free
from sfu.plane.egress cimport layout_build
from sfu.plane.queues cimport atomic_add, take_all
from sfu.plane.rewriter cimport rewriter_init
from sfu.plane.rtp cimport (
    EXT_AUDIO_LEVEL,
    EXT_MID,
    EXT_REPAIRED_RID,
    EXT_RID,
    EXT_TRANSPORT_CC,
    EXT_VIDEO_ORIENTATION,
)
from sfu.plane.snapshots cimport (
    feedback_samples,
    publication_snapshot,
    subscription_snapshot,
    transport_snapshot,
)
from sfu.plane.srtp cimport srtp_close, srtp_open
from sfu.plane.tables cimport (
    ADD_PUBLICATION,
    ADD_SUBSCRIPTION,
    ADD_TRANSPORT,
    EVENT_DATAGRAM,
    EVENT_FIRST_PACKET,
    EVENT_LAYER,
    EVENT_REMOVED_PUBLICATION,
    EVENT_REMOVED_TRANSPORT,
    FREE_PUBLICATION,
    FREE_SUBSCRIPTION,
    FREE_TRANSPORT,
    LIMIT_PUBLISHER,
    MAX_LAYERS,
    MAX_NAME,
    MAX_PAYLOAD_TYPES,
    PAUSE_PUBLICATION,
    REMOVE_PUBLICATION,
    REMOVE_SUBSCRIPTION,
    REMOVE_TRANSPORT,
    REQUEST_KEY_FRAME,
    SELECT,
    SET_EXTENSIONS,
    SET_PUBLICATION,
    SET_REMOTE,
    SET_SRTP,
    Address,
    Command,
    Event,
    ExtensionTable,
    PayloadNumber,
    Publication,
    PublicationSetup,
    Subscription,
    Transport,
)

cdef enum:
    VIDEO = 0
    AUDIO = 1
    OPUS_RATE = 48000           # Hz, RFC 7587 section 4.1
    VIDEO_RATE = 90000          # Hz, RFC 7741 section 4.1 and RFC 6184 section 5.1


cdef int address_from(Address *address, int socket, tuple pair) except -1:
    cdef bytes packed
    host, port = pair
    memset(address, 0, sizeof(Address))
    host, _, scope = host.partition("%")
    try:
        packed = sockets.inet_pton(sockets.AF_INET6 if ":" in host else sockets.AF_INET, host)
    except OSError as error:
        raise ValueError(f"{host!r} is no address") from error
    address.family = 6 if len(packed) == 16 else 4
    memcpy(address.ip, <const uint8_t *>packed, len(packed))
    address.scope = int(scope or 0)
    address.port = port
    address.socket = <uint8_t>socket
    return 0


cdef tuple address_to(const Address *address):
    if address.family == 4:
        return sockets.inet_ntop(sockets.AF_INET, address.ip[:4]), address.port
    host = sockets.inet_ntop(sockets.AF_INET6, address.ip[:16])
    return (f"{host}%{address.scope}" if address.scope else host), address.port


cdef int copy_name(char *to, str name) except -1:
    cdef bytes encoded = name.encode()
    if len(encoded) > MAX_NAME or b"\0" in encoded:
        raise ValueError(f"name of more than {MAX_NAME} bytes: {name!r}")
    memcpy(to, <const char *>encoded, len(encoded))
    to[len(encoded)] = 0
    return 0


cdef int fill_setup(PublicationSetup *setup, object publication) except -1:
    cdef PayloadNumber *payload
    if len(publication.payload_types) > MAX_PAYLOAD_TYPES:
        raise ValueError(f"more than {MAX_PAYLOAD_TYPES} payload types")
    if not 1 <= len(publication.layers) <= MAX_LAYERS:
        raise ValueError(f"a publication has 1 to {MAX_LAYERS} layers")
    copy_name(setup.mid, publication.mid)
    for i, wanted in enumerate(publication.payload_types):
        payload = &setup.payloads[i]
        payload.codec = Codec(wanted.codec)
        payload.number = checked_payload(wanted.number)
        payload.rtx = checked_payload(wanted.rtx)
        payload.nack = wanted.nack
        payload.pli = wanted.pli
    setup.payload_count = <int>len(publication.payload_types)
    for i, layer in enumerate(publication.layers):
        copy_name(setup.rids[i], layer.rid)
        setup.ssrcs[i] = layer.ssrc
        setup.rtx_ssrcs[i] = layer.rtx_ssrc
    setup.layer_count = <int>len(publication.layers)
    return 0


cdef uint8_t checked_payload(int number) except? 255:
    if not 0 <= number <= 127:
        raise ValueError(f"payload type {number} is not in 0..127")
    return <uint8_t>number


cdef class Plane:
    """The commands and questions of `thread.pyi`; subclasses say who runs the forwarder."""

    def __cinit__(self):
        self.forwarder = NULL
        self.pending = NULL
        self.transports = {}
        self.publications = {}
        self.subscriptions = {}
        self.used_ssrcs = {}

    cdef int submit(self, Command *command) except -1:
        command_apply(self.forwarder, command)
        return 0

    cdef void clear(self) noexcept:
        cdef Event *event
        if self.forwarder == NULL:
            return
        forwarder_clear(self.forwarder)
        while True:
            if self.pending == NULL:
                self.pending = <Event *>take_all(&self.forwarder.events)
            if self.pending == NULL:
                return
            event = self.pending
            self.pending = event.next
            object_free(event.kind, event.object)
            free(event)

    # -- commands --------------------------------------------------------------------------------------------------

    cdef int order(self, int kind, uintptr_t target, int first=0, int second=0, uint64_t bitrate=0) except -1:
        cdef Command *command = <Command *>calloc(1, sizeof(Command))
        if command == NULL:
            raise MemoryError
        command.kind = kind
        command.object = <void *>target
        command.first = first
        command.second = second
        command.bitrate = bitrate
        self.submit(command)
        return 0

    cdef uintptr_t new(self, dict table, object handle, size_t size) except 0:
        """Memory for an object that `table` does not know yet."""
        cdef void *memory
        if handle <= 0 or handle in table:
            raise ValueError(f"handle {handle} is in use or not positive")
        memory = calloc(1, size)
        if memory == NULL:
            raise MemoryError
        return <uintptr_t>memory

    def add_transport(self, int64_t transport, extensions=None):
        cdef Transport *made = <Transport *>self.new(self.transports, transport, sizeof(Transport))
        made.handle = transport
        made.resend_budget = 0
        self.transports[transport] = <uintptr_t>made
        self.used_ssrcs[transport] = set()
        self.order(ADD_TRANSPORT, <uintptr_t>made)
        if extensions is not None:
            self.set_extensions(transport, extensions)

    def set_extensions(self, int64_t transport, extensions):
        cdef ExtensionTable *table
        cdef Command *command
        known = self.transports.get(transport)
        if known is None:
            return
        table = <ExtensionTable *>calloc(1, sizeof(ExtensionTable))
        command = <Command *>calloc(1, sizeof(Command))
        if table == NULL or command == NULL:
            free(table)
            free(command)
            raise MemoryError
        for kind, number in (
            (EXT_MID, extensions.mid),
            (EXT_RID, extensions.rid),
            (EXT_REPAIRED_RID, extensions.repaired_rid),
            (EXT_AUDIO_LEVEL, extensions.audio_level),
            (EXT_TRANSPORT_CC, extensions.transport_cc),
            (EXT_VIDEO_ORIENTATION, extensions.video_orientation),
        ):
            if 0 < number < 256:
                table.kinds[<int>number] = <uint8_t>kind
        layout_build(
            &table.layouts[VIDEO], extensions.video_orientation, extensions.abs_send_time, extensions.transport_cc
        )
        layout_build(&table.layouts[AUDIO], extensions.audio_level, extensions.abs_send_time, extensions.transport_cc)
        command.kind = SET_EXTENSIONS
        command.object = <void *><uintptr_t>known
        command.extensions = table
        self.submit(command)

    def set_remote(self, int64_t transport, int socket, tuple address):
        cdef Address parsed
        cdef Command *command
        address_from(&parsed, socket, address)
        known = self.transports.get(transport)
        if known is None:
            return
        command = <Command *>calloc(1, sizeof(Command))
        if command == NULL:
            raise MemoryError
        command.kind = SET_REMOTE
        command.object = <void *><uintptr_t>known
        command.address = parsed
        self.submit(command)

    def set_srtp(self, int64_t transport, int profile, bytes local_key, bytes remote_key):
        cdef Command *command = <Command *>calloc(1, sizeof(Command))
        if command == NULL:
            raise MemoryError
        try:
            srtp_open(&command.inbound, profile, remote_key, False)
            srtp_open(&command.outbound, profile, local_key, True)
        except BaseException:
            srtp_close(&command.inbound)
            free(command)
            raise
        known = self.transports.get(transport)
        if known is None:
            srtp_close(&command.inbound)
            srtp_close(&command.outbound)
            free(command)
            return
        self.used_ssrcs[transport].clear()
        command.kind = SET_SRTP
        command.object = <void *><uintptr_t>known
        self.submit(command)

    def remove_transport(self, int64_t transport):
        known = self.transports.get(transport)
        if known is not None:
            self.order(REMOVE_TRANSPORT, known)

    cdef int describe(self, int kind, uintptr_t target, object publication) except -1:
        cdef PublicationSetup *setup = <PublicationSetup *>calloc(1, sizeof(PublicationSetup))
        cdef Command *command = <Command *>calloc(1, sizeof(Command))
        if setup == NULL or command == NULL:
            free(setup)
            free(command)
            raise MemoryError
        try:
            fill_setup(setup, publication)
        except BaseException:
            free(setup)
            free(command)
            raise
        command.kind = kind
        command.object = <void *>target
        command.setup = setup
        self.submit(command)
        return 0

    def add_publication(self, publication):
        cdef Publication *made
        transport = self.transports.get(publication.transport)
        if transport is None:
            raise ValueError(f"no transport {publication.transport}")
        made = <Publication *>self.new(self.publications, publication.publication, sizeof(Publication))
        made.handle = publication.publication
        made.audio = publication.audio
        made.transport = <Transport *><uintptr_t>transport
        made.loudest = 127
        try:
            self.describe(ADD_PUBLICATION, <uintptr_t>made, publication)
        except BaseException:
            free(made)
            raise
        self.publications[publication.publication] = <uintptr_t>made

    def set_publication(self, publication):
        known = self.publications.get(publication.publication)
        if known is not None:
            self.describe(SET_PUBLICATION, known, publication)

    def remove_publication(self, int64_t publication):
        known = self.publications.get(publication)
        if known is not None:
            self.order(REMOVE_PUBLICATION, known)

    def pause_publication(self, int64_t publication, bint paused):
        known = self.publications.get(publication)
        if known is not None:
            self.order(PAUSE_PUBLICATION, known, paused)

    def request_key_frame(self, int64_t publication, int layer):
        known = self.publications.get(publication)
        if known is not None:
            self.order(REQUEST_KEY_FRAME, known, layer)

    def add_subscription(self, subscription):
        cdef Subscription *made
        cdef Publication *publication
        cdef uint32_t seed
        transport = self.transports.get(subscription.transport)
        known = self.publications.get(subscription.publication)
        if transport is None or known is None:
            raise ValueError(f"no transport {subscription.transport} or no publication {subscription.publication}")
        for wanted in subscription.payload_types:
            Codec(wanted.codec)
            checked_payload(wanted.number)
            checked_payload(wanted.rtx)
        used = self.used_ssrcs[subscription.transport]
        ssrcs = {subscription.ssrc, subscription.rtx_ssrc} - {0}
        if used & ssrcs:
            # Its numbers would begin anew under the same keys: nonce reuse (RFC 7714 section 8.4).
            raise ValueError(f"transport {subscription.transport} has used one of the SSRCs {sorted(ssrcs)} before")
        made = <Subscription *>self.new(self.subscriptions, subscription.subscription, sizeof(Subscription))
        publication = <Publication *><uintptr_t>known
        made.handle = subscription.subscription
        made.publication = publication
        made.transport = <Transport *><uintptr_t>transport
        made.ssrc = subscription.ssrc
        made.rtx_ssrc = subscription.rtx_ssrc
        made.told_layer = -1
        for wanted in subscription.payload_types:
            if made.payload[<int>wanted.codec] == 0:
                made.payload[<int>wanted.codec] = <uint8_t>wanted.number
                made.rtx_payload[<int>wanted.codec] = <uint8_t>wanted.rtx
        # First numbers differ from stream to stream and lie in the lower half, so that the first loss cannot be
        # taken for a roll-over (RFC 3711 section 3.3.1).
        seed = <uint32_t>subscription.ssrc * <uint32_t>2654435761
        rewriter_init(
            &made.rewriter, publication.audio, OPUS_RATE if publication.audio else VIDEO_RATE, 65536 + (seed >> 17)
        )
        made.rtx_sequence = <unsigned short>(seed & 0x7FFF)
        used |= ssrcs
        self.subscriptions[subscription.subscription] = <uintptr_t>made
        self.order(ADD_SUBSCRIPTION, <uintptr_t>made)

    def remove_subscription(self, int64_t subscription):
        known = self.subscriptions.get(subscription)
        if known is not None:
            self.order(REMOVE_SUBSCRIPTION, known)

    def select(self, int64_t subscription, int layer, int temporal=7):
        known = self.subscriptions.get(subscription)
        if known is not None:
            self.order(SELECT, known, max(layer, -1), temporal)

    def limit_publisher(self, int64_t transport, uint64_t bitrate):
        known = self.transports.get(transport)
        if known is not None:
            self.order(LIMIT_PUBLISHER, known, 0, 0, bitrate)

    # -- events ----------------------------------------------------------------------------------------------------

    def poll(self, int limit=256):
        cdef Event *event
        cdef list events = []
        while len(events) < limit:
            if self.pending == NULL:
                self.pending = <Event *>take_all(&self.forwarder.events)
                if self.pending == NULL:
                    break
            event = self.pending
            self.pending = event.next
            try:
                events.append(self.convert(event))
            finally:
                free(event)
        return events

    cdef object convert(self, Event *event):
        if event.kind == EVENT_DATAGRAM:
            atomic_add(&self.forwarder.events_waiting, -1)
            return DatagramReceived(
                event.address.socket, address_to(&event.address), event.handle, event.data[:event.length]
            )
        if event.kind == EVENT_FIRST_PACKET:
            return FirstPacket(event.handle, event.layer, event.ssrc, event.payload_type, Codec(event.codec))
        if event.kind == EVENT_LAYER:
            return LayerChanged(event.handle, event.layer)
        if event.kind == EVENT_REMOVED_TRANSPORT:
            return self.removed("transport", self.transports, FREE_TRANSPORT, event)
        if event.kind == EVENT_REMOVED_PUBLICATION:
            return self.removed("publication", self.publications, FREE_PUBLICATION, event)
        return self.removed("subscription", self.subscriptions, FREE_SUBSCRIPTION, event)

    cdef object removed(self, str kind, dict table, int free_kind, Event *event):
        table.pop(event.handle, None)
        if table is self.transports:
            self.used_ssrcs.pop(event.handle, None)
        # By command, because commands that still wait may point to the object.
        self.order(free_kind, <uintptr_t>event.object)
        return Removed(kind, event.handle)

    # -- statistics ------------------------------------------------------------------------------------------------

    def publication_stats(self, int64_t publication):
        known = self.publications.get(publication)
        return None if known is None else publication_snapshot(<Publication *><uintptr_t>known)

    def subscription_stats(self, int64_t subscription):
        known = self.subscriptions.get(subscription)
        return None if known is None else subscription_snapshot(<Subscription *><uintptr_t>known)

    def transport_stats(self, int64_t transport):
        known = self.transports.get(transport)
        return None if known is None else transport_snapshot(<Transport *><uintptr_t>known)

    def take_feedback(self, int64_t transport, int limit=4096):
        known = self.transports.get(transport)
        return [] if known is None else feedback_samples(<Transport *><uintptr_t>known, limit)

    def counters(self):
        return {name: self.forwarder.counters[i] for i, name in enumerate(names.NAMES)}
