import Foundation
public import OneShotCore

/// Shows the logs of a workspace: their last lines, and those that come.
public struct LogView: Sendable {
    public var workspace: Workspace
    public var files: [LogFile]
    /// How many of the lines that are there are shown, for each log.
    public var tail: Int

    public init(workspace: Workspace, files: [LogFile] = LogFile.allCases, tail: Int = 40) {
        self.workspace = workspace
        self.files = files
        self.tail = tail
    }

    /// - Parameters:
    ///   - following: whether to go on, until cancelled, with the lines that come.
    ///   - show: gets each line, marked with the log's name where there are several.
    /// - Returns: whether there was any log.
    @discardableResult
    public func run(following: Bool, _ show: (String) -> Void) async throws -> Bool {
        var readers = files.map { (file: $0, reader: LogReader($0.url(in: workspace))) }
        var found = false
        for index in readers.indices {
            found = found || FileManager.default.fileExists(atPath: readers[index].file.url(in: workspace).path)
            readers[index].reader.newLines().suffix(tail).forEach { show(marked($0, readers[index].file)) }
        }
        while following {
            try await Task.sleep(for: .milliseconds(200))
            for index in readers.indices {
                readers[index].reader.newLines().forEach { show(marked($0, readers[index].file)) }
            }
        }
        return found
    }

    private func marked(_ line: String, _ file: LogFile) -> String {
        files.count == 1 ? line : "\(file.rawValue.padding(toLength: 7, withPad: " ", startingAt: 0)) | \(line)"
    }
}
