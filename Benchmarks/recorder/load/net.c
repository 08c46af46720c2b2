#define _GNU_SOURCE
#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static int epoll = -1;
static Connection *connections;
static struct {
    int fd;
    SSL_CTX *tls;
    void (*accepted)(Connection *);
} listener = {.fd = -1};

static void watch(int fd, void *data) {
    if (epoll < 0) epoll = epoll_create1(EPOLL_CLOEXEC);
    // Edge-triggered: everything is read and written until the socket blocks, so this is the only call.
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = data};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) die("epoll_ctl", strerror(errno));
}

static struct sockaddr_in loopback(int port) {
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static Connection *new_connection(int fd, void (*handle)(Connection *, Event), void *state) {
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    Connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL) die("connection", "out of memory");
    *connection = (Connection){.fd = fd, .is_open = true, .handle = handle, .state = state, .next = connections};
    connections = connection;
    watch(fd, connection);
    return connection;
}

// MARK: TLS

static SSL_CTX *new_tls(const SSL_METHOD *method) {
    SSL_CTX *tls = SSL_CTX_new(method);
    if (tls == NULL) die("TLS", "no context");
    SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    // One read brings in as many records as there are.
    SSL_CTX_set_read_ahead(tls, 1);
    SSL_CTX_set_default_read_buffer_len(tls, 65536);
    return tls;
}

SSL_CTX *client_tls(const char *authority) {
    SSL_CTX *tls = new_tls(TLS_client_method());
    SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, NULL);
    if (SSL_CTX_load_verify_locations(tls, authority, NULL) != 1) die(authority, "no certificate");
    return tls;
}

SSL_CTX *server_tls(const char *certificate, const char *key) {
    SSL_CTX *tls = new_tls(TLS_server_method());
    if (SSL_CTX_use_certificate_chain_file(tls, certificate) != 1) die(certificate, "no certificate");
    if (SSL_CTX_use_PrivateKey_file(tls, key, SSL_FILETYPE_PEM) != 1) die(key, "no key");
    return tls;
}

static void start_tls(Connection *connection, SSL_CTX *tls) {
    connection->ssl = SSL_new(tls);
    SSL_set_fd(connection->ssl, connection->fd);
    if (connection->host == NULL) {
        SSL_set_accept_state(connection->ssl);
    } else {
        SSL_set_tlsext_host_name(connection->ssl, connection->host);
        SSL_set1_host(connection->ssl, connection->host);
        SSL_set_connect_state(connection->ssl);
    }
}

// MARK: A connection

void connection_close(Connection *connection) {
    if (!connection->is_open) return;
    connection->is_open = false;
    connection->due = 0;
    if (connection->is_ready) SSL_shutdown(connection->ssl);
    SSL_free(connection->ssl);
    close(connection->fd);
}

static void fail(Connection *connection) {
    if (!connection->is_open) return;
    connection_close(connection);
    connection->handle(connection, CLOSED);
}

// Returns false when the socket has nothing more for now, or has failed.
static bool went_on(Connection *connection, int result) {
    if (result > 0) return true;
    int error = SSL_get_error(connection->ssl, result);
    ERR_clear_error();
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
        // SSL_shutdown must not follow a failure.
        connection->is_ready = false;
        fail(connection);
    }
    return false;
}

static void flush(Connection *connection) {
    while (connection->is_open && connection->is_ready) {
        size_t count = bytes_count(&connection->out);
        if (count > 0) {
            int sent = SSL_write(connection->ssl, bytes_first(&connection->out), count > 16384 ? 16384 : (int)count);
            if (!went_on(connection, sent)) return;
            bytes_consume(&connection->out, (size_t)sent);
        } else if (connection->producing) {
            connection->handle(connection, DRAINED);
        } else {
            return;
        }
    }
}

// Reads the proxy's answer to CONNECT from the bare socket; TLS begins right behind it.
static void await_tunnel(Connection *connection, SSL_CTX *tls) {
    ssize_t count = read(connection->fd, bytes_room(&connection->in, 4096), 4096);
    if (count < 0 && errno == EAGAIN) return;
    bytes_added(&connection->in, count < 0 ? 0 : (size_t)count);
    const char *answer = bytes_first(&connection->in);
    size_t length = bytes_count(&connection->in);
    bool is_whole = length > 0 && memmem(answer, length, "\r\n\r\n", 4) != NULL;
    if (count <= 0 || (is_whole && memmem(answer, length < 16 ? length : 16, " 200", 4) == NULL)) {
        fail(connection);
        return;
    }
    if (!is_whole) return;
    bytes_consume(&connection->in, length);
    start_tls(connection, tls);
}

