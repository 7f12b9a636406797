"""Commands in, changed tables out. Removals are acknowledged by events, memory is freed by later commands."""

from libc.stdlib cimport calloc, free, realloc
from libc.string cimport memcpy, memset, strcmp

from sfu.plane.addresses cimport address_forget, address_set
from sfu.plane.bindings cimport binding_add, binding_drop_layer
from sfu.plane.counters cimport DROP_NO_MEMORY
from sfu.plane.ingress cimport layer_restart
from sfu.plane.notify cimport notify_layer, notify_removed
from sfu.plane.rewriter cimport rewriter_resync, rewriter_select
from sfu.plane.ring cimport ring_free
from sfu.plane.srtp cimport srtp_close, srtp_remove_stream
from sfu.plane.tables cimport (
    ADD_PUBLICATION,
    ADD_SUBSCRIPTION,
    ADD_TRANSPORT,
    EVENT_REMOVED_PUBLICATION,
    EVENT_REMOVED_SUBSCRIPTION,
    EVENT_REMOVED_TRANSPORT,
    FREE_PUBLICATION,
    FREE_SUBSCRIPTION,
    FREE_TRANSPORT,
    LIMIT_PUBLISHER,
    MAX_LAYERS,
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
    Binding,
    Command,
    Forwarder,
    Layer,
    Publication,
    PublicationSetup,
    Subscription,
    Transport,
)


cdef void command_apply(Forwarder *forwarder, Command *command) noexcept nogil:
    # What a command may have made due (a key frame request, a report) is looked at right away.
    forwarder.tick_at = 0
    if ADD_TRANSPORT <= command.kind <= REMOVE_TRANSPORT or command.kind == LIMIT_PUBLISHER:
        apply_transport(forwarder, <Transport *>command.object, command)
    elif ADD_PUBLICATION <= command.kind <= PAUSE_PUBLICATION or command.kind == REQUEST_KEY_FRAME:
        apply_publication(forwarder, <Publication *>command.object, command)
    elif ADD_SUBSCRIPTION <= command.kind <= SELECT:
        apply_subscription(forwarder, <Subscription *>command.object, command)
    elif command.kind == FREE_TRANSPORT:
        free_transport(<Transport *>command.object)
    elif command.kind == FREE_PUBLICATION:
        free_publication(<Publication *>command.object)
    elif command.kind == FREE_SUBSCRIPTION:
        free_subscription(<Subscription *>command.object)
    srtp_close(&command.inbound)
    srtp_close(&command.outbound)
    free(command.extensions)
    free(command.setup)
    free(command)


cdef void apply_transport(Forwarder *forwarder, Transport *transport, Command *command) noexcept nogil:
    if command.kind == ADD_TRANSPORT:
        transport.next = forwarder.transports
        if transport.next != NULL:
            transport.next.previous = transport
        forwarder.transports = transport
    elif transport.dead:
        return
    elif command.kind == SET_EXTENSIONS:
        memcpy(transport.kinds, command.extensions.kinds, sizeof(transport.kinds))
        memcpy(transport.layouts, command.extensions.layouts, sizeof(transport.layouts))
    elif command.kind == SET_REMOTE:
        transport.narrow = False
        if address_set(forwarder, transport, &command.address) < 0:
            forwarder.counters[DROP_NO_MEMORY] += 1
    elif command.kind == SET_SRTP:
        srtp_close(&transport.inbound)
        srtp_close(&transport.outbound)
        transport.inbound = command.inbound
        transport.outbound = command.outbound
        memset(&command.inbound, 0, sizeof(command.inbound))
        memset(&command.outbound, 0, sizeof(command.outbound))
    elif command.kind == REMOVE_TRANSPORT:
        remove_transport(forwarder, transport)
    elif command.kind == LIMIT_PUBLISHER:
        transport.limit = command.bitrate
        transport.limit_at = 0


cdef void remove_transport(Forwarder *forwarder, Transport *transport) noexcept nogil:
    while transport.subscriptions != NULL:
        remove_subscription(forwarder, transport.subscriptions)
    while transport.publications != NULL:
        remove_publication(forwarder, transport.publications)
    address_forget(forwarder, transport)
    if transport.previous != NULL:
        transport.previous.next = transport.next
    else:
        forwarder.transports = transport.next
    if transport.next != NULL:
        transport.next.previous = transport.previous
    srtp_close(&transport.inbound)
    srtp_close(&transport.outbound)
    transport.dead = True
    notify_removed(forwarder, EVENT_REMOVED_TRANSPORT, transport.handle, transport)


