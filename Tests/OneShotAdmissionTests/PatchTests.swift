import Foundation
import OneShotAdmission
import Testing

@Suite("Patch")
struct PatchTests {
    @Test("a patch that is taken apart and put together again has the same bytes")
    func roundTrip() throws {
        let data = Data(Self.sample.utf8) + Data([0xFF, 0x0A]).prefix(0)
        let patch = try Patch(parsing: data)
        #expect(patch.data == data)
        #expect(patch.files.map(\.path) == ["calc.py", "neu é.txt", "old.bin"])
        #expect(patch.files.map(\.hunks.count) == [2, 1, 0])
        #expect(patch.files[1].isAdded)
    }

    @Test(
        "what is no patch is refused with its line",
        arguments: [
            ("hello\n", "line 1"), ("diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1 @@\n-a\n", "other lines"),
            ("diff --git a/x b/x\n@@ -a +b @@\n", "without places"),
        ]
    )
    func refused(text: String, problem: String) {
        #expect {
            try Patch(parsing: Data(text.utf8))
        } throws: {
            "\($0)".contains(problem)
        }
    }

    @Test("edits become a patch: written, changed, emptied, removed; what cannot be said in one is left out")
    func edits() throws {
        let current = ["a.txt": "one\ntwo", "b.txt": "gone\n", "same.txt": "x\n"]
        let patch = Patch([
            FileEdit(path: "a.txt", content: Data("one\nthree\n".utf8)),
            FileEdit(path: "b.txt", content: nil),
            FileEdit(path: "new/c.sh", content: Data("#!/bin/sh\n".utf8), isExecutable: true),
            FileEdit(path: "same.txt", content: Data("x\n".utf8)),
            FileEdit(path: "../out", content: Data("x\n".utf8)),
            FileEdit(path: ".git/config", content: Data("x\n".utf8)),
            FileEdit(path: "bin", content: Data([0, 1])),
        ]) { current[$0].map { (content: Data($0.utf8), mode: "100644") } }
        #expect(patch.files.map(\.path) == ["a.txt", "b.txt", "new/c.sh"])
        #expect(try Patch(parsing: patch.data) == patch)
        #expect(String(decoding: patch.data, as: UTF8.self).contains("\\ No newline at end of file\n"))
    }

    static let sample = #"""
        diff --git a/calc.py b/calc.py
        index 1111111..2222222 100644
        --- a/calc.py
        +++ b/calc.py
        @@ -1,4 +1,5 @@ import os
         def add(a, b):
        -    return a - b
        +    if a == 0:  # nothing == to add
        +        return b
         
         x = 1
        @@ -20 +21,3 @@
        -old = 1
        +new = 2
        +text = "a == b"
        +--- not a header
        diff --git "a/neu \303\251.txt" "b/neu \303\251.txt"
        new file mode 100644
        index 0000000..3333333
        --- /dev/null
        +++ "b/neu \303\251.txt"
        @@ -0,0 +1 @@
        +hello
        \ No newline at end of file
        diff --git a/old.bin b/old.bin
        index 4444444..5555555 100644
        GIT binary patch
        literal 3
        KcmZSJ

        literal 0
        HcmV?d00001


        """#
}
