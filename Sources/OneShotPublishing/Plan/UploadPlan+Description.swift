public import OneShotCore
import OneShotTrials

extension UploadPlan {
    /// The plan for people, a line each.
    public var lines: [String] {
        let width = files.map { String($0.size).count }.max() ?? 1
        return ["to \(destination.repository) (dataset)"]
            + files.map { file in
                let size = String(file.size)
                return "  " + String(repeating: " ", count: width - size.count) + size + "  " + file.path
            }
            + ["\(files.count) files, \(size) bytes"]
            + (secrets.isEmpty ? ["secrets: none found"] : secrets.map { "secret: \($0)" })
            + ["validation: \(validation.line)", "sensitivity: \(sensitivity)"]
    }

    /// The plan for scripts, with what came of it.
    public func json(outcome: HubUpload.Outcome?) -> JSON {
        [
            "repository": .string(destination.repository),
            "files": .array(files.map { ["path": .string($0.path), "size": JSON($0.size)] }),
            "bytes": JSON(size),
            "secrets": .array(secrets.map { .string($0) }),
            "validation": .string(validation.line),
            "sensitivity": .string(sensitivity),
            "uploaded": .bool(outcome?.commit != nil),
            "commit": JSON(outcome?.commit),
            "url": JSON(outcome?.url),
        ]
    }
}
