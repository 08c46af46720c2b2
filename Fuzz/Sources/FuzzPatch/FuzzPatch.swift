import Foundation
import FuzzSupport
import NIOCore
@testable import OneShotAdmission

@main
enum FuzzPatch {
    static func main() {
        fuzz { start, count in
            if let input = FuzzInput(start, count) { FuzzPatch.check(input) }
            return 0
        }
    }

    static func check(_ input: FuzzInput) {
        guard let patch = try? Patch(parsing: Data(input.bytes.readableBytesView)) else { return }
        always((try? Patch(parsing: patch.data)) == patch, "what was read is written as it was")
        let mutants = Mutant.all(of: patch, limit: 6, seed: UInt64(input.variant))
        always(mutants.count <= 6, "the limit is kept")
        always(mutants == Mutant.all(of: patch, limit: 6, seed: UInt64(input.variant)), "a seed gives the same mutants")
        for mutant in mutants {
            always(mutant.patch != patch.data, "a mutant differs from the solution")
            always((try? Patch(parsing: mutant.patch)) != nil, "a mutant is a patch")
        }
    }
}
