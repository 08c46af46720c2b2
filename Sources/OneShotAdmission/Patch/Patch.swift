public import Foundation

/// A git patch taken apart into files and hunks, byte for byte: ``data`` gives the same bytes again.
public struct Patch: Sendable, Equatable {
    public var files: [File]

    /// What the patch does to one file.
    public struct File: Sendable, Equatable {
        /// The lines before the first hunk, from `diff --git` on; all of a binary file's.
        var header: [Data]
        public internal(set) var hunks: [Hunk]
        /// After the change, or before it where the file goes.
        public let path: String

        /// Each run of lines that are added without others between them.
        public var addedTexts: [Data] {
            hunks.flatMap { hunk in
                hunk.lines.split { $0.first != UInt8(ascii: "+") }.map { run in
                    run.reduce(into: Data()) { text, line in
                        text += line.dropFirst()
                        text.append(UInt8(ascii: "\n"))
                    }
                }
            }
        }

        public var isAdded: Bool { header.contains { $0.starts(with: Data("new file mode ".utf8)) } }
        public var isRemoved: Bool { header.contains { $0.starts(with: Data("deleted file mode ".utf8)) } }
    }

    /// A run of changed lines with its context.
    public struct Hunk: Sendable, Equatable {
        var oldStart: Int
        var newStart: Int
        /// Everything after the second `@@`.
        var section: Data
        /// With their marks (` `, `+`, `-`, `\`), without line ends.
        var lines: [Data]

        var oldCount: Int { lines.count { Patch.isKept($0) || $0.first == UInt8(ascii: "-") } }
        var newCount: Int { lines.count { Patch.isKept($0) || $0.first == UInt8(ascii: "+") } }
    }

    /// A context line. Some tools strip the mark of an empty one.
    static func isKept(_ line: Data) -> Bool { line.isEmpty || line.first == UInt8(ascii: " ") }

    public var data: Data {
        var lines: [Data] = []
        for file in files {
            lines += file.header
            for hunk in file.hunks {
                let old = Self.range(hunk.oldStart, hunk.oldCount)
                let new = Self.range(hunk.newStart, hunk.newCount)
                lines.append(Data("@@ -\(old) +\(new) @@".utf8) + hunk.section)
                lines += hunk.lines
            }
        }
        var data = Data()
        for line in lines {
            data += line
            data.append(UInt8(ascii: "\n"))
        }
        return data
    }

    private static func range(_ start: Int, _ count: Int) -> String { count == 1 ? "\(start)" : "\(start),\(count)" }

    /// The patch without one file.
    func without(file index: Int) -> Patch {
        var copy = self
        copy.files.remove(at: index)
        return copy
    }

    /// The patch with one hunk left out; the places of the later ones move.
    func without(hunk: Int, ofFile index: Int) -> Patch {
        var copy = self
        let gone = copy.files[index].hunks.remove(at: hunk)
        for later in copy.files[index].hunks.indices where later >= hunk {
            // A patch that was edited by hand may say any place.
            let place = copy.files[index].hunks[later].newStart - (gone.newCount - gone.oldCount)
            copy.files[index].hunks[later].newStart = max(0, place)
        }
        return copy
    }

    /// The patch with another text in one of the lines that it adds.
    func replacing(line: Int, ofHunk hunk: Int, ofFile index: Int, by text: Data) -> Patch {
        var copy = self
        copy.files[index].hunks[hunk].lines[line] = Data("+".utf8) + text
        return copy
    }
}
