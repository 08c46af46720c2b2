import Foundation
import OneShotTesting
import Testing

@Suite("The tools of the tests")
struct ToolTests {
    @Test("the program under test is found beside the test bundle")
    func oneshot() throws {
        let program = try #require(Tool.oneshot)
        #expect(FileManager.default.isExecutableFile(atPath: program.path))
    }
}
