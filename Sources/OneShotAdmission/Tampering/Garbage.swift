public import Foundation

/// Work that is none: files of random words, and noise at the end of each file that the solution touches.
public enum Garbage {
    public static func edits(
        solutionFiles: [String],
        seed: UInt64,
        content: (String) -> Data?
    ) -> [FileEdit] {
        var random = SplitMix(seed: seed)
        let written = (1...3).map { FileEdit(path: "notes_\($0).txt", content: words(40, &random)) }
        let noisy = solutionFiles.filter(FileEdit.isPlain).compactMap { path -> FileEdit? in
            guard var data = content(path), !data.contains(0) else { return nil }
            if let last = data.last, last != UInt8(ascii: "\n") { data.append(UInt8(ascii: "\n")) }
            return FileEdit(path: path, content: data + words(12, &random))
        }
        return written + noisy
    }

    private static func words(_ count: Int, _ random: inout SplitMix) -> Data {
        let letters = Array("abcdefghijklmnopqrstuvwxyz".utf8)
        var data = Data()
        for index in 1...count {
            for _ in 0..<Int.random(in: 2...9, using: &random) {
                data.append(letters[Int(random.next() % UInt64(letters.count))])
            }
            data.append(UInt8(ascii: index.isMultiple(of: 8) || index == count ? "\n" : " "))
        }
        return data
    }
}
