import Foundation
import OneShotAdmission
import OneShotCore
import OneShotPreparation

/// How much a task has in common with the others of its workspace.
enum NearestTask {
    /// - Returns: nil when there is no other task.
    static func find(for task: PreparedTask, named name: String, in workspace: Workspace) -> ValidationRecord.Neighbour?
    {
        let own = shingles(task.layout)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: workspace.preparedTasks.path)) ?? []
        let others = names.sorted().filter { $0 != name && !$0.hasPrefix(".") }.compactMap { other in
            let layout = PreparedTaskLayout(directory: workspace.preparedTasks.appendingPathComponent(other))
            return FileManager.default.fileExists(atPath: layout.solution.path)
                ? ValidationRecord.Neighbour(
                    task: other,
                    similarity: (own.similarity(to: shingles(layout)) * 1000).rounded() / 1000
                ) : nil
        }
        return others.max { $0.similarity < $1.similarity }
    }

    /// The instruction, and what the solution adds.
    private static func shingles(_ layout: PreparedTaskLayout) -> Shingles {
        let instructions = (try? String(contentsOf: layout.instructions, encoding: .utf8)) ?? ""
        let patch = (try? Data(contentsOf: layout.solution)) ?? Data()
        return Shingles(instructions + "\n" + added(by: String(decoding: patch, as: UTF8.self)))
    }

    static func added(by patch: String) -> String {
        patch.textLines.filter { $0.hasPrefix("+") && !$0.hasPrefix("+++") }.map { $0.dropFirst() }
            .joined(separator: "\n")
    }
}
