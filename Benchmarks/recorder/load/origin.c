// The origin of every measurement: a TLS server on 127.0.0.1 that does what the request's query says.
//
//     origin CERTIFICATE KEY      prints its port and runs until it is killed
//
//     ?kind=json&size=4096&id=7                a JSON document of that size
//     ?kind=sse&events=200&interval_us=5000&size=150&id=7    events that carry the time at which they were sent
//     ?kind=bytes&size=104857600&id=7          letters
//     ?kind=socket&id=7                        a WebSocket that sends every message back
#define _GNU_SOURCE
#include "net.h"
#include "text.h"
#include "websocket.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    bool has_head, is_socket;
    enum { DOCUMENT, STREAM, LETTERS, SOCKET } kind;
    uint64_t id, size, events, interval_ns;
    uint64_t body_left, first_ns;  // of the request's body: bytes to come, when the first came
    uint64_t sent;  // events or letters
} Exchange;

static void start_answer(Connection *connection, const char *type) {
    bytes_print(&connection->out, "HTTP/1.1 200 OK\r\nContent-Type: %s\r\n", type);
}

static void send_event(Connection *connection, Exchange *exchange) {
    char text[4096];
    int length = snprintf(
        text, sizeof text,
        "data: {\"type\":\"response.output_text.delta\",\"n\":%" PRIu64 ",\"time_ns\":%" PRIu64 ",\"delta\":\"",
        exchange->sent, now_ns());
    if (exchange->size > 3000) die("size", "an event is at most 3000 bytes");
    random_letters(text + length, exchange->size, exchange->id << 20 | exchange->sent);
    length += (int)exchange->size;
    length += snprintf(text + length, 8, "\"}\n\n");
    bytes_print(&connection->out, "%x\r\n", (unsigned)length);
    bytes_append(&connection->out, text, (size_t)length);
    bytes_append(&connection->out, "\r\n", 2);
    if (++exchange->sent < exchange->events) {
        connection->due = now_ns() + exchange->interval_ns;
    } else {
        bytes_append(&connection->out, "0\r\n\r\n", 5);
        exchange->has_head = false;
    }
}

static void send_letters(Connection *connection, Exchange *exchange) {
    uint64_t left = exchange->size - exchange->sent;
    size_t count = left > 65536 ? 65536 : (size_t)left;
    random_letters(bytes_room(&connection->out, count), count, exchange->id << 32 | exchange->sent);
    bytes_added(&connection->out, count);
    exchange->sent += count;
    connection->producing = exchange->sent < exchange->size;
    if (!connection->producing) exchange->has_head = false;
}

static void answer(Connection *connection, Exchange *exchange) {
    switch (exchange->kind) {
    case DOCUMENT:
        start_answer(connection, "application/json");
        bytes_print(&connection->out, "Content-Length: %" PRIu64 "\r\n\r\n", exchange->size);
        append_document(&connection->out, exchange->size, exchange->id, exchange->first_ns);
        exchange->has_head = false;
        break;
    case STREAM:
        start_answer(connection, "text/event-stream");
        bytes_print(&connection->out, "Transfer-Encoding: chunked\r\n\r\n");
        send_event(connection, exchange);
        break;
    case LETTERS:
        start_answer(connection, "application/octet-stream");
        bytes_print(&connection->out, "Content-Length: %" PRIu64 "\r\n\r\n", exchange->size);
        send_letters(connection, exchange);
        break;
    case SOCKET:
        exchange->is_socket = true;
        break;
    }
}

static bool asks_for(const char *head, size_t length, const char *kind) {
    return memmem(head, length, kind, strlen(kind)) != NULL;
}

static bool take_head(Connection *connection, Exchange *exchange) {
    size_t length = head_length(&connection->in);
    if (length == 0) return false;
    const char *head = bytes_first(&connection->in);
    *exchange = (Exchange){
        .has_head = true,
        .kind = asks_for(head, length, "kind=sse") ? STREAM
            : asks_for(head, length, "kind=bytes") ? LETTERS
            : asks_for(head, length, "kind=socket") ? SOCKET : DOCUMENT,
        .id = number_after(head, length, "&id=", 0),
        .size = number_after(head, length, "&size=", 256),
        .events = number_after(head, length, "&events=", 1),
        .interval_ns = number_after(head, length, "&interval_us=", 0) * 1000,
        .body_left = number_after(head, length, "\ncontent-length:", 0),
    };
    if (exchange->kind == SOCKET) {
        char accept[32];
        const char *key = strcasestr(head, "sec-websocket-key: ");
        if (key == NULL) die("WebSocket", "no key");
        websocket_accept(key + 19, accept);
        bytes_print(
            &connection->out,
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: %s\r\n\r\n", accept);
    }
    bytes_consume(&connection->in, length);
    return true;
}

static void echo(Connection *connection) {
    Frame frame;
    while (frame_parse(&connection->in, &frame)) {
        char *payload = bytes_first(&connection->in) + frame.head;
        if (frame.masked) frame_mask(payload, frame.payload, frame.mask);
        frame_append_head(&connection->out, frame.payload, NULL);
        bytes_append(&connection->out, payload, frame.payload);
        bytes_consume(&connection->in, frame.head + frame.payload);
    }
}

static void take_input(Connection *connection, Exchange *exchange) {
    if (!exchange->is_socket && !exchange->has_head && !take_head(connection, exchange)) return;
    if (exchange->is_socket) {
        echo(connection);
        return;
    }
    size_t count = bytes_count(&connection->in);
    if (count > exchange->body_left) count = (size_t)exchange->body_left;
    if (exchange->first_ns == 0 && count == 0 && exchange->body_left > 0) return;
    if (exchange->first_ns == 0) exchange->first_ns = now_ns();
    bytes_consume(&connection->in, count);
    exchange->body_left -= count;
    if (exchange->body_left == 0) answer(connection, exchange);
}

static void handle(Connection *connection, Event event) {
    Exchange *exchange = connection->state;
    switch (event) {
    case READY: break;
    case INPUT: take_input(connection, exchange); break;
    case DRAINED: send_letters(connection, exchange); break;
    case DUE: send_event(connection, exchange); break;
    case CLOSED: free(exchange); break;
    }
}

static void accepted(Connection *connection) {
    connection->handle = handle;
    connection->state = calloc(1, sizeof(Exchange));
}

int main(int count, char **arguments) {
    if (count != 3) die("usage", "origin CERTIFICATE KEY");
    signal(SIGPIPE, SIG_IGN);
    printf("%d\n", listen_on(0, server_tls(arguments[1], arguments[2]), accepted));
    fflush(stdout);
    bool stop = false;
    run_loop(&stop);
}
