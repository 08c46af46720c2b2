public import Foundation
import OneShotCore

extension TaskOverrides {
    /// Reads and checks an `overrides.json`.
    ///
    /// - Throws: ``FileError`` that names the key and what is wrong with it: one that the format does not have, a path
    ///   that leads outside, a pattern that is none, a file that is not there, a variable that is not for a task to set.
    public init(reading url: URL) throws {
        let document = try StrictJSON.read(OverridesDocument.self, at: url)
        self = try OverridesReading(url: url, document: document).overrides
    }
}

/// One reading of an `overrides.json`.
private struct OverridesReading {
    let url: URL
    let document: OverridesDocument

    var overrides: TaskOverrides {
        get throws {
            guard document.schemaVersion == 1 else {
                throw problem("schema_version", "is \(document.schemaVersion), and this program knows 1")
            }
            if document.prompt != nil, document.lmInstructions != nil {
                throw problem("lm_instructions", "is another name of prompt; give one of the two")
            }
            let files = try allFiles
            return TaskOverrides(
                digest: try digest(files),
                removedPaths: try patterns,
                subdirectory: try subdirectory,
                prompt: document.prompt ?? document.lmInstructions,
                files: files,
                variables: try variables,
                droppedTests: document.evaluation?.dropTests ?? [],
                allowedServerTools: try serverTools,
                allowedInstallHosts: try installHosts,
                path: url.path
            )
        }
    }

    private var serverTools: Set<ServerTool> {
        get throws {
            Set(
                try (document.allowServerTools ?? []).map { name in
                    if let tool = ServerTool(rawValue: name) { return tool }
                    let known = ServerTool.allCases.map(\.rawValue).sorted().joined(separator: ", ")
                    throw problem("allow_server_tools", "'\(name)' is none of \(known)")
                }
            )
        }
    }

    private var installHosts: [String] {
        get throws {
            try (document.allowInstallHosts ?? []).map { host in
                if host.wholeMatch(of: /[A-Za-z0-9.\-]+(:[0-9]{1,5})?/) != nil { return host.lowercased() }
                throw problem("allow_install_hosts", "'\(host)' is no host, such as pypi.org or registry.example:8443")
            }
        }
    }

    private func problem(_ place: String, _ text: String) -> FileError {
        FileError.malformed(path: url.path, place: place, problem: text)
    }

    private var patterns: [PathPattern] {
        get throws {
            try (document.removeRepoPaths ?? []).enumerated().map { index, text in
                do throws(PathPattern.Problem) {
                    return try PathPattern(text)
                } catch {
                    throw problem("remove_repo_paths.\(index)", "'\(text)' is no pattern: \(error.text)")
                }
            }
        }
    }

    private var subdirectory: String? {
        get throws {
            guard let path = document.repo?.subdir, path != "." else { return nil }
            if let reason = RelativePath.problem(of: path) { throw problem("repo.subdir", "'\(path)' \(reason)") }
            return path
        }
    }

    private var variables: [TaskOverrides.Variable] {
        get throws {
            try (document.environmentVariables ?? [:]).sorted { $0.key < $1.key }.map { name, variable in
                if let reason = VariableName.problem(of: name) {
                    throw problem("environment_variables.\(name)", reason)
                }
                return TaskOverrides.Variable(
                    name: name,
                    value: variable.value,
                    readers: (variable.readers ?? [.agent]).map { $0 == .agent ? .agent : .verifier }
                )
            }
        }
    }

