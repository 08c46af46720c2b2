import Foundation
import OneShotCore
public import OneShotPreparation
public import OneShotRedaction
public import OneShotTrials

/// What an upload would do, worked out without any network. An uploader takes nothing but a plan, and a plan is only
/// made of files that have been looked through for secrets.
public struct UploadPlan: Sendable {
    public struct File: Sendable, Equatable {
        /// In the repository on the Hub.
        public let path: String
        /// In bytes.
        public let size: Int
        /// On this machine.
        let url: URL
        let sha256: String
    }

    public let destination: HubDestination
    public let title: String
    public let files: [File]
    /// What looks like a secret, as `path:line: rule`.
    public let secrets: [String]
    public let validation: ValidationState
    /// `unknown`, `public` or `private`.
    public let sensitivity: String
    let directory: URL

    /// The sum over all files, in bytes.
    public var size: Int { files.reduce(0) { $0 + $1.size } }

    /// - Parameter allowed: paths where a finding of the secret scan is a false alarm.
    public static func make(
        for task: PreparedTask,
        to destination: HubDestination,
        allowing allowed: [String] = [],
        redactor: Redactor = .standard
    ) async throws -> UploadPlan {
        let directory = task.layout.directory
        let files = try Digest.files(below: directory, ignoring: ["__pycache__", ".DS_Store", ".pytest_cache"])
            .compactMap { path -> File? in
                let url = directory.appendingPathComponent(path)
                let attributes = try? FileManager.default.attributesOfItem(atPath: url.path)
                // A link may lead out of the task; its target is not ours to publish.
                guard attributes?[.type] as? FileAttributeType == .typeRegular else { return nil }
                return File(
                    path: destination.path(of: path),
                    size: (attributes?[.size] as? NSNumber)?.intValue ?? 0,
                    url: url,
                    sha256: try Digest.sha256(file: url)
                )
            }
        return UploadPlan(
            destination: destination,
            title: task.metadata.metadata.title,
            files: files,
            secrets: try await task.secrets(allowing: allowed, redactor: redactor),
            validation: try ValidationState(of: task),
            sensitivity: task.metadata.sensitivity.level,
            directory: directory
        )
    }

    /// Says no to what must not be public.
    ///
    /// - Throws: ``PublishingError``.
    public func check(allowsUnvalidated: Bool, isPrivate: Bool) throws {
        guard secrets.isEmpty else {
            throw PublishingError.secrets(places: Array(secrets.prefix(3)), count: secrets.count)
        }
        if let reason = validation.reason, !allowsUnvalidated {
            throw PublishingError.notValidated(path: directory.path, reason: reason)
        }
        guard sensitivity != "private" || isPrivate else { throw PublishingError.sensitive(level: sensitivity) }
    }
}
