import Foundation
import OneShotCore
import OneShotProcess

/// The images that oneshot has built in one engine.
struct ImageStore: Sendable {
    static let label = "oneshot.image"
    static let baseLabel = "oneshot.base"
    /// A build that finds less than this would fail half way.
    static let leastFree = 1_000_000_000

    let client: ContainerClient
    /// What our images are known by.
    var label = ImageStore.label
    /// Where the last uses are noted: as the times of empty files.
    var notes = CacheDirectory.url.appendingPathComponent("images")

    /// Notes that an image is used now.
    func use(_ reference: String) {
        let note = note(reference)
        try? AtomicFile.makeDirectory(note.deletingLastPathComponent())
        try? AtomicFile.write(Data(), to: note)
    }

    func shelf() async throws -> ImageShelf {
        let images = try await client.images(label: label)
        var bases: [String: Int] = [:]
        for base in Set(images.compactMap { $0.labels[Self.baseLabel] }) {
            bases[base] = try await client.image(base)?.bytes
        }
        let items = images.flatMap { image in
            image.names.map { name in
                ImageShelf.Item(
                    reference: name,
                    bytes: image.bytes,
                    base: image.labels[Self.baseLabel],
                    lastUse: lastUse(of: name) ?? image.created ?? .distantPast
                )
            }
        }
        return ImageShelf(items: items, bases: bases)
    }

    /// Removes what was not used for the longest time until the quota is kept and the disk has room for a build.
    ///
    /// - Parameter tell: called with a line for each image that goes, and where the quota cannot be kept.
    /// - Throws: ``SandboxError/noSpace(place:free:needed:)``.
    func makeRoom(_ quota: ImageQuota, tell: @Sendable (String) -> Void) async throws {
        var shelf = try await shelf()
        for item in shelf.surplus(over: quota.bytes) where try await remove(item.reference) {
            shelf.items.removeAll { $0 == item }
            tell("removed the image \(item.reference), which was not used for the longest time")
        }
        if shelf.bytes > quota.bytes {
            let sizes = "\(Self.gigabytes(shelf.bytes)) of \(Self.gigabytes(quota.bytes))"
            tell("the images take \(sizes) GB, and none can go: all were used in the last hour")
        }
        guard let place = await client.storage(), let free = Self.free(at: place), free < Self.leastFree else { return }
        for item in shelf.removable() where try await remove(item.reference) {
            tell("removed the image \(item.reference), since the disk is nearly full")
            if let free = Self.free(at: place), free >= Self.leastFree { return }
        }
        let left = Self.free(at: place) ?? free
        if left < Self.leastFree { throw SandboxError.noSpace(place: place, free: left, needed: Self.leastFree) }
    }

    /// Removes all of them that no container uses.
    ///
    /// - Returns: their names.
    func removeAll() async throws -> [String] {
        var removed: [String] = []
        for image in try await client.images(label: label) {
            for name in image.names where try await remove(name) { removed.append(name) }
        }
        return removed
    }

    /// - Returns: whether it could be removed: one that a container uses stays.
    private func remove(_ reference: String) async throws -> Bool {
        guard try await client.run(client.dialect.removeImageArguments + [reference]).succeeded else { return false }
        try? FileManager.default.removeItem(at: note(reference))
        return true
    }

    private func note(_ reference: String) -> URL {
        let name = reference.split(separator: "/").last?.split(separator: ":").first.map(String.init) ?? reference
        return notes.appendingPathComponent(client.dialect.rawValue).appendingPathComponent(name)
    }

    private func lastUse(of reference: String) -> Date? {
        (try? FileManager.default.attributesOfItem(atPath: note(reference).path))?[.modificationDate] as? Date
    }

    /// - Returns: nil where the engine keeps its images on another machine.
    private static func free(at place: String) -> Int? {
        var status = statvfs()
        guard statvfs(place, &status) == 0 else { return nil }
        return Int(status.f_bavail) * Int(status.f_frsize)
    }

    private static func gigabytes(_ bytes: Int) -> String { String((Double(bytes) / 1e8).rounded() / 10) }
}

/// The images that are kept from one trial to the next.
public enum SandboxImages {
    /// Removes every image that oneshot has built and no container uses, in every engine that answers.
    ///
    /// - Returns: a name for each that was removed.
    public static func removeAll() async throws -> [String] {
        var removed: [String] = []
        for client in ContainerDialect.here.map({ ContainerClient(dialect: $0) }) {
            guard (try? await client.version()) != nil else { continue }
            removed += try await ImageStore(client: client).removeAll().map { "\(client.dialect.rawValue) image \($0)" }
        }
        return removed
    }
}
