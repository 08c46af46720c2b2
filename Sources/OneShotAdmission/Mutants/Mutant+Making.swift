import Foundation

extension Mutant {
    /// Mutants of a solution. The same patch, limit and seed give the same mutants.
    ///
    /// At least half of them leave a whole piece of the solution out, if there are so many pieces; the others change a
    /// token in an added line of code, spread over files and kinds.
    public static func all(of patch: Patch, limit: Int, seed: UInt64) -> [Mutant] {
        var random = SplitMix(seed: seed)
        let pieces = structural(patch).shuffled(using: &random).sorted { $0.isDecisive && !$1.isDecisive }
        let tokens = spread(tokens(patch).shuffled(using: &random))
        let few = min(pieces.count, max((limit + 1) / 2, limit - tokens.count))
        return Array(pieces.prefix(few)) + tokens.prefix(max(0, limit - few))
    }

    private static func structural(_ patch: Patch) -> [Mutant] {
        var found: [Mutant] = []
        for (index, file) in patch.files.enumerated() {
            let effects = effects(of: file)
            if patch.files.count > 1 {
                found.append(
                    Mutant(
                        kind: .fileLeftOut,
                        file: file.path,
                        line: file.hunks.first?.newStart ?? 1,
                        change: "the file's change left out",
                        patch: patch.without(file: index).data,
                        isDecisive: effects.contains(true)
                    )
                )
            }
            guard file.hunks.count > 1 else { continue }
            for (number, hunk) in file.hunks.enumerated() {
                found.append(
                    Mutant(
                        kind: .hunkReverted,
                        file: file.path,
                        line: hunk.newStart,
                        change: "hunk \(number + 1) of \(file.hunks.count) reverted",
                        patch: patch.without(hunk: number, ofFile: index).data,
                        isDecisive: effects[number]
                    )
                )
            }
        }
        return found
    }

    /// For each hunk, whether a line that it adds or removes does something.
    private static func effects(of file: Patch.File) -> [Bool] {
        guard let language = SourceLanguage.of(file.path) else { return file.hunks.map { _ in false } }
        return file.hunks.map { hunk in
            var masks = ["+": CodeMask(language), "-": CodeMask(language)]
            return hunk.lines.contains { line in
                let text = Array(line.dropFirst())
                let marks = Patch.isKept(line) ? ["+", "-"] : [line.first == UInt8(ascii: "+") ? "+" : "-"]
                guard line.first != UInt8(ascii: "\\") else { return false }
                var isEffect = false
                for mark in marks {
                    let mask = masks[mark]?.next(text) ?? []
                    isEffect = !Patch.isKept(line) && language.hasEffect(text, mask: mask)
                }
                return isEffect
            }
        }
    }

    private static func tokens(_ patch: Patch) -> [Mutant] {
        var found: [Mutant] = []
        for (index, file) in patch.files.enumerated() {
            guard let language = SourceLanguage.of(file.path) else { continue }
            for (number, hunk) in file.hunks.enumerated() {
                var mask = CodeMask(language)
                var place = hunk.newStart
                for (position, line) in hunk.lines.enumerated() {
                    let isAdded = line.first == UInt8(ascii: "+")
                    guard isAdded || Patch.isKept(line) else { continue }
                    let text = Array(line.dropFirst())
                    let code = mask.next(text)
                    defer { place += 1 }
                    guard isAdded, language.hasEffect(text, mask: code) else { continue }
                    for mutation in LineMutation.all(of: text, mask: code, language: language) {
                        found.append(
                            Mutant(
                                kind: mutation.kind,
                                file: file.path,
                                line: place,
                                change: mutation.change,
                                patch: patch.replacing(
                                    line: position,
                                    ofHunk: number,
                                    ofFile: index,
                                    by: Data(mutation.line)
                                ).data,
                                isDecisive: false
                            )
                        )
                    }
                }
            }
        }
        return found
    }

    /// One of each file and kind before a second of any, and no two of one line.
    private static func spread(_ mutants: [Mutant]) -> [Mutant] {
        var lines: Set<String> = []
        let single = mutants.filter { lines.insert("\($0.file):\($0.line)").inserted }
        var rounds: [String: Int] = [:]
        return single.enumerated().map { index, mutant in
            let group = "\(mutant.file) \(mutant.kind.rawValue)"
            rounds[group, default: 0] += 1
            return (round: rounds[group] ?? 0, index: index, mutant: mutant)
        }
        .sorted { ($0.round, $0.index) < ($1.round, $1.index) }
        .map(\.mutant)
    }
}

/// A small generator whose numbers are the same everywhere (Steele, Lea and Flood, 2014).
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
