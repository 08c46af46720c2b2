/// Finds any of a list of words in one pass, without regard to the case of ASCII letters (Aho and Corasick, 1975).
struct KeywordIndex: Sendable {
    /// By byte: which column of the table it uses. Bytes that are in no word share column 0.
    private var columns = [UInt8](repeating: 0, count: 256)
    private var width = 1
    /// By state and column: the next state.
    private var table: [Int32] = []
    /// By state: the words that end there, the longest first.
    private var ends: [[Int]] = [[]]
    private let lengths: [Int]

    /// - Parameter words: none of them empty.
    init(_ words: [[UInt8]]) {
        let words = words.map { $0.map(ExpressionParser.lowercased) }
        lengths = words.map(\.count)
        for byte in words.joined() where columns[Int(byte)] == 0 {
            columns[Int(byte)] = UInt8(width)
            let upper = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) ? byte & 0xDF : byte
            columns[Int(upper)] = UInt8(width)
            width += 1
        }
        table = Array(repeating: -1, count: width)
        for (number, word) in words.enumerated() { insert(word, number) }
        connect()
    }

    private mutating func insert(_ word: [UInt8], _ number: Int) {
        var state = 0
        for byte in word {
            let cell = state * width + Int(columns[Int(byte)])
            if table[cell] < 0 {
                table[cell] = Int32(ends.count)
                ends.append([])
                table += Array(repeating: -1, count: width)
            }
            state = Int(table[cell])
        }
        ends[state].append(number)
    }

    /// Fills the table where a word goes no further: with what its longest proper suffix does.
    private mutating func connect() {
        var fallback = [Int](repeating: 0, count: ends.count)
        var queue: [Int] = []
        for column in 0..<width {
            if table[column] > 0 { queue.append(Int(table[column])) } else { table[column] = 0 }
        }
        var next = 0
        while next < queue.count {
            let state = queue[next]
            next += 1
            ends[state] += ends[fallback[state]]
            for column in 0..<width {
                let cell = state * width + column
                let other = table[fallback[state] * width + column]
                if table[cell] < 0 {
                    table[cell] = other
                } else {
                    fallback[Int(table[cell])] = Int(other)
                    queue.append(Int(table[cell]))
                }
            }
        }
    }

    /// Calls `found` with each word's number and where it stands, in the order of their ends.
    func forEach(in text: UnsafeBufferPointer<UInt8>, _ found: (_ word: Int, _ range: Range<Int>) -> Void) {
        table.withUnsafeBufferPointer { table in
            columns.withUnsafeBufferPointer { columns in
                var state = 0
                for index in text.indices {
                    state = Int(table[state &* width &+ Int(columns[Int(text[index])])])
                    guard state != 0 else { continue }
                    for word in ends[state] { found(word, index + 1 - lengths[word]..<index + 1) }
                }
            }
        }
    }

    func hasAny(in text: [UInt8]) -> Bool {
        var isFound = false
        text.withUnsafeBufferPointer { forEach(in: $0) { _, _ in isFound = true } }
        return isFound
    }
}
