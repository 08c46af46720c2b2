public import Foundation

/// The person's home: `HOME` where it is set, as every other program reads it, else what the system knows.
public enum HomeDirectory {
    public static func url(in environment: [String: String] = ProcessInfo.processInfo.environment) -> URL {
        guard let home = environment["HOME"], !home.isEmpty else {
            return FileManager.default.homeDirectoryForCurrentUser
        }
        return URL(fileURLWithPath: home, isDirectory: true)
    }
}
