"""Socket, clock and mutex calls of Linux that Cython's own headers lack."""

from libc.stdint cimport int64_t

cdef extern from *:
    """
    #ifndef _GNU_SOURCE
    #define _GNU_SOURCE
    #endif
    #include <arpa/inet.h>
    #include <poll.h>
    #include <sys/epoll.h>
    #include <sys/eventfd.h>
    #include <sys/socket.h>
    #include <sys/uio.h>
    #include <netinet/in.h>
    #include <netinet/udp.h>
    #include <pthread.h>
    #include <string.h>
    #include <time.h>
    #include <unistd.h>
    #ifndef UDP_GRO
    #define UDP_GRO 104
    #endif
    #ifndef UDP_SEGMENT
    #define UDP_SEGMENT 103
    #endif

    typedef struct { long long arrival; int segment; } ReceiveNotes;

    /* What the kernel says about a datagram: when it came (CLOCK_REALTIME ns, 0 = unknown) and, after
       generic receive offload, how large each of its segments is (0 = it is a single datagram). */
    static inline ReceiveNotes receive_notes(struct msghdr *message) {
        ReceiveNotes notes = {0, 0};
        struct cmsghdr *c;
        for (c = CMSG_FIRSTHDR(message); c != NULL; c = CMSG_NXTHDR(message, c)) {
            if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
                struct timespec at;
                memcpy(&at, CMSG_DATA(c), sizeof(at));
                notes.arrival = at.tv_sec * 1000000000LL + at.tv_nsec;
            } else if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_GRO) {
                memcpy(&notes.segment, CMSG_DATA(c), sizeof(int));
            }
        }
        return notes;
    }

    /* Asks for segmentation offload: the datagrams of this message are `segment` bytes long, the last at most. */
    static inline void ask_segments(struct msghdr *message, void *control, size_t room, unsigned short segment) {
        message->msg_control = control;
        message->msg_controllen = room < CMSG_SPACE(sizeof(segment)) ? room : CMSG_SPACE(sizeof(segment));
        struct cmsghdr *c = CMSG_FIRSTHDR(message);
        c->cmsg_level = IPPROTO_UDP;
        c->cmsg_type = UDP_SEGMENT;
        c->cmsg_len = CMSG_LEN(sizeof(segment));
        memcpy(CMSG_DATA(c), &segment, sizeof(segment));
    }

    static inline long long clock_ns(clockid_t clock) {
        struct timespec at;
        clock_gettime(clock, &at);
        return at.tv_sec * 1000000000LL + at.tv_nsec;
    }

    static inline void sleep_until(long long monotonic_ns) {
        struct timespec at = {monotonic_ns / 1000000000LL, monotonic_ns % 1000000000LL};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
    }

    /* Waits for at most `ns`; 1 when something can be read. Works for an epoll, whose own timeouts are in ms. */
    static inline int wait_readable(int fd, long long ns) {
        struct pollfd one = {fd, POLLIN, 0};
        struct timespec at = {0, 0};
        if (ns > 0) { at.tv_sec = ns / 1000000000LL; at.tv_nsec = ns % 1000000000LL; }
        return ppoll(&one, 1, &at, NULL);
    }

    static inline clockid_t own_cpu_clock(void) {
        clockid_t clock;
        return pthread_getcpuclockid(pthread_self(), &clock) == 0 ? clock : CLOCK_THREAD_CPUTIME_ID;
    }

    static inline void atomic_add(int *value, int step) { __atomic_add_fetch(value, step, __ATOMIC_SEQ_CST); }
    static inline int atomic_get(int *value) { return __atomic_load_n(value, __ATOMIC_SEQ_CST); }

    /* The length of the address, or 0 when it is not a numeric one. */
    static inline unsigned int fill_address(struct sockaddr_storage *storage, const char *host, unsigned short port) {
        struct sockaddr_in *four = (struct sockaddr_in *)storage;
        struct sockaddr_in6 *six = (struct sockaddr_in6 *)storage;
        memset(storage, 0, sizeof(*storage));
        if (inet_pton(AF_INET, host, &four->sin_addr) == 1) {
            four->sin_family = AF_INET;
            four->sin_port = htons(port);
            return sizeof(*four);
        }
        if (inet_pton(AF_INET6, host, &six->sin6_addr) == 1) {
            six->sin6_family = AF_INET6;
            six->sin6_port = htons(port);
            return sizeof(*six);
        }
        return 0;
    }
    """
    ctypedef struct ReceiveNotes:
        int64_t arrival
        int segment
    ReceiveNotes receive_notes(msghdr *message) nogil
    void ask_segments(msghdr *message, void *control, size_t room, unsigned short segment) nogil
    ctypedef int clockid_t
    int64_t clock_ns(clockid_t clock) nogil
    clockid_t own_cpu_clock() nogil
    void sleep_until(int64_t monotonic_ns) nogil
    int wait_readable(int fd, int64_t ns) nogil
    void atomic_add(int *value, int step) nogil
    int atomic_get(int *value) nogil

    int CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_THREAD_CPUTIME_ID
    int MSG_DONTWAIT, MSG_TRUNC, AF_INET, SOL_SOCKET, SO_RCVBUF
    int EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLLIN, EFD_NONBLOCK

    struct iovec:
        void *iov_base
        size_t iov_len
    struct msghdr:
        void *msg_name
        unsigned int msg_namelen
        iovec *msg_iov
        size_t msg_iovlen
        void *msg_control
        size_t msg_controllen
        int msg_flags
    struct mmsghdr:
        msghdr msg_hdr
        unsigned int msg_len
    struct sockaddr:
        unsigned short sa_family
    struct sockaddr_storage:
        unsigned short ss_family
    struct in_addr:
        pass
    struct sockaddr_in:
        unsigned short sin_family
        unsigned short sin_port
        in_addr sin_addr
    unsigned int fill_address(sockaddr_storage *storage, const char *host, unsigned short port) nogil
    int recvmmsg(int fd, mmsghdr *messages, unsigned int count, int flags, void *timeout) nogil
    int sendmmsg(int fd, mmsghdr *messages, unsigned int count, int flags) nogil
    ssize_t sendto(int fd, const void *data, size_t size, int flags, const sockaddr *to, unsigned int length) nogil
    ssize_t send(int fd, const void *data, size_t size, int flags) nogil
    ssize_t recv(int fd, void *data, size_t size, int flags) nogil
    unsigned short htons(unsigned short host) nogil
    int inet_pton(int family, const char *text, void *out) nogil
    int getsockopt(int fd, int level, int option, void *value, unsigned int *length) nogil

    union epoll_data_t:
        void *ptr
    struct epoll_event:
        unsigned int events
        epoll_data_t data
    int epoll_create1(int flags) nogil
    int epoll_ctl(int epoll, int operation, int fd, epoll_event *event) nogil
    int epoll_wait(int epoll, epoll_event *events, int count, int timeout_ms) nogil
    int eventfd(unsigned int value, int flags) nogil
    ssize_t read(int fd, void *data, size_t size) nogil
    ssize_t write(int fd, const void *data, size_t size) nogil
    int close(int fd) nogil

    ctypedef struct pthread_mutex_t:
        pass
    int pthread_mutex_init(pthread_mutex_t *mutex, const void *attributes) nogil
    int pthread_mutex_lock(pthread_mutex_t *mutex) nogil
    int pthread_mutex_unlock(pthread_mutex_t *mutex) nogil
    int pthread_mutex_destroy(pthread_mutex_t *mutex) nogil
