import Foundation
import OneShotCore

/// The server's side of the protocol, without any input or output: lines in, lines and tool calls out.
///
/// It answers `initialize`, `ping` and `tools/list` itself. It is lenient where clients differ: tools may be asked for
/// before `initialize`, as the coming stateless revisions do.
struct MCPSession: Sendable {
    /// What is to be done about a line that came in.
    enum Action: Sendable, Equatable {
        case send(JSON)
        /// Run this tool and hand its result to ``finish(_:with:)``.
        case call(ToolInvocation)
        /// The client no longer wants the result of this call.
        case cancel(ticket: Int)
    }

    private let server: MCPServerFacts
    private(set) var revision = ProtocolRevision.latest
    private(set) var clientName: String?
    private var nextTicket = 1
    /// The calls that are running: by ticket, the request's id and the batch that it came in.
    private var running: [Int: (id: JSON, batch: Int?)] = [:]
    private var batches: [Int: Batch] = [:]

    init(server: MCPServerFacts) { self.server = server }

    mutating func receive(_ line: LineSplitter.Line) -> [Action] {
        guard case .text(let data) = line, let message = try? JSON(parsing: data) else {
            return [.send(Self.failure(.null, .parseError, "the line is not JSON, or is too long"))]
        }
        guard case .array(let elements) = message else {
            return handle(message, batch: nil)
        }
        guard revision.hasBatches, !elements.isEmpty else {
            let reason = elements.isEmpty ? "an empty batch" : "revision \(revision.rawValue) has no batches"
            return [.send(Self.failure(.null, .invalidRequest, reason))]
        }
        return receiveBatch(elements)
    }

    /// - Returns: what to send for a call that has come to its end; nothing when it was cancelled.
    mutating func finish(_ ticket: Int, with result: ToolResult) -> [Action] {
        guard let call = running.removeValue(forKey: ticket) else { return [] }
        return answer(Self.success(call.id, result.json), in: call.batch)
    }

    private mutating func handle(_ message: JSON, batch: Int?) -> [Action] {
        guard case .object = message, message["jsonrpc"]?.string == "2.0" else {
            return answer(Self.failure(.null, .invalidRequest, "not a JSON-RPC 2.0 message"), in: batch)
        }
        guard let method = message["method"]?.string else {
            // The answer to a request of ours; there are none.
            if message["result"] != nil || message["error"] != nil { return [] }
            return answer(Self.failure(.null, .invalidRequest, "a message without a method"), in: batch)
        }
        guard let id = message["id"] else { return notified(method, message["params"]) }
        switch id {
        case .string, .number: break
        default: return answer(Self.failure(.null, .invalidRequest, "an id is a string or a number"), in: batch)
        }
        return requested(method, message["params"] ?? [:], id: id, batch: batch)
    }

    private mutating func notified(_ method: String, _ params: JSON?) -> [Action] {
        guard method == "notifications/cancelled", let id = params?["requestId"],
            let ticket = running.first(where: { $0.value.id == id })?.key
        else { return [] }
        let batch = running.removeValue(forKey: ticket)?.batch
        return [.cancel(ticket: ticket)] + answer(nil, in: batch)
    }

    private mutating func requested(_ method: String, _ params: JSON, id: JSON, batch: Int?) -> [Action] {
        guard case .object = params else {
            return answer(Self.failure(id, .invalidParams, "params is not an object"), in: batch)
        }
        switch method {
        case "initialize": return answer(Self.success(id, initialize(params)), in: batch)
        case "ping": return answer(Self.success(id, [:]), in: batch)
        case "tools/list":
            return answer(Self.success(id, ["tools": .array(server.tools.map(\.json))]), in: batch)
        case "tools/call": return call(params, id: id, batch: batch)
        default: return answer(Self.failure(id, .methodNotFound, "there is no method \"\(method)\""), in: batch)
        }
    }

    private mutating func initialize(_ params: JSON) -> JSON {
        revision = params["protocolVersion"]?.string.flatMap(ProtocolRevision.init) ?? .latest
        clientName = params["clientInfo"]?["name"]?.string
        return [
            "protocolVersion": .string(revision.rawValue),
            "capabilities": ["tools": ["listChanged": false]],
            "serverInfo": ["name": "oneshot", "title": "OneShot", "version": .string(server.version)],
            "instructions": .string(server.instructions),
        ]
    }

    private mutating func call(_ params: JSON, id: JSON, batch: Int?) -> [Action] {
        guard let name = params["name"]?.string, server.tools.contains(where: { $0.name == name }) else {
            let name = params["name"]?.string ?? ""
            return answer(Self.failure(id, .invalidParams, "Unknown tool: \(name)"), in: batch)
        }
        let arguments = params["arguments"] ?? [:]
        guard case .object = arguments else {
            return answer(Self.failure(id, .invalidParams, "arguments is not an object"), in: batch)
        }
        let ticket = nextTicket
        nextTicket += 1
        running[ticket] = (id, batch)
        let meta = params["_meta"]
        return [
            .call(
                ToolInvocation(
                    ticket: ticket,
                    name: name,
                    arguments: arguments,
                    sessionID: meta?["sessionId"]?.string ?? meta?["threadId"]?.string
                )
            )
        ]
    }
}

// MARK: - Batches

extension MCPSession {
    /// The answers to the requests of one batch, which go back together.
    private struct Batch: Sendable {
        var missing: Int
        var answers: [JSON] = []
    }

    private mutating func receiveBatch(_ elements: [JSON]) -> [Action] {
        let batch = nextTicket
        nextTicket += 1
        // Notifications and answers of the client's get none of ours.
        let expected = elements.count {
            $0["method"] == nil ? $0["result"] == nil && $0["error"] == nil : $0["id"] != nil
        }
        batches[batch] = Batch(missing: expected)
        return elements.flatMap { handle($0, batch: batch) }
    }

    /// - Parameter message: nil for a request that was cancelled.
    private mutating func answer(_ message: JSON?, in batch: Int?) -> [Action] {
        guard let batch, var open = batches[batch] else { return message.map { [.send($0)] } ?? [] }
        open.missing -= 1
        if let message { open.answers.append(message) }
        batches[batch] = open.missing > 0 ? open : nil
        guard open.missing <= 0, !open.answers.isEmpty else { return [] }
        return [.send(.array(open.answers))]
    }
}

// MARK: - Messages

extension MCPSession {
    /// JSON-RPC 2.0, section 5.1.
    private enum ErrorCode: Int {
        case parseError = -32700
        case invalidRequest = -32600
        case methodNotFound = -32601
        case invalidParams = -32602
    }

    private static func success(_ id: JSON, _ result: JSON) -> JSON { ["jsonrpc": "2.0", "id": id, "result": result] }

    private static func failure(_ id: JSON, _ code: ErrorCode, _ message: String) -> JSON {
        ["jsonrpc": "2.0", "id": id, "error": ["code": JSON(code.rawValue), "message": .string(message)]]
    }
}
