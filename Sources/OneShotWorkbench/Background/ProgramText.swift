import Foundation
import OneShotCore

/// The pages of the program and of its libraries that this process has mapped.
///
/// Starting touches code all over: the dynamic linker, Swift's search for conformances, the tree of commands, the
/// database's migrations. Linux maps 64 kB around each page that is touched, so that an idle recorder was 50 MB large,
/// 40 of them text, most of which it never looks at again.
enum ProgramText {
    /// Forgets them: they stay in the system's page cache, and what is touched again comes back from there by a minor
    /// fault, without a read.
    static func giveBack() {
        guard let maps = KernelFile.text(of: "/proc/self/maps") else { return }
        for mapping in mappings(in: maps) {
            madvise(UnsafeMutableRawPointer(bitPattern: mapping.lowerBound), Int(mapping.count), MADV_DONTNEED)
        }
    }

    /// The executable mappings of files: only in these is nothing that the process has written, such as relocations,
    /// and that would be lost.
    ///
    /// - Parameter maps: what proc_pid_maps(5) describes: `55d0c4a00000-55d0c6384000 r-xp 00000000 fe:00 1234 /bin/x`.
    static func mappings(in maps: String) -> [Range<UInt>] {
        maps.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ", maxSplits: 5)
            guard fields.count == 6, fields[1] == "r-xp", fields[4] != "0" else { return nil }
            let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            guard ends.count == 2, ends[0] < ends[1] else { return nil }
            return ends[0]..<ends[1]
        }
    }
}
