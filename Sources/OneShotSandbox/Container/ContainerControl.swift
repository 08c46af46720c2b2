/// A control group controller that limits a container as a whole, by the name that Linux gives it.
enum ContainerControl: String, Sendable, CaseIterable {
    case memory, pids, cpu

    /// What podman says of a person who is not root: `v2 [cpu memory pids]`, or `v1 []`.
    static func read(_ text: String) -> Set<ContainerControl> {
        let words = text.split { $0.isWhitespace || $0 == "[" || $0 == "]" }.map(String.init)
        // Version 1 hands nothing down, whatever there is.
        guard words.first == "v2" else { return [] }
        return Set(words.dropFirst().compactMap(ContainerControl.init))
    }
}
