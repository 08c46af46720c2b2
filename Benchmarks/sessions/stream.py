"""A stream of the Responses API as its servers send it: reasoning, a long text and tool calls, in small deltas."""

import json
import random

WORDS = "the of function returns a value when \"quoted\" and then\n the test fails because it's é never called `x`".split(" ")


def events(count, seed=4):
    """Yields (type, event) for `count` deltas; the same for the same seed."""
    chance = random.Random(seed)
    number = 0

    def event(kind, **fields):
        nonlocal number
        number += 1
        return kind, {"type": kind, "sequence_number": number, **fields}

    response = {
        "id": "resp_0a1b2c3d4e5f60718293", "object": "response", "created_at": 1790000000, "model": "gpt-5.5",
        "status": "in_progress", "output": [], "parallel_tool_calls": True, "tool_choice": "auto", "tools": [],
        "error": None, "incomplete_details": None, "instructions": None, "metadata": {}, "temperature": 1.0, "top_p": 1.0,
    }
    yield event("response.created", response=response)
    output = []
    while count > 0:
        index = len(output)
        length = min(count, chance.randrange(200, 2000))
        count -= length
        name, arguments = ("message", {}) if index % 2 == 0 else ("function_call", {})
        key = f"{'msg' if name == 'message' else 'fc'}_{chance.getrandbits(160):040x}"
        started = (
            {"id": key, "type": "message", "role": "assistant", "status": "in_progress", "content": []}
            if name == "message" else
            {"id": key, "type": "function_call", "status": "in_progress", "call_id": f"call_{index}", "name": "exec",
             "arguments": ""})
        yield event("response.output_item.added", output_index=index, item=started)
        part = {"type": "output_text", "text": "", "annotations": [], "logprobs": []}
        if name == "message":
            yield event("response.content_part.added", item_id=key, output_index=index, content_index=0, part=part)
        text = ""
        for _ in range(length):
            delta = " " + chance.choice(WORDS)
            text += delta
            padding = "".join(chance.choices("abcdefghijklmnop", k=chance.randrange(4, 16)))
            if name == "message":
                yield event("response.output_text.delta", item_id=key, output_index=index, content_index=0, delta=delta,
                            logprobs=[], obfuscation=padding)
            else:
                yield event("response.function_call_arguments.delta", item_id=key, output_index=index, delta=delta,
                            obfuscation=padding)
        if name == "message":
            part = part | {"text": text}
            yield event("response.output_text.done", item_id=key, output_index=index, content_index=0, text=text,
                        logprobs=[])
            yield event("response.content_part.done", item_id=key, output_index=index, content_index=0, part=part)
            done = started | {"status": "completed", "content": [part]}
        else:
            yield event("response.function_call_arguments.done", item_id=key, output_index=index, arguments=text,
                        name="exec")
            done = started | {"status": "completed", "arguments": text}
        yield event("response.output_item.done", output_index=index, item=done)
        output.append(done)
    usage = {"input_tokens": 1200, "input_tokens_details": {"cached_tokens": 1024, "cache_write_tokens": 0},
             "output_tokens": number, "output_tokens_details": {"reasoning_tokens": 64}, "total_tokens": 1200 + number}
    yield event("response.completed", response=response | {"status": "completed", "output": output, "usage": usage})


def write(path, size):
    """Writes about so many bytes; returns how many."""
    with open(path, "wb") as file:
        for kind, event in events(size // 260):
            text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
            file.write(f"event: {kind}\ndata: {text}\n\n".encode())
        return file.tell()
