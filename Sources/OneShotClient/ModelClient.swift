import Foundation
public import OneShotCore

/// Asks a model over the Responses API.
public struct ModelClient: Sendable {
    public let configuration: ModelConfiguration

    public init(_ configuration: ModelConfiguration) { self.configuration = configuration }

    /// The model that is asked for drafts.
    ///
    /// - Throws: ``ClientError/noKey`` where the environment names none.
    public init(environment: [String: String]) throws(ClientError) {
        guard let configuration = ModelConfiguration(environment: environment) else { throw .noKey }
        self.init(configuration)
    }

    /// Host and port, for errors.
    public var host: String { APIConnection.name(of: configuration.baseURL) }

    /// One answer, in the JSON that was asked for.
    ///
    /// - Throws: ``ClientError``: nobody answers, the call is refused, or the answer is cut, a refusal or no JSON.
    public func answer(_ question: ModelQuestion) async throws -> JSON {
        try await APIConnection.with(key: configuration.key, timeout: configuration.timeout) { connection in
            try await answer(question, over: connection)
        }
    }

    private func answer(_ question: ModelQuestion, over connection: APIConnection) async throws -> JSON {
        let answer = try await connection.send(
            configuration.baseURL.appendingPathComponent("responses"),
            body: question.body(model: configuration.model)
        )
        guard answer.status == 200 else {
            let message = answer.json?["error"]?["message"]?.string ?? ""
            throw ClientError.refused(host: host, status: answer.status, message: connection.line(message))
        }
        switch StructuredAnswer(body: answer.body) {
        case .value(let value): return value
        case .unusable(let problem): throw ClientError.unusable(host: host, problem: connection.line(problem))
        }
    }
}

/// The reading of a Responses API answer whose text is JSON. No I/O.
public enum StructuredAnswer: Sendable, Equatable {
    case value(JSON)
    /// Why there is none: an error, a refusal, an answer that was cut, text that is no JSON.
    case unusable(String)

    public init(body: some Collection<UInt8>) {
        self = Self.read(body)
    }

    private static func read(_ body: some Collection<UInt8>) -> StructuredAnswer {
        guard let document = try? JSON(parsing: Array(body)) else { return .unusable("the answer is not JSON") }
        if let error = document["error"]?["message"]?.string { return .unusable(error) }
        if let status = document["status"]?.string, status != "completed" {
            return .unusable("the answer is \(status)")
        }
        let parts = (document["output"]?.elements ?? []).flatMap { $0["content"]?.elements ?? [] }
        if let refusal = parts.lazy.compactMap({ $0["refusal"]?.string }).first {
            return .unusable("refused: \(refusal)")
        }
        let text = parts.compactMap { $0["text"]?.string }.joined()
        guard let value = try? JSON(parsing: text) else { return .unusable("the answer does not fit the schema") }
        return .value(value)
    }
}
