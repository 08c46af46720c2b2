public import NIOCore

extension WebSocketFrameHeader {
    /// A whole frame with this payload. A client gives a mask, a server none (RFC 6455, section 5.1).
    public static func frame(
        _ opcode: Opcode,
        payload: ByteBuffer,
        isFinal: Bool = true,
        isCompressed: Bool = false,
        mask: UInt32? = nil
    ) -> ByteBuffer {
        var output = ByteBuffer()
        output.reserveCapacity(payload.readableBytes + 14)
        output.writeInteger((isFinal ? 0x80 : 0) | (isCompressed ? 0x40 : 0) | opcode.rawValue)
        let maskBit: UInt8 = mask == nil ? 0 : 0x80
        switch payload.readableBytes {
        case ..<126: output.writeInteger(maskBit | UInt8(payload.readableBytes))
        case ..<65_536:
            output.writeInteger(maskBit | 126)
            output.writeInteger(UInt16(payload.readableBytes))
        default:
            output.writeInteger(maskBit | 127)
            output.writeInteger(UInt64(payload.readableBytes))
        }
        guard let mask else {
            output.writeImmutableBuffer(payload)
            return output
        }
        output.writeInteger(mask)
        let key = withUnsafeBytes(of: mask.bigEndian) { Array($0) }
        output.writeBytes(payload.readableBytesView.enumerated().map { $0.element ^ key[$0.offset & 3] })
        return output
    }

    public static func textFrame(_ text: String, mask: UInt32? = nil) -> ByteBuffer {
        frame(.text, payload: ByteBuffer(string: text), mask: mask)
    }
}
