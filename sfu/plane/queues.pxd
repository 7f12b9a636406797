"""A queue between two threads without a lock: any number push, one takes everything at once."""

cdef extern from *:
    """
    static inline void zv_push(void **head, void **node) {
        void *old = __atomic_load_n(head, __ATOMIC_RELAXED);
        do { *node = old; }
        while (!__atomic_compare_exchange_n(head, &old, (void *)node, 1, __ATOMIC_RELEASE, __ATOMIC_RELAXED));
    }
    static inline void *zv_take_all(void **head) {
        void **last = (void **)__atomic_exchange_n(head, (void *)0, __ATOMIC_ACQUIRE), **first = 0, **next;
        while (last) { next = (void **)*last; *last = first; first = last; last = next; }
        return first;
    }
    static inline long zv_add(long *value, long delta) { return __atomic_add_fetch(value, delta, __ATOMIC_ACQ_REL); }
    static inline long zv_load(const long *value) { return __atomic_load_n(value, __ATOMIC_ACQUIRE); }
    static inline void zv_store(long *value, long now) { __atomic_store_n(value, now, __ATOMIC_RELEASE); }
    static inline long zv_swap(long *value, long now) { return __atomic_exchange_n(value, now, __ATOMIC_ACQ_REL); }
    """
    # `node` points to a struct whose first member is the `next` pointer.
    void push "zv_push"(void **head, void **node) noexcept nogil
    # Everything pushed so far as a list, oldest first; NULL = nothing.
    void *take_all "zv_take_all"(void **head) noexcept nogil
    long atomic_add "zv_add"(long *value, long delta) noexcept nogil
    long atomic_load "zv_load"(const long *value) noexcept nogil
    void atomic_store "zv_store"(long *value, long now) noexcept nogil
    long atomic_swap "zv_swap"(long *value, long now) noexcept nogil
