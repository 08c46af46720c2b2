import OneShotCore
import OneShotStore

extension AnswerStream {
    /// Reads what was recorded.
    init(_ decoder: Decoder, of exchange: Exchange) {
        self.init(decoder)
        guard let text = exchange.responseJSON else { return }
        guard text.utf8.first == UInt8(ascii: "{"), let json = try? JSON(parsing: text) else {
            feed(text)
            return
        }
        if let raw = json["_raw"]?.string { feed(raw) } else { take(document: json) }
    }
}
