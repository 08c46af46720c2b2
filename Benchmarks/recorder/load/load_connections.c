// New connections one after the other, each with one small exchange.
//
//     count=200
//     hosts=1         how many names are asked for in turn: 1 is `host`, more are h0.bench.test, h1.bench.test, …
#include "load.h"

#include <inttypes.h>
#include <stdio.h>

static struct {
    uint64_t count, hosts, opened, errors, opened_ns;
    char host[64];
    Answer answer;
    Samples handshake, exchange;
} run;

static void handle(Connection *connection, Event event);

static void open_next(void) {
    if (run.opened == run.count) return;
    if (run.hosts > 1) {
        snprintf(run.host, sizeof run.host, "h%" PRIu64 ".bench.test", run.opened % run.hosts);
        target.host = run.host;
    }
    run.opened++;
    run.opened_ns = now_ns();
    answer_reset(&run.answer);
    connection_open(&target.route, target.host, handle, NULL);
}

static void handle(Connection *connection, Event event) {
    switch (event) {
    case READY:
        samples_add(&run.handshake, now_ns() - run.opened_ns);
        append_request(&connection->out, "kind=json&size=256", next_id(), 256);
        break;
    case INPUT:
        answer_take(&run.answer, &connection->in);
        if (!run.answer.is_done) break;
        samples_add(&run.exchange, now_ns() - run.opened_ns);
        if (run.answer.status != 200) run.errors++;
        connection_close(connection);
        open_next();
        break;
    case DRAINED:
    case DUE: break;
    case CLOSED:
        run.errors++;
        open_next();
        break;
    }
}

void run_connections(void) {
    run.count = number_option("count", 200);
    run.hosts = number_option("hosts", 1);
    uint64_t started_ns = now_ns();
    open_next();
    bool stop = false;
    run_loop(&stop);
    double seconds = (double)(now_ns() - started_ns) / 1e9;
    printf("{\"connections\": %" PRIu64 ", \"errors\": %" PRIu64 ", \"per_second\": %.1f, ", run.opened, run.errors,
           (double)run.opened / seconds);
    samples_print("handshake", &run.handshake);
    printf(", ");
    samples_print("exchange", &run.exchange);
    printf("}\n");
}
