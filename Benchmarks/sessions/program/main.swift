// What `Benchmarks/sessions/bench.py` measures: prints one JSON object.
//
//     decode FILE RUNS          seconds for each pass over a stream of the Responses API, and what it decoded
//     poll DIRECTORY COUNT      milliseconds of a cleaner's poll with COUNT exchanges stored
//     splits FILE API           how often a body that is cut in two is decoded into something else
//     redact RUNS               the redactor: seconds for each MB, worst inputs, recall, false findings
import Foundation
import OneShotCore
import OneShotSessions
import OneShotStore

func seconds(_ body: () async throws -> Void) async rethrows -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    try await body()
    let spent = (clock.now - start).components
    return Double(spent.seconds) + Double(spent.attoseconds) / 1e18
}

func numbers(_ values: [Double]) -> JSON { .array(values.map { JSON(floatLiteral: $0) }) }

/// Decoding in pieces as they come off a socket.
func decode(_ path: String, runs: Int) async throws -> JSON {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    var spent: [Double] = []
    var stream = ResponsesStream()
    for _ in 0..<runs {
        spent.append(
            await seconds {
                stream = ResponsesStream()
                bytes.withUnsafeBufferPointer { bytes in
                    for start in stride(from: 0, to: bytes.count, by: 16 << 10) {
                        let end = min(start + 16 << 10, bytes.count)
                        stream.feed(UnsafeBufferPointer(rebasing: bytes[start..<end]))
                    }
                }
                _ = stream.result
            }
        )
    }
    let result = stream.result
    return [
        "seconds": numbers(spent), "bytes": JSON(bytes.count), "state": .string(result.state.rawValue),
        "text": JSON(result.text.utf8.count), "total_tokens": JSON(result.usage?.totalTokens ?? -1),
    ]
}

func exchange(_ number: Int) -> Exchange {
    let text = String(repeating: "word \(number) ", count: 20)
    let item: JSON = [
        "type": "message", "role": "assistant", "content": [["type": "output_text", "text": .string(text)]],
    ]
    let answer: JSON = [
        "id": .string("resp_\(number)"), "model": "gpt-5.5", "status": "completed", "output": [item],
        "usage": ["input_tokens": 100, "output_tokens": 20, "total_tokens": 120],
    ]
    let request: JSON = ["model": "gpt-5.5", "input": .string(text)]
    return Exchange(
        startedAtMs: Int64(number),
        method: "POST",
        url: "https://api.openai.com/v1/responses",
        transport: .http,
        state: .complete,
        sessionID: "run-\(number % 50)",
        status: 200,
        firstByteAtMs: Int64(number) + 1,
        endedAtMs: Int64(number) + 2,
        requestJSON: request.compactText,
        responseJSON: answer.compactText
    )
}

func poll(_ directory: String, count: Int) async throws -> JSON {
    let directory = URL(fileURLWithPath: directory)
    let url = directory.appendingPathComponent("raw.sqlite3")
    let raw = try RawStore.openForWriting(url)
    for start in stride(from: 0, to: count, by: 1000) {
        _ = try await raw.save((start..<min(start + 1000, count)).map(exchange))
    }
    // From nothing, five times; the last one goes on.
    var cleaner = Cleaner(raw: url, clean: directory.appendingPathComponent("clean-0.sqlite3"))
    var first: [Double] = []
    for run in 1...5 {
        cleaner = Cleaner(raw: url, clean: directory.appendingPathComponent("clean-\(run).sqlite3"))
        let before = clock()
        try await cleaner.poll()
        first.append(Double(clock() - before) / Double(CLOCKS_PER_SEC))
    }
    var idle: [Double] = []
    var one: [Double] = []
    for run in 0..<50 {
        idle.append(try await seconds { try await cleaner.poll() } * 1000)
        _ = try await raw.save([exchange(count + run)])
        one.append(try await seconds { try await cleaner.poll() } * 1000)
    }
    return ["first_cpu_seconds": numbers(first), "idle_ms": numbers(idle), "one_ms": numbers(one)]
}

let arguments = Array(CommandLine.arguments.dropFirst())
switch arguments.first {
case "decode" where arguments.count == 3:
    print(try await decode(arguments[1], runs: Int(arguments[2]) ?? 5).compactText)
case "poll" where arguments.count == 3:
    print(try await poll(arguments[1], count: Int(arguments[2]) ?? 1000).compactText)
case "splits" where arguments.count == 3:
    print(try splits(arguments[1], of: DecodedAnswer.API(corpus: arguments[2])).compactText)
case "redact" where arguments.count == 2:
    print(redact(runs: Int(arguments[1]) ?? 5).compactText)
default:
    FileHandle.standardError.write(
        Data("usage: sessions-benchmark decode FILE RUNS | splits FILE API | poll DIRECTORY COUNT | redact RUNS\n".utf8)
    )
    exit(2)
}
