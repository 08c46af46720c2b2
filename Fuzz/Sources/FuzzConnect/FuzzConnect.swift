import FuzzSupport
import NIOCore
import OneShotWire

/// What a client is found to want that opens a tunnel.
private struct Reading: Equatable {
    var origin: Origin?
    /// The tunnel's first bytes, up to where it was certain what they are.
    var content: TunnelPreamble.Content?
    var first: HTTPHead?
    var isRefused = false

    /// - Parameter pieces: a CONNECT and what follows it.
    init(_ pieces: [ByteBuffer]) {
        var rest = pieces[...]
        var framer = HTTPMessageFramer(.requests)
        do throws(HTTPFramingError) {
            var head: HTTPHead?
            while head == nil, let piece = rest.popFirst() {
                framer.append(piece)
                if case .head(let found, let framing)? = try framer.next() {
                    head = found
                    always(found.method != "CONNECT" || framing == .none, "CONNECT has no body")
                }
            }
            guard let head, head.method == "CONNECT" else { return }
            origin = Origin(authority: head.target[...], isTLS: true)
            if let origin { checkOrigin(origin) }
            try enterTunnel([framer.takeBuffered()] + rest)
        } catch {
            isRefused = true
        }
    }

    private mutating func enterTunnel(_ pieces: [ByteBuffer]) throws(HTTPFramingError) {
        var rest = pieces[...]
        var preamble = TunnelPreamble()
        var given = ByteBuffer()
        while content == nil, let piece = rest.popFirst() {
            guard piece.readableBytes > 0 else { continue }
            preamble.append(piece)
            given.writeImmutableBuffer(piece)
            content = preamble.content
            always(preamble.bytes == given, "the preamble keeps every byte")
        }
        guard content == .http else { return }
        var framer = HTTPMessageFramer(.requests)
        framer.append(preamble.bytes)
        for piece in rest { framer.append(piece) }
        if case .head(let head, _)? = try framer.next() { first = head }
    }

    private func checkOrigin(_ origin: Origin) {
        always((1...65_535).contains(origin.port) && !origin.host.isEmpty, "an origin has a host and a port")
        always(origin.host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "a host holds no blanks and line ends")
        let again = Origin(authority: origin.authority[...], isTLS: true)
        always(again == origin, "an origin that is written is read again")
    }
}

@main
enum FuzzConnect {
    static func main() {
        fuzz { start, count in
            if let input = FuzzInput(start, count) { FuzzConnect.check(input) }
            return 0
        }
    }

    static func check(_ input: FuzzInput) {
        // Half of the inputs begin inside the tunnel, where most is to be found.
        let connect = ByteBuffer(string: "CONNECT a.example:443 HTTP/1.1\r\n\r\n")
        let before = input.variant & 1 == 0 ? [connect] : []
        var whole = ByteBuffer()
        for piece in before + [input.bytes] { whole.writeImmutableBuffer(piece) }
        always(Reading([whole]) == Reading(before + input.pieces), "how the bytes are cut makes no difference")
    }
}
