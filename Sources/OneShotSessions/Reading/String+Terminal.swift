extension String {
    /// Without the characters that would move a terminal's cursor or change its colours: what agents and programs said
    /// must not write over what we say. Tabs and ends of lines stay.
    var forTerminal: String {
        guard unicodeScalars.contains(where: \.isControl) else { return self }
        // The sequences of ECMA-48, section 5.4, as a whole; then what is left of others.
        var text = replacing(/\u{1B}\[[0-?]*[ -\/]*[@-~]|\u{1B}\][^\u{7}\u{1B}]*(\u{7}|\u{1B}\\)/, with: "")
        text.unicodeScalars.removeAll(where: \.isControl)
        return text
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool {
        value < 0x20 && value != 0x09 && value != 0x0A || (0x7F..<0xA0).contains(value)
    }
}
