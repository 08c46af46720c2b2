public import Foundation
import OneShotClient
import OneShotCore

/// Where issues and pull requests are read: from saved answers, or from the API.
public enum Forge: Sendable {
    /// Files that hold what the API answered, one document each or a list of them.
    case files([URL])
    /// The API's address; the token is sent to it and kept nowhere.
    case api(URL, token: String?)

    public static let standardAPI = "https://api.github.com"

    /// The threads that a task may be made of: the one that was asked for, the pull request that closes it, the issue
    /// that it closes.
    func threads(for reference: ForgeReference, pull: Int?) async throws -> [ForgeThread] {
        switch self {
        case .files(let files):
            return try files.flatMap { try Self.threads(in: $0) }
        case .api(let address, let token):
            return try await APIConnection.with(key: token) { connection in
                try await Self.threads(for: reference, pull: pull, at: address, over: connection)
            }
        }
    }

    private static func threads(in file: URL) throws -> [ForgeThread] {
        guard let data = try? Data(contentsOf: file) else {
            throw FileError.unreadable(path: file.path, reason: "no such file, or no permission")
        }
        let document: JSON
        do {
            document = try JSON(parsing: data)
        } catch {
            throw SourceError.badForgeFile(path: file.path, problem: "not JSON: \(error)")
        }
        let documents = document.elements.isEmpty ? [document] : document.elements
        return try documents.map { document in
            guard let thread = ForgeThread(document) else {
                throw SourceError.badForgeFile(path: file.path, problem: "neither an issue nor a pull request")
            }
            return thread
        }
    }

    private static func threads(
        for reference: ForgeReference,
        pull: Int?,
        at address: URL,
        over connection: APIConnection
    ) async throws -> [ForgeThread] {
        func read(_ kind: String, _ number: Int) async throws -> ForgeThread {
            let name = reference.with(number: number)
            let path = "repos/\(reference.owner)/\(reference.name)/\(kind)/\(number)"
            let answer = try await connection.send(
                address.appendingPathComponent(path),
                accept: "application/vnd.github+json"
            )
            guard answer.status == 200 else {
                let message = connection.line(answer.json?["message"]?.string ?? "")
                throw SourceError.noForgeAnswer(
                    name.description,
                    reason: "status \(answer.status)" + (message.isEmpty ? "" : ", \(message)")
                )
            }
            guard let thread = answer.json.flatMap(ForgeThread.init) else {
                throw SourceError.noForgeAnswer(name.description, reason: "the answer is no issue or pull request")
            }
            return thread
        }
        var threads = [try await read("issues", reference.number)]
        if threads[0].isPull { threads = [try await read("pulls", reference.number)] }
        if let pull, pull != reference.number { threads.append(try await read("pulls", pull)) }
        // The words of the issue say more about the problem than those of its solution.
        if threads[0].isPull, let issue = threads[0].closes.first, issue != reference.number {
            let found = try? await read("issues", issue)
            if let found, !found.isPull { threads.append(found) }
        }
        return threads
    }
}
