public import Foundation

/// Looks programs up as a shell does.
public struct ProgramSearch: Sendable {
    private let directories: [String]

    public init(environment: [String: String]) {
        directories = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
    }

    /// The first executable file with this name on the `PATH`; the file itself when the name is a path.
    public func find(_ name: String) -> URL? {
        let candidates = name.contains("/") ? [name] : directories.map { "\($0)/\(name)" }
        return candidates.first { path in
            var isDirectory: ObjCBool = false
            return FileManager.default.isExecutableFile(atPath: path)
                && FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && !isDirectory.boolValue
        }.map { URL(fileURLWithPath: $0) }
    }
}

/// The program that this process runs.
public enum OneShotProgram {
    /// - Parameter environment: `ONESHOT` names the program where this process is another one, such as a test.
    public static func current(environment: [String: String]) throws -> URL {
        let url: URL
        if let given = environment["ONESHOT"], !given.isEmpty {
            guard let found = ProgramSearch(environment: environment).find(given) else {
                throw WorkbenchError.noExecutable(path: given)
            }
            url = found
        } else {
            url = Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
        }
        return url.standardizedFileURL
    }
}
