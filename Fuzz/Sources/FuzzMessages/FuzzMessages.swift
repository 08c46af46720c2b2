import FuzzDecoding
import FuzzSupport
import OneShotSessions

@main
enum FuzzMessages {
    static func main() {
        fuzz { start, count in
            if let input = FuzzInput(start, count) { AnswerCheck.check(input, .messages) }
            return 0
        }
    }
}
