// TLS connections that never block, and the loop that drives all of them in one thread.
#ifndef NET_H
#define NET_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Bytes that are appended at the end and consumed from the start.
typedef struct {
    char *data;
    size_t start, end, capacity;
} Bytes;

char *bytes_first(const Bytes *bytes);
size_t bytes_count(const Bytes *bytes);
// Room for `count` more bytes at the end; say with bytes_added how many were written there.
char *bytes_room(Bytes *bytes, size_t count);
void bytes_added(Bytes *bytes, size_t count);
void bytes_append(Bytes *bytes, const void *data, size_t count);
void bytes_print(Bytes *bytes, const char *format, ...) __attribute__((format(printf, 2, 3)));
void bytes_consume(Bytes *bytes, size_t count);

typedef enum {
    READY,  // the TLS handshake is done
    INPUT,  // `in` has grown
    DRAINED,  // `out` is empty again; only for a connection that is `producing`
    DUE,  // the time in `due` has come
    CLOSED,  // the peer has gone, or the connection failed; no further event follows
} Event;

typedef struct Connection Connection;
struct Connection {
    int fd;
    SSL *ssl;  // absent while the proxy's answer to CONNECT is awaited
    const char *host;  // a client's: the name that the certificate must be for
    Bytes in, out;
    bool is_open, is_ready, producing;
    uint64_t due;  // when DUE is to come, in the clock of now_ns(); 0: never
    void (*handle)(Connection *, Event);  // what it appends to `out` is sent when it returns
    void *state;
    Connection *next;
};

// How a client reaches an origin: by TLS to the port, or by CONNECT through a proxy there.
typedef struct {
    int port;
    bool through_proxy;
    SSL_CTX *tls;
} Route;

uint64_t now_ns(void);  // monotonic, the same in every process of the machine
_Noreturn void die(const char *what, const char *why);

SSL_CTX *client_tls(const char *authority);
SSL_CTX *server_tls(const char *certificate, const char *key);

// A client's connection. `host` must stay valid as long as the connection.
Connection *connection_open(const Route *route, const char *host, void (*handle)(Connection *, Event), void *state);
// Closes at once, without an event. The connection is freed after the event that is being handled.
void connection_close(Connection *connection);

// Accepts connections on 127.0.0.1; port 0 takes a free one.
// Returns the port.
int listen_on(int port, SSL_CTX *tls, void (*accepted)(Connection *));
// Runs until no connection is open (a listener keeps it running), or until `stop` is set.
void run_loop(const bool *stop);

#endif
