import Foundation
import OneShotGit
import Testing

@Suite("Paths of trees")
struct TreePathTests {
    @Test(
        "are themselves where that is clear, and quoted as git does where it is not",
        arguments: [
            ([], ""), (Array("src/a b.py".utf8), "src/a b.py"), (Array("ümläut ☃ 👍".utf8), "ümläut ☃ 👍"),
            (Array("new\nline".utf8), #""new\nline""#), (Array(#"q"u\o"#.utf8), #""q\"u\\o""#),
            (Array("latin".utf8) + [0o351], #""latin\351""#), ([1, 0x7f], #""\001\177""#),
            (Array("a".utf8) + [0xe2, 0x98], #""a\342\230""#),
        ] as [([UInt8], String)]
    )
    func text(bytes: [UInt8], text: String) {
        #expect(TreePath.text(Data(bytes)) == text)
        #expect(TreePath.bytes(text) == Data(bytes))
    }

    @Test("tell every two apart, and can be read back")
    func reversible() {
        var generator = SystemRandomNumberGenerator()
        var seen: [String: Data] = [:]
        for _ in 0..<2000 {
            let path = Data(
                (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                    UInt8.random(in: 1...255, using: &generator)
                }
            )
            let text = TreePath.text(path)
            #expect(TreePath.bytes(text) == path)
            #expect(seen.updateValue(path, forKey: text).map { $0 == path } != false)
        }
    }
}
