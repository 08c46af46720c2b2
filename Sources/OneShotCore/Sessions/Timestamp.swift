public import Foundation

/// The forms in which we write points in time, always in UTC.
public enum Timestamp {
    /// `2026-11-22T13:45:01.250Z` (RFC 3339).
    public static func iso(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// The same, from milliseconds since 1970.
    public static func iso(milliseconds: Int64) -> String {
        // What is printed is cut off, and a fraction may lie just below its millisecond.
        iso(Date(timeIntervalSince1970: (Double(milliseconds) + 0.25) / 1000))
    }

    /// Milliseconds since 1970 of a text that ``iso(_:)`` gave.
    public static func milliseconds(iso text: String) -> Int64? {
        (try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text))
            .map { Int64(($0.timeIntervalSince1970 * 1000).rounded()) }
    }

    /// `20261122_134501`, the stamp in the names of task directories.
    public static func compact(_ date: Date) -> String {
        let parts = Calendar.utc.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
        func pad(_ value: Int?, _ width: Int = 2) -> String {
            let text = String(value ?? 0)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        return pad(parts.year, 4) + pad(parts.month) + pad(parts.day) + "_" + pad(parts.hour) + pad(parts.minute)
            + pad(parts.second)
    }

    /// Milliseconds since 1970.
    public static func milliseconds(_ date: Date = Date()) -> Int64 {
        Int64((date.timeIntervalSince1970 * 1000).rounded(.down))
    }
}

extension Calendar {
    fileprivate static var utc: Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }
}
