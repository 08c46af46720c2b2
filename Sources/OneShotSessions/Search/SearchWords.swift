public import OneShotCore

extension SearchQuery {
    /// What a person wrote: words, phrases in double quotes, and words that end in `*`. Whatever else is in it is taken
    /// literally; what has no letter and no digit is passed over.
    ///
    /// - Returns: nil where nothing is left to look for.
    public init?(words: [String]) {
        var phrases: [Phrase] = []
        var text = ""
        func add() {
            let isPrefix = text.hasSuffix("*")
            if text.unicodeScalars.contains(where: { $0.properties.isAlphabetic || $0.properties.numericType != nil }) {
                phrases.append(Phrase(isPrefix ? String(text.dropLast()) : text, isPrefix: isPrefix))
            }
            text = ""
        }
        for word in words {
            // A word of the command line is a phrase already where the shell has kept its blanks.
            var isQuoted = false
            let isPhrase = word.contains(where: \.isWhitespace) && !word.contains("\"") && words.count > 1
            for character in word {
                if character == "\"" {
                    add()
                    isQuoted.toggle()
                } else if character.isWhitespace, !isQuoted, !isPhrase {
                    add()
                } else {
                    text.append(character)
                }
            }
            add()
        }
        guard !phrases.isEmpty else { return nil }
        self.init(phrases: phrases)
    }
}
