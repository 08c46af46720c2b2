// A WebSocket whose messages the origin sends back; the next goes out when the last has come.
//
//     messages=400 bytes=262144
#include "load.h"
#include "text.h"
#include "websocket.h"

#include <inttypes.h>
#include <stdio.h>

static struct {
    uint64_t messages, done, errors, id, sent_ns;
    size_t bytes;
    bool is_open;
    Answer answer;
    Samples round_trip;
} run;

static void send_message(Connection *connection) {
    static const unsigned char mask[4] = {0x37, 0xFA, 0x21, 0x3D};
    frame_append_head(&connection->out, run.bytes, mask);
    char *payload = bytes_room(&connection->out, run.bytes);
    random_letters(payload, run.bytes, run.id << 32 | run.done);
    frame_mask(payload, run.bytes, mask);
    bytes_added(&connection->out, run.bytes);
    run.sent_ns = now_ns();
}

static void take_messages(Connection *connection) {
    Frame frame;
    while (connection->is_open && frame_parse(&connection->in, &frame)) {
        samples_add(&run.round_trip, now_ns() - run.sent_ns);
        if (frame.payload != run.bytes) run.errors++;
        bytes_consume(&connection->in, frame.head + frame.payload);
        if (++run.done == run.messages) connection_close(connection);
        else send_message(connection);
    }
}

static void handle(Connection *connection, Event event) {
    switch (event) {
    case READY:
        bytes_print(
            &connection->out,
            "GET /v1/responses?kind=socket&id=%" PRIu64 " HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
            run.id, target.host);
        break;
    case INPUT:
        if (!run.is_open) {
            answer_take(&run.answer, &connection->in);
            if (!run.answer.has_head) break;
            run.is_open = run.answer.status == 101;
            if (run.is_open) send_message(connection);
            else run.errors++, connection_close(connection);
        } else {
            take_messages(connection);
        }
        break;
    case DRAINED:
    case DUE: break;
    case CLOSED: run.errors++; break;
    }
}

void run_socket(void) {
    run.messages = number_option("messages", 400);
    run.bytes = (size_t)number_option("bytes", 262144);
    run.id = next_id();
    connection_open(&target.route, target.host, handle, NULL);
    bool stop = false;
    run_loop(&stop);
    printf("{\"messages\": %" PRIu64 ", \"errors\": %" PRIu64 ", ", run.done, run.errors);
    samples_print("round_trip", &run.round_trip);
    printf("}\n");
}
