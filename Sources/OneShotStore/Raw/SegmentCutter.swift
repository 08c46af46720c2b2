public import Foundation

/// Cuts a stream of bytes into segments at places that its content determines (a "gear" rolling hash over the last
/// 64 bytes), so that a text that is sent again with something put in falls into the same segments before and, soon,
/// after it.
///
/// Bodies up to ``inlineLimit`` are not cut at all. Others give segments of about 750 bytes, from 1 MB on of 6 kB, from
/// 16 MB on of 24 kB: what is resent is history, and history is small, while a download is large and new.
public struct SegmentCutter: Sendable {
    /// Shorter bodies stay in one piece.
    public static let inlineLimit = 8 << 10

    /// Bytes in all segments so far.
    public private(set) var cutBytes = 0
    private var open: [UInt8] = []
    private var isCutting: Bool

    /// - Parameter inline: whether a short body stays in one piece.
    public init(inline: Bool = true) { isCutting = !inline }

    /// The bytes after the last segment.
    public var tail: Data { Data(open) }
    public var tailCount: Int { open.count }

    /// - Parameter emit: called with each segment that is complete now.
    public mutating func append(_ bytes: UnsafeRawBufferPointer, emit: (Data) -> Void) {
        let scanned = isCutting ? open.count : 0
        open.append(contentsOf: bytes)
        if !isCutting, cutBytes + open.count <= Self.inlineLimit { return }
        isCutting = true
        let taken = open.withUnsafeBytes { cut($0, scanned: scanned, emit: emit) }
        if taken > 0 { open.removeSubrange(..<taken) }
    }

    /// Makes a segment of the tail.
    public mutating func finish(emit: (Data) -> Void) {
        guard !open.isEmpty else { return }
        cutBytes += open.count
        emit(Data(open))
        open = []
    }

    /// Whether anything has been cut.
    public var hasSegments: Bool { cutBytes > 0 }

    /// - Parameter scanned: bytes at the start in which no end was found earlier.
    /// - Returns: how many bytes went into segments.
    private mutating func cut(_ bytes: UnsafeRawBufferPointer, scanned: Int, emit: (Data) -> Void) -> Int {
        var start = 0
        var scanned = scanned
        while let end = Self.end(in: bytes, from: start, scanned: scanned, scale: scale) {
            emit(Data(UnsafeRawBufferPointer(rebasing: bytes[start..<end])))
            cutBytes += end - start
            start = end
            scanned = 0
        }
        return start
    }

    /// The binary logarithm of how much larger segments are than at the start of the body.
    private var scale: Int { cutBytes < 1 << 20 ? 0 : cutBytes < 16 << 20 ? 3 : 5 }

    private static func end(in bytes: UnsafeRawBufferPointer, from start: Int, scanned: Int, scale: Int) -> Int? {
        let least = 256 << scale
        let most = 2048 << scale
        let available = min(bytes.count - start, most)
        guard available >= least else { return nil }
        // The last 64 bytes decide; those before an end that was ruled out are hashed again.
        var index = start + max(least, scanned) - 64
        let first = index + 64
        let last = start + available
        var hash: UInt64 = 0
        let shift = UInt64(64 - 9 - scale)
        return gear.withUnsafeBufferPointer { gear in
            while index < last {
                hash = (hash &<< 1) &+ gear[Int(bytes[index])]
                index += 1
                if index >= first, hash &>> shift == 0 { return index }
            }
            return available == most ? last : nil
        }
    }

    /// 256 numbers without a pattern: the first outputs of SplitMix64 from 0. Part of the format only in so far as other
    /// numbers would find nothing to share with what is stored.
    private static let gear: [UInt64] = {
        var state: UInt64 = 0
        return (0..<256).map { _ in
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed &>> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed &>> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed &>> 31)
        }
    }()
}
