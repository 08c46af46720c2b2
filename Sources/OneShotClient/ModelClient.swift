import Foundation
public import OneShotCore

/// Asks a model for JSON.
public struct ModelClient: Sendable {
    public let configuration: ModelConfiguration

    public init(_ configuration: ModelConfiguration) { self.configuration = configuration }

    /// The model that is asked for drafts.
    ///
    /// - Throws: ``ClientError/noKey`` where the environment names none, ``ClientError/badModel(_:reason:)``.
    public init(environment: [String: String]) throws(ClientError) {
        guard let configuration = try ModelConfiguration(environment: environment) else { throw .noKey }
        self.init(configuration)
    }

    /// Host and port, for errors.
    public var host: String { APIConnection.name(of: configuration.baseURL) }

    /// One answer, in the JSON that was asked for.
    ///
    /// - Throws: ``ClientError``: nobody answers, the call is refused, or the answer is cut, a refusal or no JSON.
    public func answer(_ question: ModelQuestion) async throws -> JSON {
        switch try await reply(question).answer {
        case .value(let value): return value
        case .unusable(let problem): throw ClientError.unusable(host: host, problem: problem)
        }
    }

    /// One answer, whatever it is, and what it took.
    ///
    /// - Throws: ``ClientError``: nobody answers, or the call is refused.
    public func reply(_ question: ModelQuestion) async throws -> ModelReply {
        let api = configuration.api
        return try await APIConnection.with(
            key: configuration.key.isEmpty ? nil : configuration.key,
            headers: api.headers(key: configuration.key),
            timeout: configuration.timeout
        ) { connection in
            let answer = try await connection.send(
                configuration.baseURL.appendingPathComponent(api.path),
                body: api.body(question, model: configuration.model)
            )
            guard answer.status == 200 else {
                let message = answer.json?["error"]?["message"]?.string ?? ""
                throw ClientError.refused(host: host, status: answer.status, message: connection.line(message))
            }
            var reply = ModelReply(body: answer.body, api: api)
            if case .unusable(let problem) = reply.answer { reply.answer = .unusable(connection.line(problem)) }
            return reply
        }
    }
}
