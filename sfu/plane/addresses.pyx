"""Addresses in, transports out. Pure: see the `.pxd`."""

from libc.stdint cimport uint32_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcmp, memcpy, memmove

from sfu.plane.tables cimport ADDRESS_BUCKETS, MAX_ADDRESSES, Address, AddressEntry, Forwarder, Transport


cdef AddressEntry **bucket_of(Forwarder *forwarder, const Address *address) noexcept nogil:
    """Multiplicative hash over the six words of the address."""
    cdef uint32_t words[6]
    cdef uint32_t value = 0
    cdef int i
    memcpy(words, address, sizeof(words))
    for i in range(6):
        value = (value ^ words[i]) * <uint32_t>0x9E3779B1
        value ^= value >> 15
    return &forwarder.buckets[value % ADDRESS_BUCKETS]


cdef Transport *address_find(const Forwarder *forwarder, const Address *address) noexcept nogil:
    cdef AddressEntry *entry = bucket_of(<Forwarder *>forwarder, address)[0]
    while entry != NULL:
        if memcmp(&entry.address, address, sizeof(Address)) == 0:
            return entry.transport
        entry = entry.next
    return NULL


cdef void unlink(Forwarder *forwarder, const Address *address) noexcept nogil:
    cdef AddressEntry **link = bucket_of(forwarder, address)
    cdef AddressEntry *entry
    while link[0] != NULL:
        entry = link[0]
        if memcmp(&entry.address, address, sizeof(Address)) == 0:
            link[0] = entry.next
            free(entry)
            return
        link = &entry.next


cdef void drop_from(Transport *transport, const Address *address) noexcept nogil:
    """Takes the address out of the transport's own list."""
    cdef int i
    for i in range(transport.address_count):
        if memcmp(&transport.addresses[i], address, sizeof(Address)) == 0:
            transport.address_count -= 1
            memmove(
                &transport.addresses[i],
                &transport.addresses[i + 1],
                (transport.address_count - i) * sizeof(Address),
            )
            return


cdef int address_set(Forwarder *forwarder, Transport *transport, const Address *address) noexcept nogil:
    cdef Transport *owner = address_find(forwarder, address)
    cdef AddressEntry **link = bucket_of(forwarder, address)
    cdef AddressEntry *entry
    if owner != NULL:
        drop_from(owner, address)
        unlink(forwarder, address)
    if transport.address_count == MAX_ADDRESSES:
        unlink(forwarder, &transport.addresses[MAX_ADDRESSES - 1])
        transport.address_count -= 1
    entry = <AddressEntry *>malloc(sizeof(AddressEntry))
    if entry == NULL:
        return -1
    memmove(&transport.addresses[1], &transport.addresses[0], transport.address_count * sizeof(Address))
    transport.addresses[0] = address[0]
    transport.address_count += 1
    entry.address = address[0]
    entry.transport = transport
    entry.next = link[0]
    link[0] = entry
    return 0


cdef void address_forget(Forwarder *forwarder, Transport *transport) noexcept nogil:
    cdef int i
    for i in range(transport.address_count):
        unlink(forwarder, &transport.addresses[i])
    transport.address_count = 0
