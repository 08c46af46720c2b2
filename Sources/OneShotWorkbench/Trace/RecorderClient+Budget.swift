import Foundation
import OneShotCore
import OneShotProcess
import OneShotRecorder

extension RecorderClient {
    /// Limits what a session may use in this recorder, which may have been running before.
    ///
    /// - Throws: ``WorkbenchError/recorderInUse(pid:port:remedy:)`` for a recorder that cannot do that.
    func limit(_ session: RunID, to budget: Budget) async throws {
        guard let response = try await page(of: session, query: budget.query), response.status == 200 else {
            throw WorkbenchError.recorderInUse(
                pid: recorder.process.pid,
                port: recorder.port,
                remedy: "it does not take the limits of a session: end it with 'oneshot down' first"
            )
        }
    }

    /// - Returns: nil when the recorder does not say.
    func report(of session: RunID) async -> SessionReport? {
        guard let response = try? await page(of: session, query: nil), response.status == 200 else { return nil }
        return try? JSONDecoder().decode(SessionReport.self, from: Data(response.body.utf8))
    }

    /// `/sessions/ID/budget` of the recorder: read, or with a query changed and read.
    ///
    /// - Returns: nil for a recorder that has no token.
    private func page(of session: RunID, query: String?) async throws -> LocalHTTP.Response? {
        guard let token = recorder.controlToken else { return nil }
        let server = LocalHTTP(port: recorder.port)
        let path = "/sessions/\(session)/budget"
        let host = "127.0.0.1:\(recorder.port)"
        let headers = [("Authorization", "Bearer \(token)")]
        guard let query else { return try await server.get(path, host: host, headers: headers) }
        return try await server.post("\(path)?\(query)", host: host, headers: headers)
    }
}
