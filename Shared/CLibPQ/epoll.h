// Readiness of sockets on Linux; Swift's Glibc module leaves these headers out.
#pragma once
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

static inline int loop_epoll_create(void) {
    return epoll_create1(EPOLL_CLOEXEC);
}

static inline int loop_eventfd_create(void) {
    return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
}

static inline void loop_eventfd_signal(int descriptor) {
    uint64_t one = 1;
    (void)!write(descriptor, &one, sizeof one);
}

static inline void loop_eventfd_clear(int descriptor) {
    uint64_t count;
    (void)!read(descriptor, &count, sizeof count);
}

static inline int loop_epoll_control(int poll, int operation, int descriptor, uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events, .data = {.u64 = token}};
    return epoll_ctl(poll, operation, descriptor, &event);
}

// Fills `tokens` and `events`, at most `capacity` (up to 64) of each.
static inline int loop_epoll_wait(int poll, uint64_t *tokens, uint32_t *events, int capacity, int milliseconds) {
    struct epoll_event ready[64];
    int count = epoll_wait(poll, ready, capacity < 64 ? capacity : 64, milliseconds);
    for (int index = 0; index < count; index++) {
        tokens[index] = ready[index].data.u64;
        events[index] = ready[index].events;
    }
    return count;
}

// At most 15 bytes; shown by debuggers and top.
static inline void loop_name_thread(const char *name) {
    (void)prctl(PR_SET_NAME, name, 0, 0, 0);
}

enum {
    LOOP_ADD = EPOLL_CTL_ADD,
    LOOP_MODIFY = EPOLL_CTL_MOD,
    LOOP_REMOVE = EPOLL_CTL_DEL,
};
static const uint32_t LOOP_READ = EPOLLIN | EPOLLRDHUP;
static const uint32_t LOOP_WRITE = EPOLLOUT;
