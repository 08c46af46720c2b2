// The frames of a WebSocket (RFC 6455, section 5.2): whole text messages without extensions.
#ifndef WEBSOCKET_H
#define WEBSOCKET_H

#include "net.h"

typedef struct {
    size_t head, payload;  // bytes
    bool masked;
    unsigned char mask[4];
} Frame;

// Returns false while the frame at the start of `bytes` is incomplete.
bool frame_parse(const Bytes *bytes, Frame *frame);
// The head of a text frame; with a mask the payload must follow masked.
void frame_append_head(Bytes *bytes, size_t payload, const unsigned char *mask);
// Masks or unmasks.
void frame_mask(char *payload, size_t count, const unsigned char mask[4]);
// The answer to an upgrade's `Sec-WebSocket-Key` (24 characters), with its terminating zero.
void websocket_accept(const char *key, char accept[32]);

#endif
