public import Foundation
import OneShotCore

extension PreparedTask {
    /// The task as its overrides make it: a copy in `directory`, which must not exist, for one trial. The prepared task
    /// stays as it is. A task without overrides is itself.
    ///
    /// Instructions, overlays, rubric and tests are those of the copy's layout. What is removed from the repository,
    /// where the agent starts, its home and its variables are told by ``overrides``.
    ///
    /// - Throws: ``FileError`` naming the key that does not fit the task.
    public func applied(at directory: URL) throws -> PreparedTask {
        guard let overrides else { return self }
        let copy = PreparedTaskLayout(directory: directory)
        try AtomicFile.makeDirectory(copy.directory)
        // Large, and never changed: a link will do.
        try link(
            [layout.bundle, layout.dockerfile, layout.environment, layout.solution.deletingLastPathComponent()],
            in: copy
        )
        for part in [layout.metadata, layout.overlayFiles, layout.overlayRepositoryFiles, layout.evaluation]
        where FileManager.default.fileExists(atPath: part.path) {
            do {
                try FileManager.default.copyItem(at: part, to: directory.appendingPathComponent(part.lastPathComponent))
            } catch {
                throw FileError.unreadable(path: part.path, reason: error.localizedDescription)
            }
        }
        for file in overrides.files {
            let top: URL? =
                switch file.place {
                case .task: copy.overlayFiles
                case .repository: copy.overlayRepositoryFiles
                case .evaluation: copy.evaluation
                case .home: nil
                }
            if let top { try overrides.write(file, below: top) }
        }
        if let prompt = overrides.prompt {
            let original = String(decoding: try Data(contentsOf: copy.instructions), as: UTF8.self)
            try AtomicFile.write(
                prompt.replacing(TaskOverrides.instructionsMark, with: original),
                to: copy.instructions
            )
        }
        try overrides.dropTests(from: copy.rubric)
        var task = try PreparedTask.load(directory)
        task.overrides = overrides
        return task
    }

    private func link(_ parts: [URL], in copy: PreparedTaskLayout) throws {
        for part in parts where FileManager.default.fileExists(atPath: part.path) {
            let url = copy.directory.appendingPathComponent(part.lastPathComponent)
            do {
                try FileManager.default.createSymbolicLink(at: url, withDestinationURL: part)
            } catch {
                throw FileError.unwritable(path: url.path, reason: error.localizedDescription)
            }
        }
    }
}

extension TaskOverrides {
    /// Writes the files that the agent's `HOME` begins with.
    ///
    /// - Returns: whether there are any.
    public func writeHome(to directory: URL) throws -> Bool {
        let own = files.filter { $0.place == .home }
        guard !own.isEmpty else { return false }
        try AtomicFile.makeDirectory(directory)
        for file in own { try write(file, below: directory) }
        return true
    }

    /// A link on the way to the file would lead out of `top`: the task's own directories may have some.
    fileprivate func write(_ file: File, below top: URL) throws {
        var url = top
        for part in file.path.split(separator: "/").dropLast() {
            url.appendPathComponent(String(part))
            var status = stat()
            if lstat(url.path, &status) == 0, status.st_mode & S_IFMT != S_IFDIR {
                throw FileError.malformed(
                    path: path,
                    place: file.path,
                    problem: "goes through \(url.lastPathComponent), which is no directory in the task"
                )
            }
        }
        let target = top.appendingPathComponent(file.path)
        try AtomicFile.makeDirectory(target.deletingLastPathComponent())
        try AtomicFile.write(file.content, to: target, mode: file.mode)
    }

    /// Takes the dropped tests' say from a rubric. A criterion that has no test left goes.
    fileprivate func dropTests(from url: URL) throws {
        guard !droppedTests.isEmpty else { return }
        var rubric = try Rubric.read(url)
        for name in droppedTests where !rubric.testNames.contains(name) {
            throw FileError.malformed(
                path: path,
                place: "evaluation.drop_tests",
                problem: "no criterion of the rubric is bound to '\(name)'"
                    + (StrictJSON.nearest(name, in: rubric.testNames).map { "; did you mean '\($0)'?" } ?? "")
            )
        }
        rubric.criteria = rubric.criteria.compactMap { criterion in
            guard case .tests(let names) = criterion.binding else { return criterion }
            let rest = names.filter { !droppedTests.contains($0) }
            var changed = criterion
            changed.binding = .tests(rest)
            return rest.isEmpty ? nil : changed
        }
        guard !rubric.criteria.isEmpty else {
            throw FileError.malformed(
                path: path,
                place: "evaluation.drop_tests",
                problem: "leaves no criterion to grade by"
            )
        }
        try AtomicFile.write(rubric.markdown, to: url)
    }
}
