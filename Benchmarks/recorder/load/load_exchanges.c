// Small exchanges on kept connections, one after the other on each.
//
//     connections=16 request=2048 response=4096
//     seconds=5 or exchanges=24000      when to end
//     warmup=50                         exchanges on each connection before the measurement begins
//     rate=1200                         a second, over all connections; 0: as fast as they go
//     log=FILE                          a line for each good exchange: its id and the Unix time in ms of its last byte
#include "load.h"
#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
    Answer answer;
    uint64_t number, id, sent_ns, slot_ns, done;
    bool is_waiting;
} Client;

static struct {
    uint64_t connections, warm, warmup, response, limit, started_ns, ends_ns, slot_ns;
    uint64_t begun, good, total, errors;
    size_t request;
    char query[64];
    FILE *log;
    Samples latency;
} run;

static bool is_over(void) {
    if (run.warm < run.connections) return false;
    return run.limit > 0 ? run.begun >= run.limit : now_ns() >= run.ends_ns;
}

static void send(Connection *connection, Client *client) {
    if (is_over()) {
        connection_close(connection);
        return;
    }
    if (run.warm == run.connections) run.begun++;
    client->id = next_id();
    append_request(&connection->out, run.query, client->id, run.request);
    client->sent_ns = now_ns();
    client->is_waiting = true;
}

static void finish(Connection *connection, Client *client) {
    Bytes *body = &client->answer.body;
    bool is_good = client->answer.status == 200 && bytes_count(body) == run.response &&
        number_after(bytes_first(body), 40, "\"id\":", UINT64_MAX) == client->id;
    client->is_waiting = false;
    answer_reset(&client->answer);
    run.total++;
    if (!is_good) run.errors++;
    else log_now(run.log, client->id);
    if (run.started_ns > 0 && client->sent_ns >= run.started_ns && is_good) {
        run.good++;
        samples_add(&run.latency, now_ns() - client->sent_ns);
    }
    if (++client->done == run.warmup && ++run.warm == run.connections) {
        run.started_ns = now_ns();
        run.ends_ns = run.started_ns + number_option("seconds", 5) * 1000000000;
    }
    // A client that is late goes on at once and keeps its later slots.
    client->slot_ns += run.slot_ns;
    if (client->slot_ns > now_ns()) connection->due = client->slot_ns;
    else send(connection, client);
}

static void handle(Connection *connection, Event event) {
    Client *client = connection->state;
    switch (event) {
    case READY:
        // With a rate the clients take turns.
        client->slot_ns = now_ns() + run.slot_ns * client->number / run.connections;
        connection->due = client->slot_ns;
        break;
    case INPUT:
        answer_take(&client->answer, &connection->in);
        if (client->answer.is_malformed) run.errors++, connection_close(connection);
        else if (client->answer.is_done) finish(connection, client);
        break;
    case DUE: send(connection, client); break;
    case DRAINED: break;
    case CLOSED:
        if (client->is_waiting || client->done == 0) run.errors++;
        // The others must not wait for its warm-up.
        if (client->done < run.warmup && ++run.warm == run.connections) run.started_ns = run.ends_ns = now_ns();
        break;
    }
}

void run_exchanges(void) {
    run.connections = number_option("connections", 1);
    run.warmup = number_option("warmup", 50);
    run.request = (size_t)number_option("request", 2048);
    run.response = number_option("response", 4096);
    run.limit = number_option("exchanges", 0);
    uint64_t rate = number_option("rate", 0);
    run.slot_ns = rate > 0 ? run.connections * 1000000000 / rate : 0;
    snprintf(run.query, sizeof run.query, "kind=json&size=%" PRIu64, run.response);
    run.log = open_log();

    Client *clients = calloc(run.connections, sizeof *clients);
    for (uint64_t index = 0; index < run.connections; index++) {
        clients[index].number = index;
        connection_open(&target.route, target.host, handle, &clients[index]);
    }
    bool stop = false;
    run_loop(&stop);

    if (run.log != NULL) fclose(run.log);
    double seconds = (double)(now_ns() - run.started_ns) / 1e9;
    printf("{\"exchanges\": %" PRIu64 ", \"total\": %" PRIu64 ", \"errors\": %" PRIu64 ", ", run.good, run.total, run.errors);
    printf("\"seconds\": %.3f, ", seconds);
    printf("\"per_second\": %.1f, ", run.started_ns > 0 ? (double)run.good / seconds : 0);
    samples_print("latency", &run.latency);
    printf("}\n");
    free(clients);
}
