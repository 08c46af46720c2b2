"""The official Python SDK reads the same bytes, from memory: its own HTTP client with a transport that has them."""

import json
import sys
import time

import httpx2
import openai

body = open(sys.argv[1], "rb").read()


def answer(request):
    return httpx2.Response(200, headers={"content-type": "text/event-stream"}, content=body)


client = openai.OpenAI(
    api_key="bench", base_url="http://bench.invalid", http_client=httpx2.Client(transport=httpx2.MockTransport(answer)))
started = time.process_time()
text, total = {}, 0
for event in client.responses.create(model="gpt-5.5", input="bench", stream=True):
    if event.type == "response.output_text.delta":
        text.setdefault(event.output_index, []).append(event.delta)
    elif event.type == "response.completed":
        total = event.response.usage.total_tokens
# Several messages are separated by an empty line.
whole = "\n\n".join("".join(parts) for _, parts in sorted(text.items()))
seconds = time.process_time() - started
print(json.dumps({"seconds": seconds, "text": len(whole.encode()), "total_tokens": total, "version": openai.__version__}))
