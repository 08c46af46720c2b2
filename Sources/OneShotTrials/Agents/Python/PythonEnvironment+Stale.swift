import Foundation
import OneShotCore

extension PythonEnvironment {
    /// A directory of the cache, which nobody removes as long as this value is kept.
    struct Installed: Sendable {
        /// To be mounted; `python` in it starts the interpreter, which finds the packages in `site`.
        let directory: URL
        private let use: FileLock

        /// - Returns: nil when it is not there, or is being removed.
        init?(_ directory: URL) throws {
            let isThere = { FileManager.default.fileExists(atPath: directory.path) }
            guard isThere(), let use = try FileLock.take(PythonEnvironment.use(of: directory), .shared), isThere()
            else {
                return nil
            }
            self.directory = directory
            self.use = use
        }
    }

    /// Held while environments are made or removed.
    static func lock(of parent: URL) -> URL { parent.appendingPathComponent(".lock") }

    /// Shared by all who use an environment.
    fileprivate static func use(of directory: URL) -> URL {
        directory.deletingLastPathComponent().appendingPathComponent(".\(directory.lastPathComponent).lock")
    }

    /// Removes the environments of the named agents that are made of something else than their recipe says and that
    /// nobody uses, and what is left of those that were never whole. The caller holds ``lock(of:)``.
    ///
    /// - Returns: their names.
    @discardableResult
    static func removeStale(in parent: URL, keeping recipes: [String: String]) async -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []
        var removed: [String] = []
        for name in names.sorted() {
            let place = parent.appendingPathComponent(name)
            if name.hasPrefix(".") {
                guard !name.hasSuffix(".lock") else { continue }
                await TreeCopy.remove(place)
                removed.append(name)
            } else if recipes.contains(where: { isMade(name, of: $0.key, otherThan: $0.value) }),
                let alone = try? FileLock.take(use(of: place))
            {
                defer { alone.release() }
                // So that it is never seen in part.
                let half = parent.appendingPathComponent(".\(name)")
                guard rename(place.path, half.path) == 0 else { continue }
                await TreeCopy.remove(half)
                unlink(use(of: place).path)
                removed.append(name)
            }
        }
        return removed
    }

    private static func isMade(_ name: String, of agent: String, otherThan recipe: String) -> Bool {
        guard name.hasPrefix("\(agent)-") else { return false }
        let rest = name.dropFirst(agent.count + 1)
        return rest.allSatisfy { $0.isHexDigit || $0 == "-" } && !rest.hasPrefix("\(recipe)-")
    }
}

/// The packages of the agents that are installed at their first use.
public enum AgentPackages {
    /// Removes those of older versions that no trial uses, and what was never installed to its end.
    ///
    /// - Returns: a name for each.
    public static func removeStale() async -> [String] {
        let programs: [PythonAgent.Program] = [.aider, .miniSWE]
        let environments = programs.map { $0.environment(of: [:]) }
        guard let parent = environments.first?.parent, FileManager.default.fileExists(atPath: parent.path),
            let lock = try? FileLock.take(PythonEnvironment.lock(of: parent))
        else { return [] }
        defer { lock.release() }
        let recipes = Dictionary(environments.map { ($0.name, $0.recipe) }) { $1 }
        return await PythonEnvironment.removeStale(in: parent, keeping: recipes).map { "packages \($0)" }
    }
}
