import Foundation
import FuzzSupport
import NIOCore
@testable import OneShotAdmission

/// What a tar archive tells, with each member's content in one piece.
private struct Telling: Equatable {
    var entries: [TarEntry] = []
    var contents: [Data] = []
    var ends = 0
    var isArchive = true

    init(_ pieces: [ByteBuffer]) {
        var reader = TarReader()
        for piece in pieces where isArchive {
            piece.withUnsafeReadableBytes { bytes in
                do throws(TarError) {
                    try reader.feed(bytes) { take($0) }
                } catch {
                    isArchive = false
                }
            }
        }
    }

    private mutating func take(_ event: TarReader.Event) {
        switch event {
        case .entry(let entry):
            always(ends == entries.count, "a member begins when the one before has ended")
            entries.append(entry)
            contents.append(Data())
        case .content(let bytes):
            always(ends == entries.count - 1, "content belongs to a member")
            contents[contents.count - 1] += bytes
        case .end:
            ends += 1
            always(contents.last?.count == entries.last?.size, "a member has the size that it says")
        }
    }
}

@main
enum FuzzArchive {
    static func main() {
        fuzz { start, count in
            if let input = FuzzInput(start, count) { FuzzArchive.check(input) }
            return 0
        }
    }

    static func check(_ input: FuzzInput) {
        if input.variant & 1 == 0 {
            always(Telling([input.bytes]) == Telling(input.pieces), "how an archive is cut makes no difference")
        } else if let members = Archive.members(of: Data(input.bytes.readableBytesView)) {
            let size = members.reduce(0) { $0 + $1.data.count }
            always(size <= 64 << 20, "what is unpacked has a limit")
        }
    }
}
