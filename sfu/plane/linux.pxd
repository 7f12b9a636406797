"""The Linux calls that the thread makes."""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t

cdef extern from *:
    """
    #include <errno.h>
    #include <netinet/in.h>
    #include <pthread.h>
    #include <sched.h>
    #include <string.h>
    #include <sys/epoll.h>
    #include <sys/socket.h>
    #include <time.h>
    #include <unistd.h>
    #ifndef SOL_UDP
    #define SOL_UDP 17
    #endif
    #ifndef UDP_SEGMENT     /* linux/udp.h, since 4.18 */
    #define UDP_SEGMENT 103
    #endif
    /* Says "segments of `size` bytes" in the control buffer of a message. */
    static inline void zv_segment(struct msghdr *message, void *control, unsigned short size) {
        struct cmsghdr *head;
        message->msg_control = control;
        message->msg_controllen = CMSG_SPACE(sizeof(size));
        head = CMSG_FIRSTHDR(message);
        head->cmsg_level = SOL_UDP;
        head->cmsg_type = UDP_SEGMENT;
        head->cmsg_len = CMSG_LEN(sizeof(size));
        *(unsigned short *)CMSG_DATA(head) = size;
    }
    /* When the kernel got a message: ns of CLOCK_REALTIME, 0 = it did not say. */
    static inline long long zv_stamp(const struct msghdr *message) {
        struct cmsghdr *head = CMSG_FIRSTHDR((struct msghdr *)message);
        struct timespec at;
        if (head == NULL || head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_TIMESTAMPNS)
            return 0;
        memcpy(&at, CMSG_DATA(head), sizeof(at));
        return at.tv_sec * 1000000000LL + at.tv_nsec;
    }
    """
    int AF_INET, AF_INET6, MSG_DONTWAIT, MSG_TRUNC
    int EAGAIN, EINTR, EINVAL, EIO, EMSGSIZE, ENOBUFS
    int EPOLL_CLOEXEC, EPOLL_CTL_ADD, EPOLLIN
    int SCHED_FIFO, CLOCK_MONOTONIC, CLOCK_REALTIME
    int errno

    struct iovec:
        void *iov_base
        size_t iov_len

    struct msghdr:
        void *msg_name
        uint32_t msg_namelen
        iovec *msg_iov
        size_t msg_iovlen
        void *msg_control
        size_t msg_controllen
        int msg_flags

    struct mmsghdr:
        msghdr msg_hdr
        unsigned int msg_len

    struct in_addr:
        pass

    struct in6_addr:
        pass

    struct sockaddr_in:
        uint16_t sin_family
        uint16_t sin_port
        in_addr sin_addr

    struct sockaddr_in6:
        uint16_t sin6_family
        uint16_t sin6_port
        uint32_t sin6_flowinfo
        in6_addr sin6_addr
        uint32_t sin6_scope_id

    union epoll_data_t:
        uint32_t u32

    struct epoll_event:
        uint32_t events
        epoll_data_t data

    struct timespec:
        long tv_sec
        long tv_nsec

    struct sched_param:
        int sched_priority

    ctypedef unsigned long pthread_t

    int recvmmsg(int fd, mmsghdr *messages, unsigned int count, int flags, timespec *timeout) nogil
    int sendmmsg(int fd, mmsghdr *messages, unsigned int count, int flags) nogil
    int epoll_create1(int flags) nogil
    int epoll_ctl(int epoll, int what, int fd, epoll_event *event) nogil
    int epoll_wait(int epoll, epoll_event *events, int limit, int timeout) nogil
    long read(int fd, void *to, size_t count) nogil
    long write(int fd, const void *data, size_t count) nogil
    int close(int fd) nogil
    int clock_gettime(int clock, timespec *now) nogil
    int pthread_create(pthread_t *thread, void *attributes, void *(*run)(void *) noexcept nogil, void *arg) nogil
    int pthread_join(pthread_t thread, void **result) nogil
    int pthread_setschedparam(pthread_t thread, int policy, const sched_param *parameters) nogil
    pthread_t pthread_self() nogil
    uint16_t htons(uint16_t host) nogil
    uint16_t ntohs(uint16_t network) nogil
    void segment "zv_segment"(msghdr *message, void *control, unsigned short size) nogil
    int64_t stamp "zv_stamp"(const msghdr *message) nogil
