import Foundation
import Testing

@testable import OneShotSandbox

@Suite("Which images stay")
struct ImageShelfTests {
    private static let now = Date(timeIntervalSince1970: 1_000_000)

    private func item(_ name: String, _ bytes: Int, hours: Double, base: String? = nil) -> ImageShelf.Item {
        .init(reference: name, bytes: bytes, base: base, lastUse: Self.now.addingTimeInterval(-hours * 3600))
    }

    @Test("a base that several images start from counts once")
    func base() {
        let shelf = ImageShelf(
            items: [item("a", 130, hours: 2, base: "b"), item("c", 150, hours: 3, base: "b"), item("d", 20, hours: 4)],
            bases: ["b": 100]
        )
        #expect(shelf.bytes == 30 + 50 + 20 + 100)
        #expect(ImageShelf(items: [], bases: ["b": 100]).bytes == 0)
    }

    @Test("those used longest ago go first, and no more than must")
    func order() {
        let shelf = ImageShelf(items: [item("a", 10, hours: 2), item("b", 10, hours: 9), item("c", 10, hours: 5)])
        #expect(shelf.surplus(over: 30, now: Self.now).isEmpty)
        #expect(shelf.surplus(over: 29, now: Self.now).map(\.reference) == ["b"])
        #expect(shelf.surplus(over: 15, now: Self.now).map(\.reference) == ["b", "c"])
        #expect(shelf.surplus(over: 0, now: Self.now).map(\.reference) == ["b", "c", "a"])
    }

    @Test("one that may be in use stays")
    func inUse() {
        let shelf = ImageShelf(items: [item("a", 10, hours: 0.5), item("b", 10, hours: 2)])
        #expect(shelf.surplus(over: 0, now: Self.now).map(\.reference) == ["b"])
    }

    @Test(
        "a quota is a size",
        arguments: [("20GB", 20_000_000_000), ("1.5 gb", 1_500_000_000), ("500MB", 500_000_000), ("7", 7)]
    )
    func quota(text: String, bytes: Int) throws {
        #expect(try ImageQuota(text).bytes == bytes)
        #expect(try ImageQuota.chosen(text, environment: ["ONESHOT_IMAGE_QUOTA": "1"]).bytes == bytes)
        #expect(try ImageQuota.chosen(nil, environment: ["ONESHOT_IMAGE_QUOTA": text]).bytes == bytes)
    }

    @Test("what is no size is said to be none", arguments: ["much", "-1GB", "GB", "nan", "1e30GB", "20GiB"])
    func noQuota(text: String) {
        #expect(throws: SandboxError.unreadableQuota(text: text)) { try ImageQuota(text) }
    }

    @Test("without a word, the quota is 20 GB")
    func standard() throws {
        #expect(try ImageQuota.chosen(nil, environment: [:]).bytes == 20_000_000_000)
        #expect(try ImageQuota.chosen(nil, environment: ["ONESHOT_IMAGE_QUOTA": ""]) == .standard)
    }
}
