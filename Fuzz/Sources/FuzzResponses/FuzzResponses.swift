import FuzzDecoding
import FuzzSupport
import OneShotSessions

@main
enum FuzzResponses {
    static func main() {
        fuzz { start, count in
            if let input = FuzzInput(start, count) { AnswerCheck.check(input, .responses) }
            return 0
        }
    }
}