cdef void free_transport(Transport *transport) noexcept nogil:
    srtp_close(&transport.inbound)
    srtp_close(&transport.outbound)
    free(transport.arrivals)
    free(transport.history)
    free(transport.feedback)
    free(transport)


# -- publications ---------------------------------------------------------------------------------------------------


cdef void apply_publication(Forwarder *forwarder, Publication *publication, Command *command) noexcept nogil:
    if command.kind == ADD_PUBLICATION:
        if publication.transport.dead:
            publication.dead = True
            notify_removed(forwarder, EVENT_REMOVED_PUBLICATION, publication.handle, publication)
            return
        publication.next = publication.transport.publications
        publication.transport.publications = publication
        set_layers(forwarder, publication, command.setup)
    elif publication.dead:
        return
    elif command.kind == SET_PUBLICATION:
        set_layers(forwarder, publication, command.setup)
    elif command.kind == REMOVE_PUBLICATION:
        remove_publication(forwarder, publication)
    elif command.kind == PAUSE_PUBLICATION:
        pause_publication(publication, command.first)
    elif command.kind == REQUEST_KEY_FRAME:
        if 0 <= command.first < publication.layer_count:
            publication.layers[command.first].key_asked = True


cdef void pause_publication(Publication *publication, bint paused) noexcept nogil:
    cdef int i
    publication.paused = paused
    if paused:
        for i in range(publication.subscription_count):
            rewriter_resync(&publication.subscriptions[i].rewriter)


cdef void set_layers(Forwarder *forwarder, Publication *publication, const PublicationSetup *setup) noexcept nogil:
    """Takes over the setup. Layers of the same rid keep their state, also when their place changes."""
    cdef Layer *former[MAX_LAYERS]
    cdef int places[MAX_LAYERS]         # by former place, -1 = gone
    cdef int former_count = publication.layer_count
    cdef int i, k
    for i in range(former_count):
        former[i] = publication.layers[i]
        places[i] = -1
    publication.setup = setup[0]
    publication.layer_count = 0
    for i in range(setup.layer_count):
        publication.layers[i] = NULL
        for k in range(former_count):
            if places[k] < 0 and strcmp(former[k].rid, setup.rids[i]) == 0:
                places[k] = i
                publication.layers[i] = former[k]
                break
        if publication.layers[i] == NULL:
            publication.layers[i] = <Layer *>calloc(1, sizeof(Layer))
            if publication.layers[i] == NULL:
                forwarder.counters[DROP_NO_MEMORY] += 1
                break
            publication.layers[i].picture = -1
            memcpy(publication.layers[i].rid, setup.rids[i], sizeof(publication.layers[i].rid))
        publication.layers[i].index = i
        publication.layer_count += 1
    move_subscriptions(forwarder, publication, places, former_count)
    for k in range(former_count):
        if places[k] < 0:
            binding_drop_layer(publication.transport, former[k])
            ring_free(&former[k].ring)
            former[k].next = publication.retired
            publication.retired = former[k]
    for i in range(publication.layer_count):
        bind_declared(publication, publication.layers[i], setup.ssrcs[i], setup.rtx_ssrcs[i])


cdef void move_subscriptions(
    Forwarder *forwarder, Publication *publication, const int *places, int former_count
) noexcept nogil:
    """Layers got other places: clocks and subscriptions follow them."""
    cdef Subscription *subscription
    cdef bint moved = False
    cdef int i
    for i in range(former_count):
        moved = moved or places[i] != i
    if not moved:
        return
    for i in range(MAX_LAYERS):
        publication.clocks[i].ntp = 0
    for i in range(publication.subscription_count):
        subscription = publication.subscriptions[i]
        if subscription.rewriter.layer >= 0:
            subscription.rewriter.layer = places[subscription.rewriter.layer]
        if 0 <= subscription.rewriter.target < former_count:
            subscription.rewriter.target = places[subscription.rewriter.target]
        if 0 <= subscription.rewriter.clock_layer < former_count:
            subscription.rewriter.clock_layer = places[subscription.rewriter.clock_layer]
        free(subscription.sent)         # its entries name former places
        subscription.sent = NULL
        notify_layer(forwarder, subscription)


