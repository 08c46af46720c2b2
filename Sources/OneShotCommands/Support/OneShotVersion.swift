/// The program's own version, as `oneshot --version` and `results.json` give it.
enum OneShotVersion {
    static let text = "0.1.0"
}
