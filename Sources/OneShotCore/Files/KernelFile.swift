import Foundation

/// A file that the kernel makes while it is read, such as those of `/proc`.
public enum KernelFile {
    /// All of it. `String(contentsOfFile:)` takes the first 4 kB for the whole, since such a file claims to be empty
    /// and is read a page at a time.
    ///
    /// - Returns: nil when there is no such file or it may not be read.
    public static func text(of path: String) -> String? {
        guard let bytes = try? FileHandle(forReadingAtPath: path)?.readToEnd() else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