    /// Those of one place in the order of their paths.
    private var allFiles: [TaskOverrides.File] {
        get throws {
            var files = try laid(document.overlayFiles, "overlay_files", over: .task)
            files += try laid(document.overlayRepoFiles, "overlay_repo_files", over: .repository)
            files += try laid(document.evaluation?.files, "evaluation.files", over: .evaluation)
            if let rubric = document.evaluation?.rubric {
                let name = "rubric_template.md"
                guard document.evaluation?.files?[name] == nil else {
                    throw problem("evaluation.rubric", "is given by evaluation.files.\(name) already")
                }
                files.append(try file(rubric, nil, in: .evaluation, name, key: "evaluation.rubric"))
            }
            for (index, injected) in (document.injectFiles ?? []).enumerated() {
                let key = "inject_files.\(index)"
                let (place, path) = try inside(injected.path, key: "\(key).path")
                files.append(try file(injected.content, injected.mode, in: place, path, key: key))
            }
            return files
        }
    }

    private func laid(
        _ contents: [String: OverridesDocument.Content]?,
        _ key: String,
        over place: TaskOverrides.Place
    ) throws -> [TaskOverrides.File] {
        try (contents ?? [:]).sorted { $0.key < $1.key }.map { path, content in
            try file(content, nil, in: place, path, key: "\(key).\(path)")
        }
    }

    /// Where an absolute path inside the sandbox is.
    private func inside(_ path: String, key: String) throws -> (TaskOverrides.Place, String) {
        let places: [(prefix: String, place: TaskOverrides.Place)] = [
            ("/workspace/", .repository), ("/home/agent/", .home), ("~/", .home), ("$HOME/", .home), ("/task/", .task),
        ]
        guard let match = places.first(where: { path.hasPrefix($0.prefix) }) else {
            throw problem(key, "'\(path)' is not below /workspace, HOME (as ~/…) or /task")
        }
        return (match.place, String(path.dropFirst(match.prefix.count)))
    }

    private func file(
        _ content: OverridesDocument.Content,
        _ mode: String?,
        in place: TaskOverrides.Place,
        _ path: String,
        key: String
    ) throws -> TaskOverrides.File {
        if let reason = RelativePath.problem(ofFile: path) { throw problem(key, "the path '\(path)' \(reason)") }
        if mode != nil, content.mode != nil { throw problem("\(key).mode", "is given twice") }
        let text = mode ?? content.mode ?? "0644"
        guard let bits = mode_t(text, radix: 8), (3...4).contains(text.count), bits <= 0o777 else {
            throw problem("\(key).mode", "'\(text)' is no mode such as \"0644\" or \"0755\"")
        }
        return TaskOverrides.File(place: place, path: path, content: try data(content, key: key), mode: bits)
    }

    private func data(_ content: OverridesDocument.Content, key: String) throws -> Data {
        switch content.source {
        case .text(let text): return Data(text.utf8)
        case .base64(let text):
            guard let data = Data(base64Encoded: text) else { throw problem("\(key).base64", "is not base64") }
            return data
        case .file(let path):
            if let reason = RelativePath.problem(ofFile: path) { throw problem("\(key).file", "'\(path)' \(reason)") }
            let directory = url.standardizedFileURL.deletingLastPathComponent()
            let file = directory.appendingPathComponent(path)
            var status = stat()
            guard lstat(file.path, &status) == 0 else {
                throw problem("\(key).file", "there is no '\(path)' beside \(url.lastPathComponent)")
            }
            // A task comes from others: a link in it would take any file of this machine inside.
            let real = file.resolvingSymlinksInPath().path
            let isInside = real.hasPrefix(directory.resolvingSymlinksInPath().path + "/")
            guard isInside, status.st_mode & S_IFMT == S_IFREG else {
                throw problem("\(key).file", "'\(path)' is no plain file below \(directory.path)")
            }
            guard let data = try? Data(contentsOf: file) else {
                throw FileError.unreadable(path: file.path, reason: "no permission")
            }
            return data
        }
    }

    private func digest(_ files: [TaskOverrides.File]) throws -> String {
        let own = try Digest.sha256(file: url)
        let contents = files.map { "\($0.path)\0\(Digest.sha256($0.content))\0" }
        return Digest.sha256(Data((own + "\0" + contents.joined()).utf8))
    }
}
