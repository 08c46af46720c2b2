// Streams of server-sent events, and how late each event arrives.
//
//     connections=16 rounds=1 events=200 interval_us=5000 size=150
//     fresh=1         each stream on a new connection, timed from before it was opened
//     log=FILE        a line for each stream: its id and the Unix time in ms of its first event
#include "load.h"
#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    Answer answer;
    uint64_t id, round, asked_ns, first_ns, events;
} Client;

static struct {
    uint64_t rounds, events, streams, buffered, errors, expected;
    bool is_fresh;
    char query[128];
    FILE *log;
    Samples first, delay;
} run;

static void handle(Connection *connection, Event event);

// The round 0 of a kept connection is short and not counted.
static void ask(Connection *connection, Client *client) {
    bool counts = run.is_fresh || client->round > 0;
    client->events = client->first_ns = 0;
    client->id = next_id();
    append_request(&connection->out, counts ? run.query : "kind=sse&events=1&size=150", client->id, 2048);
    if (!run.is_fresh) client->asked_ns = now_ns();
}

static void open_connection(Client *client) {
    client->asked_ns = now_ns();
    connection_open(&target.route, target.host, handle, client);
}

static void take_event(Client *client, const char *text, size_t length) {
    if (!run.is_fresh && client->round == 0) return;
    uint64_t now = now_ns(), sent_ns = number_after(text, length, "\"time_ns\":", 0);
    if (client->events++ == 0) {
        client->first_ns = now;
        samples_add(&run.first, now - client->asked_ns);
        log_now(run.log, client->id);
    }
    samples_add(&run.delay, now - sent_ns);
    // Nothing came before all was sent: somebody held the stream back.
    if (client->events == run.events && run.events > 1 && client->first_ns > sent_ns) run.buffered++;
}

static void take_body(Client *client) {
    Bytes *body = &client->answer.body;
    for (;;) {
        const char *first = bytes_first(body), *end = NULL;
        size_t count = bytes_count(body);
        for (size_t index = 0; end == NULL && index + 1 < count; index++)
            if (first[index] == '\n' && first[index + 1] == '\n') end = first + index;
        if (end == NULL) return;
        take_event(client, first, (size_t)(end - first));
        bytes_consume(body, (size_t)(end - first) + 2);
    }
}

static void finish(Connection *connection, Client *client) {
    if (client->answer.status != 200) run.errors++;
    if (run.is_fresh || client->round > 0) {
        run.streams++;
        if (client->events != run.events) run.errors++;
    }
    answer_reset(&client->answer);
    if (client->round++ == run.rounds) {
        connection_close(connection);
    } else if (run.is_fresh) {
        connection_close(connection);
        if (client->round < run.rounds) open_connection(client);
    } else {
        ask(connection, client);
    }
}

static void handle(Connection *connection, Event event) {
    Client *client = connection->state;
    switch (event) {
    case READY: ask(connection, client); break;
    case INPUT:
        answer_take(&client->answer, &connection->in);
        take_body(client);
        if (client->answer.is_malformed) run.errors++, connection_close(connection);
        else if (client->answer.is_done) finish(connection, client);
        break;
    case DRAINED:
    case DUE: break;
    case CLOSED: run.errors++; break;
    }
}

void run_streams(void) {
    uint64_t connections = number_option("connections", 1);
    run.rounds = number_option("rounds", 1);
    run.events = number_option("events", 200);
    run.is_fresh = number_option("fresh", 0) != 0;
    uint64_t interval_us = number_option("interval_us", 5000), size = number_option("size", 150);
    snprintf(run.query, sizeof run.query, "kind=sse&events=%" PRIu64 "&interval_us=%" PRIu64 "&size=%" PRIu64, run.events,
             interval_us, size);
    run.log = open_log();
    Client *clients = calloc(connections, sizeof *clients);
    for (uint64_t index = 0; index < connections; index++) open_connection(&clients[index]);
    bool stop = false;
    run_loop(&stop);

    if (run.log != NULL) fclose(run.log);
    printf("{\"streams\": %" PRIu64 ", \"errors\": %" PRIu64 ", \"buffered\": %" PRIu64 ", ", run.streams, run.errors,
           run.buffered);
    samples_print("first", &run.first);
    printf(", ");
    samples_print("delay", &run.delay);
    printf("}\n");
    free(clients);
}
