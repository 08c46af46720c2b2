#include "websocket.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <string.h>

bool frame_parse(const Bytes *bytes, Frame *frame) {
    const unsigned char *at = (const unsigned char *)bytes_first(bytes);
    size_t count = bytes_count(bytes);
    if (count < 2) return false;
    size_t extended = (at[1] & 127) == 127 ? 8 : (at[1] & 127) == 126 ? 2 : 0;
    frame->masked = at[1] & 128;
    frame->head = 2 + extended + (frame->masked ? 4 : 0);
    if (count < frame->head) return false;
    frame->payload = extended == 0 ? at[1] & 127 : 0;
    for (size_t index = 0; index < extended; index++) frame->payload = frame->payload << 8 | at[2 + index];
    if (frame->masked) memcpy(frame->mask, at + frame->head - 4, 4);
    return count - frame->head >= frame->payload;
}

void frame_append_head(Bytes *bytes, size_t payload, const unsigned char *mask) {
    unsigned char head[14] = {0x81};
    size_t extended = payload < 126 ? 0 : payload < 65536 ? 2 : 8;
    head[1] = (unsigned char)((mask ? 128 : 0) | (extended == 0 ? payload : extended == 2 ? 126 : 127));
    for (size_t index = 0; index < extended; index++)
        head[2 + index] = (unsigned char)(payload >> 8 * (extended - 1 - index));
    if (mask) memcpy(head + 2 + extended, mask, 4);
    bytes_append(bytes, head, 2 + extended + (mask ? 4 : 0));
}

void frame_mask(char *payload, size_t count, const unsigned char mask[4]) {
    for (size_t index = 0; index < count; index++) payload[index] ^= (char)mask[index & 3];
}

void websocket_accept(const char *key, char accept[32]) {
    char text[64] = {0};
    unsigned char digest[SHA_DIGEST_LENGTH];
    memcpy(text, key, 24);
    strcat(text, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    EVP_Digest(text, strlen(text), digest, NULL, EVP_sha1(), NULL);
    EVP_EncodeBlock((unsigned char *)accept, digest, SHA_DIGEST_LENGTH);
}
