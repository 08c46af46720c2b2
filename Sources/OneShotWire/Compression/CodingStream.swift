import NIOCore

/// One content coding's decoder.
protocol CodingStream: AnyObject {
    /// Reads some of the input and appends what it stands for, tens of kilobytes at most (an output that has more room
    /// may be filled).
    func step(_ input: inout ByteBuffer, into output: inout ByteBuffer) -> CodingStep
    /// The bytes so far are a whole body in this coding.
    var isAtEnd: Bool { get }
}

enum CodingStep {
    /// Another step may give more, with the input that is left or with none.
    case goOn
    case needsInput
    case corrupt
}

extension CodingStream {
    /// How much a step asks to have room for.
    static var room: Int { 16 << 10 }
}
