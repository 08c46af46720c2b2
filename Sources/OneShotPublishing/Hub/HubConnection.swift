import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import OneShotCore
import OneShotRedaction

/// Requests to the Hub, with what is true of all of them: the token goes to the Hub and nowhere else, a busy server is
/// asked again, and an error is one line that cannot hold the token.
struct HubConnection: Sendable {
    let credentials: HubCredentials
    let client: HTTPClient
    /// Before the second and the third try; a server's `Retry-After` wins.
    var pauses: [Duration] = [.seconds(1), .seconds(4)]

    struct Answer: Sendable {
        var status: Int
        var body: Data
        var headers: HTTPHeaders

        var isSuccess: Bool { (200..<300).contains(status) }
        var json: JSON? { try? JSON(parsing: body) }
    }

    struct Call: Sendable {
        /// For errors: "creating the repository".
        var step: String
        var method: HTTPMethod = .POST
        /// Below the endpoint, or a whole address.
        var address: String
        var contentType: String? = "application/json"
        var accept: String?
        var headers: [String: String] = [:]
        var body: Data?
        /// The token is for the Hub's own API.
        var isAuthorized = true
        /// Whether the same request twice does what it does once.
        var isRepeatable = true
    }

    func send(_ call: Call) async throws -> Answer {
        var pauses = self.pauses[...]
        while true {
            let pause = pauses.popFirst()
            let answer: Answer
            do {
                answer = try await attempt(call)
            } catch let error as HTTPClientError where call.isRepeatable && pause != nil && Self.isPassing(error) {
                try await Task.sleep(for: pause ?? .zero)
                continue
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                try Task.checkCancellation()
                throw PublishingError.unreachable(endpoint: host(of: call), reason: clean("\(error)"))
            }
            guard [429, 500, 502, 503, 504].contains(answer.status), call.isRepeatable || answer.status == 429,
                let pause
            else { return answer }
            let wanted = answer.headers.first(name: "Retry-After").flatMap(Int.init).map {
                Duration.seconds(min($0, 60))
            }
            try await Task.sleep(for: wanted ?? pause)
        }
    }

    /// As ``send(_:)``, for an answer that has to be a success.
    func sendChecked(_ call: Call) async throws -> Answer {
        let answer = try await send(call)
        guard answer.isSuccess else { throw error(answer, call) }
        return answer
    }

    func error(_ answer: Answer, _ call: Call) -> PublishingError {
        let said = answer.headers.first(name: "X-Error-Message") ?? answer.json?["error"]?.string ?? ""
        let message = clean(said)
        switch answer.status {
        case 401 where call.isAuthorized: return .tokenRefused(endpoint: credentials.endpoint)
        case 403 where call.isAuthorized: return .forbidden(repository: call.step, message: message)
        default: return .rejected(step: call.step, status: answer.status, message: message)
        }
    }

    private func attempt(_ call: Call) async throws -> Answer {
        var request = HTTPClientRequest(url: url(of: call))
        request.method = call.method
        request.headers.add(name: "User-Agent", value: "oneshot")
        for (name, value) in call.headers { request.headers.replaceOrAdd(name: name, value: value) }
        if let accept = call.accept { request.headers.replaceOrAdd(name: "Accept", value: accept) }
        if call.isAuthorized, isOwn(request.url) {
            request.headers.replaceOrAdd(name: "Authorization", value: "Bearer \(credentials.token)")
        }
        if let body = call.body {
            if let type = call.contentType { request.headers.replaceOrAdd(name: "Content-Type", value: type) }
            request.body = .bytes(body, length: .known(Int64(body.count)))
        }
        // A minute, and what the bytes take at 100 KB/s.
        let seconds = 60 + Int64((call.body?.count ?? 0) / 100_000)
        let response = try await client.execute(request, timeout: .seconds(seconds))
        let body = try await response.body.collect(upTo: 16 << 20)
        return Answer(status: Int(response.status.code), body: Data(body.readableBytesView), headers: response.headers)
    }

    private func url(of call: Call) -> String {
        call.address.hasPrefix("/") ? credentials.endpoint + call.address : call.address
    }

    /// Whether an address is the Hub's own.
    private func isOwn(_ address: String) -> Bool {
        guard let own = URL(string: credentials.endpoint), let url = URL(string: address) else { return false }
        return own.scheme == url.scheme && own.host == url.host && own.port == url.port
    }

    private func host(of call: Call) -> String {
        let url = URL(string: url(of: call))
        return url.flatMap { url in
            url.host.map { "\(url.scheme ?? "https")://\($0)" + (url.port.map { ":\($0)" } ?? "") }
        }
            ?? credentials.endpoint
    }

    private static func isPassing(_ error: HTTPClientError) -> Bool {
        [.connectTimeout, .readTimeout, .remoteConnectionClosed, .deadlineExceeded].contains(error)
    }

    /// One line without secrets.
    private func clean(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ").prefix(300)
        return Redactor(knownSecrets: [credentials.token]).redact(String(line)).text
    }
}
