import Foundation
import OneShotCore
import Testing

@Suite struct KernelFileTests {
    #if os(Linux)
        @Test("a file of the kernel is read to its end, which is beyond its first page")
        func longFile() throws {
            // Every library that a test is linked with has some lines in it; the stack comes near the end.
            let maps = try #require(KernelFile.text(of: "/proc/self/maps"))
            #expect(maps.utf8.count > 8192)
            #expect(maps.contains("[stack]"))
        }
    #endif

    @Test("a file that is not there has no text")
    func missingFile() {
        #expect(KernelFile.text(of: "/proc/self/no-such-file") == nil)
    }
}