static void pump(Connection *connection, SSL_CTX *tls) {
    if (connection->ssl == NULL) await_tunnel(connection, tls);
    if (!connection->is_open || connection->ssl == NULL) return;
    if (!connection->is_ready) {
        if (!went_on(connection, SSL_do_handshake(connection->ssl))) return;
        connection->is_ready = true;
        connection->handle(connection, READY);
    }
    flush(connection);
    while (connection->is_open) {
        int count = SSL_read(connection->ssl, bytes_room(&connection->in, 16384), 16384);
        if (!went_on(connection, count)) return;
        bytes_added(&connection->in, (size_t)count);
        connection->handle(connection, INPUT);
        flush(connection);
    }
}

static SSL_CTX *route_tls;  // of all client connections of this process

Connection *connection_open(const Route *route, const char *host, void (*handle)(Connection *, Event), void *state) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = loopback(route->port);
    // Connecting on the loopback interface does not wait for anybody.
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0) die("connect", strerror(errno));
    route_tls = route->tls;
    if (route->through_proxy) {
        char text[512];
        int length = snprintf(text, sizeof text, "CONNECT %s:443 HTTP/1.1\r\nHost: %s:443\r\n\r\n", host, host);
        if (write(fd, text, (size_t)length) != length) die("CONNECT", strerror(errno));
    }
    fcntl(fd, F_SETFL, O_NONBLOCK);
    Connection *connection = new_connection(fd, handle, state);
    connection->host = host;
    if (!route->through_proxy) start_tls(connection, route->tls);
    return connection;
}

// MARK: The loop

int listen_on(int port, SSL_CTX *tls, void (*accepted)(Connection *)) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = loopback(port);
    socklen_t length = sizeof address;
    if (bind(fd, (struct sockaddr *)&address, length) != 0 || listen(fd, 1024) != 0) die("listen", strerror(errno));
    getsockname(fd, (struct sockaddr *)&address, &length);
    listener.fd = fd;
    listener.tls = tls;
    listener.accepted = accepted;
    watch(fd, &listener);
    return ntohs(address.sin_port);
}

static void accept_all(void) {
    int fd;
    while ((fd = accept4(listener.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        Connection *connection = new_connection(fd, NULL, NULL);
        start_tls(connection, listener.tls);
        listener.accepted(connection);
        pump(connection, NULL);
    }
}

// The time until the next DUE, for the wait.
static struct timespec *next_due(struct timespec *wait) {
    uint64_t next = UINT64_MAX, now = now_ns();
    for (Connection *each = connections; each != NULL; each = each->next)
        if (each->due != 0 && each->due < next) next = each->due;
    if (next == UINT64_MAX) return NULL;
    uint64_t left = next > now ? next - now : 0;
    *wait = (struct timespec){.tv_sec = (time_t)(left / 1000000000), .tv_nsec = (long)(left % 1000000000)};
    return wait;
}

static void free_closed(void) {
    for (Connection **link = &connections; *link != NULL;) {
        Connection *each = *link;
        if (each->is_open) {
            link = &each->next;
            continue;
        }
        *link = each->next;
        free(each->in.data);
        free(each->out.data);
        free(each);
    }
}

void run_loop(const bool *stop) {
    struct epoll_event events[256];
    while (!*stop && (connections != NULL || listener.fd >= 0)) {
        struct timespec wait;
        int count = epoll_pwait2(epoll, events, 256, next_due(&wait), NULL);
        for (int index = 0; index < count; index++) {
            if (events[index].data.ptr == &listener) accept_all();
            else if (((Connection *)events[index].data.ptr)->is_open) pump(events[index].data.ptr, route_tls);
        }
        uint64_t now = now_ns();
        for (Connection *each = connections; each != NULL; each = each->next) {
            if (each->due == 0 || each->due > now) continue;
            each->due = 0;
            each->handle(each, DUE);
            flush(each);
        }
        free_closed();
    }
}
