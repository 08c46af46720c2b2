import FuzzDecoding
import FuzzSupport
import OneShotSessions

@main
enum FuzzChat {
    static func main() {
        fuzz { start, count in
            if let input = FuzzInput(start, count) { AnswerCheck.check(input, .chatCompletions) }
            return 0
        }
    }
}
