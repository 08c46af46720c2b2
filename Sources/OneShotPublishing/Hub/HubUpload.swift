import AsyncHTTPClient
import Crypto
import Foundation
import NIOCore
import NIOHTTP1
import OneShotCore

/// Uploads a plan to a dataset repository on the Hugging Face Hub, in one commit.
public struct HubUpload: Sendable {
    public struct Outcome: Sendable, Equatable {
        /// The page of the commit; of the repository when there was nothing to commit.
        public var url: String
        /// Nil when every file was there already.
        public var commit: String?
        public var uploaded: Int
        /// Files that the repository had already.
        public var unchanged: Int
    }

    private let plan: UploadPlan
    private let hub: HubConnection
    private let isPrivate: Bool
    private let progress: @Sendable (String) -> Void

    /// Creates the repository if it is not there, and commits the plan's files to its main branch.
    ///
    /// - Parameter isPrivate: for a repository that is created now.
    /// - Throws: ``PublishingError``; the repository's files are as they were unless the commit went through.
    public static func run(
        _ plan: UploadPlan,
        credentials: HubCredentials,
        isPrivate: Bool,
        progress: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> Outcome {
        var configuration = HTTPClient.Configuration(timeout: .init(connect: .seconds(15)))
        // Asking again is for HubConnection to decide; the client itself would go on until the request's deadline.
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let upload = HubUpload(
            plan: plan,
            hub: HubConnection(credentials: credentials, client: client),
            isPrivate: isPrivate,
            progress: progress
        )
        let result: Result<Outcome, any Error>
        do { result = .success(try await upload.run()) } catch { result = .failure(error) }
        try await client.shutdown()
        return try result.get()
    }

    private var api: String { "/api/datasets/\(plan.destination.repository)" }

    private func run() async throws -> Outcome {
        try await createRepository()
        let decisions = try await preupload()
        var regular: [(file: UploadPlan.File, content: Data)] = []
        var large: [UploadPlan.File] = []
        var unchanged = 0
        for file in plan.files {
            guard let decision = decisions[file.path] else {
                throw PublishingError.strangeAnswer(step: "preupload", problem: "no answer for \(file.path)")
            }
            guard !decision.isIgnored else { continue }
            // An empty file is never an LFS object: their store has none.
            if decision.mode == .lfs, file.size > 0 {
                if decision.present == file.sha256 { unchanged += 1 } else { large.append(file) }
            } else {
                let content = try Self.read(file)
                if decision.present == Self.blobID(content) { unchanged += 1 } else { regular.append((file, content)) }
            }
        }
        let page = "\(hub.credentials.endpoint)/datasets/\(plan.destination.repository)"
        guard !regular.isEmpty || !large.isEmpty else {
            return Outcome(url: page, commit: nil, uploaded: 0, unchanged: unchanged)
        }
        try await uploadObjects(large)
        progress("committing \(regular.count + large.count) files")
        let answer = try await hub.sendChecked(
            .init(
                step: "committing to \(plan.destination.repository)",
                address: "\(api)/commit/main",
                contentType: "application/x-ndjson",
                body: HubMessages.commit(summary: "Add the task \"\(plan.title)\"", regular: regular, large: large),
                isRepeatable: false
            )
        )
        guard let commit = answer.json?["commitOid"]?.string else {
            throw PublishingError.strangeAnswer(step: "the commit", problem: "no commitOid")
        }
        return Outcome(
            url: answer.json?["commitUrl"]?.string ?? page,
            commit: commit,
            uploaded: regular.count + large.count,
            unchanged: unchanged
        )
    }

    private func createRepository() async throws {
        progress("opening \(plan.destination.repository) at \(hub.credentials.endpoint)")
        let call = HubConnection.Call(
            step: "creating \(plan.destination.repository)",
            address: "/api/repos/create",
            body: Data(HubMessages.create(plan.destination.repository, isPrivate: isPrivate).compactText.utf8)
        )
        let answer = try await hub.send(call)
        if answer.isSuccess || answer.status == 409 { return }
        // Who may not create repositories may still write to one that exists.
        if [401, 402, 403].contains(answer.status) {
            let found = try await hub.send(
                .init(step: "finding \(plan.destination.repository)", method: .GET, address: api)
            )
            if found.isSuccess { return }
        }
        throw hub.error(answer, call)
    }

    /// Asks what is to become of each file, 256 at a time as the Hub's own clients do.
    private func preupload() async throws -> [String: HubMessages.Decision] {
        var decisions: [String: HubMessages.Decision] = [:]
        for start in stride(from: 0, to: plan.files.count, by: 256) {
            let part = try plan.files[start..<min(start + 256, plan.files.count)].map { file in
                (file: file, sample: try Self.read(file).prefix(512))
            }
            let answer = try await hub.sendChecked(
                .init(
                    step: "announcing the files to \(plan.destination.repository)",
                    address: "\(api)/preupload/main",
                    body: Data(HubMessages.preupload(part).compactText.utf8)
                )
            )
            decisions.merge(try HubMessages.decisions(answer.json ?? .null)) { $1 }
        }
        return decisions
    }

    private func uploadObjects(_ files: [UploadPlan.File]) async throws {
        // The same content is one object, however many files have it.
        let objects = Dictionary(files.map { ($0.sha256, $0) }) { first, _ in first }.values.sorted {
            $0.path < $1.path
        }
        for start in stride(from: 0, to: objects.count, by: 100) {
            let part = Array(objects[start..<min(start + 100, objects.count)])
            let answer = try await hub.sendChecked(
                .init(
                    step: "asking where the large files go",
                    address: "/datasets/\(plan.destination.repository).git/info/lfs/objects/batch",
                    contentType: "application/vnd.git-lfs+json",
                    accept: "application/vnd.git-lfs+json",
                    body: Data(HubMessages.batch(part).compactText.utf8)
                )
            )
            let actions = try HubMessages.actions(answer.json ?? .null)
            for file in part {
                guard let action = actions[file.sha256] else {
                    throw PublishingError.strangeAnswer(step: "the LFS batch", problem: "no answer for \(file.path)")
                }
                if let action { try await upload(file, action) }
            }
        }
    }

    private func upload(_ file: UploadPlan.File, _ action: HubMessages.Action) async throws {
        progress("uploading \(file.path) (\(file.size) bytes)")
        _ = try await hub.sendChecked(
            .init(
                step: "uploading \(file.path)",
                method: .PUT,
                address: action.upload,
                contentType: nil,
                headers: action.headers,
                body: try Self.read(file),
                isAuthorized: false
            )
        )
        guard let verify = action.verify else { return }
        let body: JSON = ["oid": .string(file.sha256), "size": JSON(file.size)]
        _ = try await hub.sendChecked(
            .init(step: "verifying \(file.path)", address: verify, body: Data(body.compactText.utf8))
        )
    }

    /// - Throws: ``FileError`` when the file is not the one that the plan looked through.
    private static func read(_ file: UploadPlan.File) throws -> Data {
        guard let data = try? Data(contentsOf: file.url, options: .mappedIfSafe), data.count == file.size,
            Digest.sha256(data) == file.sha256
        else {
            throw FileError.unreadable(
                path: file.url.path,
                reason: "it changed while it was being uploaded; push again"
            )
        }
        return data
    }

    /// Git's id of a blob, in a repository of SHA-1.
    private static func blobID(_ content: Data) -> String {
        var hash = Insecure.SHA1()
        hash.update(data: Data("blob \(content.count)\0".utf8))
        hash.update(data: content)
        return hash.finalize().hex
    }
}
