import Foundation
import OneShotCore

/// The bodies that the Hub's upload protocol sends, as values; the steps are those of `huggingface_hub`.
enum HubMessages {
    /// `POST /api/repos/create`
    static func create(_ repository: String, isPrivate: Bool) -> JSON {
        let parts = repository.split(separator: "/").map(String.init)
        var members: [JSON.Member] = [
            .init("name", .string(parts.last ?? "")), .init("organization", .string(parts.first ?? "")),
            .init("type", "dataset"),
        ]
        if isPrivate { members.append(.init("visibility", "private")) }
        return .object(members)
    }

    /// `POST /api/datasets/{id}/preupload/{revision}`; a sample is the file's first 512 bytes.
    static func preupload(_ files: [(file: UploadPlan.File, sample: Data)]) -> JSON {
        [
            "files": .array(
                files.map { file, sample in
                    [
                        "path": .string(file.path), "sample": .string(sample.base64EncodedString()),
                        "size": JSON(file.size),
                    ]
                }
            )
        ]
    }

    enum UploadMode: String { case regular, lfs }

    /// What the server has decided about each file.
    struct Decision: Equatable {
        var mode: UploadMode
        var isIgnored: Bool
        /// Of the file that is there already: git's blob id, or the SHA-256 of an LFS object.
        var present: String?
    }

    static func decisions(_ answer: JSON) throws -> [String: Decision] {
        var decisions: [String: Decision] = [:]
        for entry in answer["files"]?.elements ?? [] {
            guard let path = entry["path"]?.string, let mode = entry["uploadMode"]?.string.flatMap(UploadMode.init)
            else {
                throw PublishingError.strangeAnswer(step: "preupload", problem: "a file without path or uploadMode")
            }
            decisions[path] = Decision(
                mode: mode,
                isIgnored: entry["shouldIgnore"]?.bool ?? false,
                present: entry["oid"]?.string
            )
        }
        return decisions
    }

    /// `POST /datasets/{id}.git/info/lfs/objects/batch` (git-lfs, docs/api/batch.md).
    static func batch(_ files: [UploadPlan.File]) -> JSON {
        [
            "operation": "upload", "transfers": ["basic"],
            "objects": .array(files.map { ["oid": .string($0.sha256), "size": JSON($0.size)] }), "hash_algo": "sha256",
            "ref": ["name": "main"],
        ]
    }

    /// Where the bytes of an object go. Nil when the server has them already.
    struct Action: Equatable {
        var upload: String
        var headers: [String: String]
        var verify: String?
    }

    static func actions(_ answer: JSON) throws -> [String: Action?] {
        let step = "the LFS batch"
        if let transfer = answer["transfer"]?.string, transfer != "basic" {
            throw PublishingError.strangeAnswer(step: step, problem: "it wants the transfer '\(transfer)'")
        }
        var actions: [String: Action?] = [:]
        for object in answer["objects"]?.elements ?? [] {
            guard let oid = object["oid"]?.string else {
                throw PublishingError.strangeAnswer(step: step, problem: "an object without oid")
            }
            if let error = object["error"] {
                throw PublishingError.rejected(
                    step: step,
                    status: error["code"]?.int ?? 0,
                    message: error["message"]?.string ?? ""
                )
            }
            guard let upload = object["actions"]?["upload"] else {
                actions[oid] = .some(nil)
                continue
            }
            guard let address = upload["href"]?.string else {
                throw PublishingError.strangeAnswer(step: step, problem: "an upload without address")
            }
            let headers = (upload["header"]?.members ?? []).compactMap { member in
                member.value.string.map { (member.key, $0) }
            }
            actions[oid] = Action(
                upload: address,
                headers: Dictionary(headers) { $1 },
                verify: object["actions"]?["verify"]?["href"]?.string
            )
        }
        return actions
    }

    /// `POST /api/datasets/{id}/commit/{revision}`: one JSON value a line.
    static func commit(
        summary: String,
        regular: [(file: UploadPlan.File, content: Data)],
        large: [UploadPlan.File]
    ) -> Data {
        var lines: [JSON] = [["key": "header", "value": ["summary": .string(summary), "description": ""]]]
        lines += regular.map { file, content in
            [
                "key": "file",
                "value": [
                    "content": .string(content.base64EncodedString()), "path": .string(file.path), "encoding": "base64",
                ],
            ]
        }
        lines += large.map { file in
            [
                "key": "lfsFile",
                "value": [
                    "path": .string(file.path), "algo": "sha256", "oid": .string(file.sha256), "size": JSON(file.size),
                ],
            ]
        }
        return Data(lines.map { $0.compactText + "\n" }.joined().utf8)
    }
}