cdef void bind_declared(
    Publication *publication, Layer *layer, unsigned int ssrc, unsigned int rtx_ssrc
) noexcept nogil:
    """SSRCs that the description named; those already learnt from packets win over none."""
    cdef Binding binding
    binding.publication = publication
    binding.layer = layer
    if ssrc and ssrc != layer.ssrc:
        if layer.ssrc or layer.receive.started:
            layer_restart(publication, layer)
        binding.ssrc = ssrc
        binding.rtx = False
        binding_add(publication.transport, &binding)
    if rtx_ssrc and rtx_ssrc != layer.rtx_ssrc:
        binding.ssrc = rtx_ssrc
        binding.rtx = True
        binding_add(publication.transport, &binding)


cdef void remove_publication(Forwarder *forwarder, Publication *publication) noexcept nogil:
    cdef Publication **link = &publication.transport.publications
    cdef int i
    while publication.subscription_count:
        remove_subscription(forwarder, publication.subscriptions[publication.subscription_count - 1])
    while link[0] != publication:
        link = &link[0].next
    link[0] = publication.next
    for i in range(publication.layer_count):
        binding_drop_layer(publication.transport, publication.layers[i])
    publication.dead = True
    notify_removed(forwarder, EVENT_REMOVED_PUBLICATION, publication.handle, publication)


cdef void free_publication(Publication *publication) noexcept nogil:
    cdef Layer *layer
    cdef int i
    for i in range(publication.layer_count):
        ring_free(&publication.layers[i].ring)
        free(publication.layers[i])
    while publication.retired != NULL:
        layer = publication.retired
        publication.retired = layer.next
        free(layer)
    free(publication.subscriptions)
    free(publication)


# -- subscriptions --------------------------------------------------------------------------------------------------


cdef void apply_subscription(Forwarder *forwarder, Subscription *subscription, Command *command) noexcept nogil:
    if command.kind == ADD_SUBSCRIPTION:
        add_subscription(forwarder, subscription)
    elif subscription.dead:
        return
    elif command.kind == REMOVE_SUBSCRIPTION:
        remove_subscription(forwarder, subscription)
    elif command.kind == SELECT:
        if command.first < subscription.publication.layer_count:
            rewriter_select(&subscription.rewriter, command.first, command.second)
            notify_layer(forwarder, subscription)


cdef void add_subscription(Forwarder *forwarder, Subscription *subscription) noexcept nogil:
    cdef Publication *publication = subscription.publication
    cdef Subscription **grown
    if not publication.dead and not subscription.transport.dead:
        if publication.subscription_count == publication.subscription_room:
            grown = <Subscription **>realloc(
                publication.subscriptions, (2 * publication.subscription_room + 4) * sizeof(Subscription *)
            )
            if grown != NULL:
                publication.subscriptions = grown
                publication.subscription_room = 2 * publication.subscription_room + 4
        if publication.subscription_count < publication.subscription_room:
            publication.subscriptions[publication.subscription_count] = subscription
            publication.subscription_count += 1
            subscription.next = subscription.transport.subscriptions
            subscription.transport.subscriptions = subscription
            return
        forwarder.counters[DROP_NO_MEMORY] += 1
    subscription.dead = True
    notify_removed(forwarder, EVENT_REMOVED_SUBSCRIPTION, subscription.handle, subscription)


cdef void remove_subscription(Forwarder *forwarder, Subscription *subscription) noexcept nogil:
    cdef Publication *publication = subscription.publication
    cdef Transport *transport = subscription.transport
    cdef Subscription **link = &transport.subscriptions
    cdef int i
    while link[0] != subscription:
        link = &link[0].next
    link[0] = subscription.next
    for i in range(publication.subscription_count):
        if publication.subscriptions[i] == subscription:
            publication.subscription_count -= 1
            publication.subscriptions[i] = publication.subscriptions[publication.subscription_count]
            break
    srtp_remove_stream(&transport.outbound, subscription.ssrc)
    if subscription.rtx_ssrc:
        srtp_remove_stream(&transport.outbound, subscription.rtx_ssrc)
    subscription.dead = True
    notify_removed(forwarder, EVENT_REMOVED_SUBSCRIPTION, subscription.handle, subscription)


cdef void free_subscription(Subscription *subscription) noexcept nogil:
    free(subscription.sent)
    free(subscription)


cdef void object_free(int event_kind, void *object) noexcept nogil:
    if event_kind == EVENT_REMOVED_TRANSPORT:
        free_transport(<Transport *>object)
    elif event_kind == EVENT_REMOVED_PUBLICATION:
        free_publication(<Publication *>object)
    elif event_kind == EVENT_REMOVED_SUBSCRIPTION:
        free_subscription(<Subscription *>object)


cdef void forwarder_clear(Forwarder *forwarder) noexcept nogil:
    while forwarder.transports != NULL:
        remove_transport(forwarder, forwarder.transports)
