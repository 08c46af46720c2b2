import Foundation
import Testing

@testable import OneShotCapture

@Suite("Letters of patches")
struct PatchLetterTests {
    @Test("the message is read whatever the lines end with", arguments: ["\n", "\r\n"])
    func ends(end: String) {
        let lines = [
            "From \(String(repeating: "a", count: 40)) Mon Sep 17 00:00:00 2001", "From: A <a@example.com>",
            "Subject: [PATCH 1/2] Count", "  words", "", "Because.", "---", " f | 1 +", "diff --git a/f b/f", "",
        ]
        let messages = PatchLetter.messages(in: Data(lines.joined(separator: end).utf8))
        #expect(messages.map(\.text) == ["Count  words\n\nBecause."])
    }
}
