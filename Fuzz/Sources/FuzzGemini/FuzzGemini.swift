import FuzzDecoding
import FuzzSupport
import OneShotSessions

@main
enum FuzzGemini {
    static func main() {
        fuzz { start, count in
            if let input = FuzzInput(start, count) { AnswerCheck.check(input, .generateContent) }
            return 0
        }
    }
}
