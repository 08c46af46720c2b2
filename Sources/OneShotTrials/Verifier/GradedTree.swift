import Foundation
import OneShotCore
import OneShotPreparation

/// The tree that is graded: the start with an agent's diff applied, the tests and what steers them put back, the task's
/// own tests laid over it. It is written from outside, so no link of the agent's tree is followed.
struct GradedTree: Sendable {
    let directory: URL
    let baseline: Baseline

    /// - Parameters:
    ///   - diff: as ``Baseline/diff(of:)`` made it.
    ///   - solution: what the reference solution changes is the agent's to change, too.
    /// - Returns: the paths that were put back.
    func make(applying diff: URL, solution: URL, suites: TestSuites, tests: URL) async throws -> [String] {
        try await baseline.copy(to: directory)
        try await baseline.apply(diff, to: directory)
        let changed = try await paths(of: diff)
        let allowed = Set(try await paths(of: solution))
        let restored = Self.protected(changed, allowed: allowed, suites: suites)
        for path in restored { try put(path, from: baseline.directory) }
        for path in try Digest.files(below: tests) { try put(path, from: tests) }
        return restored
    }

    private func paths(of diff: URL) async throws -> [String] {
        guard let data = try? Data(contentsOf: diff), !data.isEmpty else { return [] }
        return try await baseline.summary(of: data).files
    }

    /// Of the paths that an agent has changed, those that are put back.
    static func protected(_ changed: [String], allowed: Set<String>, suites: TestSuites) -> [String] {
        // Where tests are what the task asks for, new ones are the agent's work.
        let writesTests = allowed.contains { SteeringFiles.isPlainTest($0) }
        // `test_a/__init__.py` and `test_a.so` are imported instead of `test_a.py`.
        let shadows = suites.suites.flatMap { suite in
            suite.files.filter { $0.hasSuffix(".py") }.map { file in
                (suite.directory.map { $0 + "/" } ?? "") + file.dropLast(3)
            }
        }
        return changed.filter { path in
            guard !allowed.contains(path) else { return false }
            if shadows.contains(where: { path.hasPrefix($0 + "/") || path.hasPrefix($0 + ".") }) { return true }
            return SteeringFiles.isProtected(path, by: suites) && !(writesTests && SteeringFiles.isPlainTest(path))
        }
    }

    /// Makes `path` what it is below `source`, or removes it where it is not.
    func put(_ path: String, from source: URL) throws {
        let files = FileManager.default
        let origin = source.appendingPathComponent(path)
        let target = try clearWay(to: path)
        guard (try? files.attributesOfItem(atPath: origin.path)) != nil else { return }
        do {
            try files.copyItem(at: origin, to: target)
        } catch {
            throw TrialError.workspace(reason: "\(path): \(error.localizedDescription)")
        }
    }

    func write(_ text: String, to path: String) throws {
        let target = try clearWay(to: path)
        try AtomicFile.write(text, to: target, mode: 0o644)
    }

    /// Removes what is at `path`, and makes the directories above it real ones.
    private func clearWay(to path: String) throws -> URL {
        let files = FileManager.default
        var place = directory
        let parts = path.split(separator: "/").map(String.init)
        guard !parts.isEmpty, !parts.contains(".."), parts[0].lowercased() != ".git" else {
            throw TrialError.workspace(reason: "'\(path)' leads out of the tree")
        }
        for (index, part) in parts.enumerated() {
            place.appendPathComponent(part)
            // Without following a link.
            let kind = (try? files.attributesOfItem(atPath: place.path))?[.type] as? FileAttributeType
            let isLast = index == parts.count - 1
            if kind != nil, isLast || kind != .typeDirectory {
                do {
                    try files.removeItem(at: place)
                } catch {
                    throw TrialError.workspace(reason: "\(path): \(error.localizedDescription)")
                }
            }
            if !isLast, kind != .typeDirectory { try AtomicFile.makeDirectory(place) }
        }
        return place
    }
}
