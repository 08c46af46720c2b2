public import OneShotCore

extension SearchHit {
    /// Where it was found: `user`, `result of exec_command`.
    public var placeText: String {
        switch (place, tool) {
        case ("result", let tool?): "result of \(tool)"
        case ("call", let tool?): "call of \(tool)"
        default: place
        }
    }

    /// The snippet on one line.
    ///
    /// - Parameter marks: what stands before and after what was found.
    public func line(marks: (String, String)) -> String {
        snippet.enumerated().map { index, piece in
            let text = piece.forTerminal.replacing(/\s+/, with: " ")
            return index % 2 == 0 ? text : marks.0 + text + marks.1
        }.joined()
    }

    public var json: JSON {
        var offset = 0
        var matches: [JSON] = []
        for (index, piece) in snippet.enumerated() {
            let length = piece.unicodeScalars.count
            if index % 2 == 1 { matches.append(["start": JSON(offset), "length": JSON(length)]) }
            offset += length
        }
        return [
            "session_id": .string(sessionID), "turn": JSON(turn), "place": .string(place), "tool": JSON(tool),
            "model": JSON(model), "started_at": .string(startedAt), "snippet": .string(snippet.joined()),
            "matches": .array(matches),
        ]
    }
}
