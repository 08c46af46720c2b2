/// Tokens that hold a session together and are no secrets: the ids by which calls find their results, commits, hashes,
/// the lines by which a diff applies.
enum ProtectedToken {
    /// Of the model providers' APIs: what a random part behind them identifies opens nothing.
    private static let idPrefixes = [
        "call_", "fc_", "fco_", "ctc_", "toolu_", "srvtoolu_", "mcptoolu_", "resp_", "msg_", "rs_", "item_", "ws_",
        "ci_", "cmp_", "mcp_", "mcpl_", "mcpr_", "lsh_", "ig_", "cu_", "fs_", "chatcmpl-", "req_", "thread_", "run_",
        "asst_", "step_", "file-", "file_", "vs_", "batch_", "container_", "cntr_", "event_", "gen-",
    ].map { Array($0.utf8) }
    private static let hashPrefixes = [
        "sha1-", "sha1:", "sha256-", "sha256:", "sha384-", "sha512-", "sha512:", "md5:", "md5-", "blake2b:", "blake3:",
        "h1:", "sha1=", "sha256=", "sha512=", "md5=", "sha224:", "sha384:",
    ].map { Array($0.utf8) }

    /// - Parameter isGuess: whether the rule that found it knows it by its surroundings alone.
    static func covers(_ range: Range<Int>, in bytes: [UInt8], isGuess: Bool) -> Bool {
        let run = token(around: range, in: bytes)
        if idPrefixes.contains(where: { bytes[run].starts(with: $0) && run.count >= $0.count + 8 }) { return true }
        guard isGuess else { return false }
        return isUUID(bytes[run]) || isCommit(bytes[run]) || isHash(run, in: bytes) || isDiffHeader(range, in: bytes)
    }

    private static func token(around range: Range<Int>, in bytes: [UInt8]) -> Range<Int> {
        var start = range.lowerBound
        while start > 0, range.lowerBound - start < 80, ByteSet.wordAndHyphen.contains(bytes[start - 1]) { start -= 1 }
        var end = range.upperBound
        while end < bytes.count, end - range.upperBound < 80, ByteSet.wordAndHyphen.contains(bytes[end]) { end += 1 }
        return start..<end
    }

    private static func isUUID(_ token: ArraySlice<UInt8>) -> Bool {
        token.count == 36
            && token.enumerated().allSatisfy { offset, byte in
                [8, 13, 18, 23].contains(offset) ? byte == UInt8(ascii: "-") : ByteSet.hex.contains(byte)
            }
    }

    /// SHA-1, SHA-256 and longer ones, as git, lock files and registries write them.
    private static func isCommit(_ token: ArraySlice<UInt8>) -> Bool {
        [40, 56, 64, 96, 128].contains(token.count) && token.allSatisfy(ByteSet.hex.contains)
    }

    private static func isHash(_ token: Range<Int>, in bytes: [UInt8]) -> Bool {
        var start = token.lowerBound
        while start > 0, token.lowerBound - start < 96, ByteSet.hashText.contains(bytes[start - 1]) { start -= 1 }
        return (start...token.lowerBound).contains { position in
            (position == start || !ByteSet.alphanumeric.contains(bytes[position - 1]))
                && hashPrefixes.contains { bytes[position..<token.upperBound].starts(with: $0) }
        }
    }

    private static let diffHeaders = ["index ", "diff --git ", "--- ", "+++ ", "@@ ", "commit ", "similarity index "]
        .map { Array($0.utf8) }

    private static func isDiffHeader(_ range: Range<Int>, in bytes: [UInt8]) -> Bool {
        var start = range.lowerBound
        while start > 0, range.lowerBound - start < 512, bytes[start - 1] != 0x0A { start -= 1 }
        return diffHeaders.contains { bytes[start..<range.lowerBound].starts(with: $0) }
    }
}

extension ByteSet {
    fileprivate static let hashText = ByteSet("a-zA-Z0-9+/=:_-")
}
