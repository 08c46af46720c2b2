import ArgumentParser
import Foundation
import OneShotCore

/// The options that every command takes: `@OptionGroup var global: GlobalOptions`.
struct GlobalOptions: ParsableArguments {
    @Option(name: .long, help: "The directory whose data/ is used (default: the nearest parent that has one).")
    var workspace: String?

    @Flag(name: .long, help: "Print one JSON document for scripts.")
    var json = false

    @Flag(name: [.short, .long], help: "Print results only.")
    var quiet = false

    @Flag(name: [.short, .long], help: "Print more about what is being done.")
    var verbose = false

    /// The workspace that the command works on.
    func resolvedWorkspace() throws -> Workspace {
        let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
        guard let workspace else { return Workspace.containing(here) }
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: workspace, isDirectory: &isDirectory), isDirectory.boolValue
        else {
            throw FileError.unreadable(path: workspace, reason: "--workspace names no directory")
        }
        return Workspace(root: URL(fileURLWithPath: workspace, relativeTo: here))
    }
}
