// The client of every measurement. Prints one JSON object; exit status 1 when it could not measure.
//
//     load SCENARIO port=N ca=FILE [proxy=1] [host=NAME] [id=FIRST] [NAME=VALUE…]
//
// The options of a scenario stand at the top of its file.
#define _GNU_SOURCE
#include "load.h"
#include "text.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char **options;
static uint64_t last_id;
Target target;

const char *option(const char *name, const char *fallback) {
    size_t length = strlen(name);
    for (char **each = options; *each != NULL; each++)
        if (strncmp(*each, name, length) == 0 && (*each)[length] == '=') return *each + length + 1;
    return fallback;
}

uint64_t number_option(const char *name, uint64_t fallback) {
    const char *text = option(name, NULL);
    return text == NULL ? fallback : strtoull(text, NULL, 10);
}

uint64_t next_id(void) { return last_id++; }

FILE *open_log(void) {
    const char *path = option("log", NULL);
    FILE *log = path == NULL ? NULL : fopen(path, "w");
    if (path != NULL && log == NULL) die(path, "cannot be written");
    return log;
}

void log_now(FILE *log, uint64_t id) {
    if (log == NULL) return;
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    fprintf(log, "%" PRIu64 " %" PRIu64 "\n", id, (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000);
}

void append_request(Bytes *out, const char *query, uint64_t id, size_t body) {
    bytes_print(
        out,
        "POST /v1/responses?%s&id=%" PRIu64 " HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer sk-bench-0123456789\r\n"
        "User-Agent: bench/1\r\nAccept: */*\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
        query, id, target.host, body);
    append_document(out, body, id, now_ns());
}

int main(int count, char **arguments) {
    static const struct {
        const char *name;
        void (*run)(void);
    } scenarios[] = {
        {"exchanges", run_exchanges}, {"streams", run_streams}, {"connections", run_connections},
        {"transfer", run_transfer}, {"socket", run_socket},
    };
    signal(SIGPIPE, SIG_IGN);
    if (count < 2) die("usage", "load SCENARIO port=N ca=FILE [NAME=VALUE...]");
    options = arguments + 2;
    target.host = option("host", "api.openai.com");
    target.route = (Route){
        .port = (int)number_option("port", 0),
        .through_proxy = number_option("proxy", 0) != 0,
        .tls = client_tls(option("ca", "ca.pem")),
    };
    last_id = number_option("id", 1);
    for (size_t index = 0; index < sizeof scenarios / sizeof scenarios[0]; index++) {
        if (strcmp(arguments[1], scenarios[index].name) != 0) continue;
        scenarios[index].run();
        return 0;
    }
    die("no such scenario", arguments[1]);
}
