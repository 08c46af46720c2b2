// One large body at a time on a kept connection.
//
//     direction=download or upload, bytes=104857600
//
// The first byte: of a download at the client, since the request was sent; of an upload at the origin.
#include "load.h"
#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static struct {
    bool is_upload, is_warm, is_good;
    uint64_t bytes, sent, received, id, asked_ns, first_ns, total_ns;
    Answer answer;
} run;

static void ask_for_download(Connection *connection) {
    char query[64];
    snprintf(query, sizeof query, "kind=bytes&size=%" PRIu64, run.bytes);
    append_request(&connection->out, query, run.id, 128);
}

static void start_upload(Connection *connection) {
    bytes_print(
        &connection->out,
        "POST /v1/responses?kind=json&size=256&id=%" PRIu64 " HTTP/1.1\r\nHost: %s\r\n"
        "Content-Type: application/octet-stream\r\nContent-Length: %" PRIu64 "\r\n\r\n", run.id, target.host, run.bytes);
    connection->producing = true;
}

static void send_piece(Connection *connection) {
    uint64_t left = run.bytes - run.sent;
    size_t count = left > 65536 ? 65536 : (size_t)left;
    random_letters(bytes_room(&connection->out, count), count, run.id << 32 | run.sent);
    bytes_added(&connection->out, count);
    run.sent += count;
    connection->producing = run.sent < run.bytes;
}

static void start(Connection *connection) {
    answer_reset(&run.answer);
    run.is_warm = true;
    run.id = next_id();
    run.asked_ns = now_ns();
    if (run.is_upload) start_upload(connection);
    else ask_for_download(connection);
}

static void take_body(void) {
    Bytes *body = &run.answer.body;
    size_t count = bytes_count(body);
    if (run.is_upload && !run.answer.is_done) return;
    if (run.first_ns == 0 && count > 0)
        run.first_ns = run.is_upload ? number_after(bytes_first(body), count, "\"time_ns\":", 0) : now_ns();
    run.received += count;
    bytes_consume(body, count);
}

static void handle(Connection *connection, Event event) {
    switch (event) {
    case READY: append_request(&connection->out, "kind=json&size=256", next_id(), 256); break;
    case INPUT:
        answer_take(&run.answer, &connection->in);
        if (run.is_warm) take_body();
        if (!run.answer.is_done) break;
        if (run.is_warm) {
            run.total_ns = now_ns() - run.asked_ns;
            run.is_good = run.answer.status == 200 && run.received == (run.is_upload ? 256 : run.bytes);
            connection_close(connection);
        } else {
            start(connection);
        }
        break;
    case DRAINED: send_piece(connection); break;
    case DUE:
    case CLOSED: break;
    }
}

void run_transfer(void) {
    run.is_upload = strcmp(option("direction", "download"), "upload") == 0;
    run.bytes = number_option("bytes", 104857600);
    connection_open(&target.route, target.host, handle, NULL);
    bool stop = false;
    run_loop(&stop);
    printf("{\"errors\": %d, \"first_ms\": %.4f, \"total_ms\": %.4f}\n", run.is_good ? 0 : 1,
           (double)(run.first_ns - run.asked_ns) / 1e6, (double)run.total_ns / 1e6);
}
