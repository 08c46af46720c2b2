import Testing

@testable import OneShotWorkbench

@Suite struct ProgramTextTests {
    @Test("only executable mappings of files are given back, never what the process has written")
    func mappings() {
        let maps = """
            55d0c4a00000-55d0c6384000 r-xp 00000000 fe:00 1234                       /usr/local/bin/one shot
            55d0c6384000-55d0c6447000 r--p 01983000 fe:00 1234                       /usr/local/bin/one shot
            55d0c6447000-55d0c6607000 rw-p 01a46000 fe:00 1234                       /usr/local/bin/one shot
            55d0c7000000-55d0c7100000 rw-p 00000000 00:00 0                          [heap]
            7f3ab8a44000-7f3ab8b9a000 r-xp 00026000 fe:00 333151                     /usr/lib/libc.so.6
            7f3ab9000000-7f3ab9001000 r-xp 00000000 00:00 0
            7f3abac5e000-7f3abac60000 r-xp 00000000 00:00 0                          [vdso]
            7f3abac61000-7f3abac87000 rwxp 00001000 fe:00 332717                     /tmp/written
            nonsense
            """
        #expect(
            ProgramText.mappings(in: maps) == [
                0x55d0_c4a0_0000..<0x55d0_c638_4000, 0x7f3a_b8a4_4000..<0x7f3a_b8b9_a000,
            ]
        )
    }

    @Test("a process whose text was given back goes on")
    func goesOn() {
        ProgramText.giveBack()
        #expect((1...100).map(String.init).joined().count == 192)
    }
}
