public import Foundation

/// RFC 3339 times, UTC with milliseconds on the way out, any zone on the way in.
public enum Timestamp {
    /// `2026-11-20T01:02:03.456Z`.
    public static func text(_ date: Date) -> String {
        let milliseconds = Int((date.timeIntervalSince1970 * 1000).rounded())
        let days = milliseconds.dividedDown(by: 86_400_000)
        let (year, month, day) = civil(days: days)
        let rest = milliseconds - days * 86_400_000
        return pad(year, 4) + "-" + pad(month, 2) + "-" + pad(day, 2) + "T" + pad(rest / 3_600_000, 2) + ":"
            + pad(rest / 60_000 % 60, 2) + ":" + pad(rest / 1000 % 60, 2) + "." + pad(rest % 1000, 3) + "Z"
    }

    /// Reads `2026-11-20T08:00:00+08:00`; `nil` without a zone or for a day that does not exist.
    public static func date(_ text: String) -> Date? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t"),
            let day = Self.days(String(decoding: bytes[0..<10], as: UTF8.self)),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let hour = digits(bytes[11..<13]), hour < 24, let minute = digits(bytes[14..<16]), minute < 60,
            let second = digits(bytes[17..<19]), second < 61
        else { return nil }
        var place = 19
        var fraction = 0.0
        if bytes[place] == UInt8(ascii: ".") {
            let end =
                bytes[(place + 1)...].firstIndex { $0 < UInt8(ascii: "0") || $0 > UInt8(ascii: "9") } ?? bytes.count
            guard end > place + 1, let value = Double("0." + String(decoding: bytes[(place + 1)..<end], as: UTF8.self))
            else { return nil }
            fraction = value
            place = end
        }
        guard let offset = zone(bytes[place...]) else { return nil }
        return Date(
            timeIntervalSince1970: Double(day * 86_400 + hour * 3600 + minute * 60 + second - offset) + fraction)
    }

    /// Whether `text` is a day of the calendar, `2026-11-20`.
    public static func isDay(_ text: String) -> Bool { days(text) != nil }

    private static func zone(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard let sign = bytes.first else { return nil }
        if sign == UInt8(ascii: "Z") || sign == UInt8(ascii: "z") { return bytes.count == 1 ? 0 : nil }
        let rest = bytes.dropFirst()
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), rest.count == 5,
            rest[rest.startIndex + 2] == UInt8(ascii: ":"),
            let hours = digits(rest.prefix(2)), hours < 24, let minutes = digits(rest.suffix(2)), minutes < 60
        else { return nil }
        return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 3600 + minutes * 60)
    }

    private static func digits(_ bytes: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for byte in bytes {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }

    /// Days since 1970 of `YYYY-MM-DD`.
    private static func days(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = digits(bytes[0..<4]), year > 0, let month = digits(bytes[5..<7]), (1...12).contains(month),
            let day = digits(bytes[8..<10]), day > 0
        else { return nil }
        let days = days(year: year, month: month, day: day)
        // 31 April would come back as 1 May.
        guard civil(days: days) == (year, month, day) else { return nil }
        return days
    }

    // Both ways between days and dates: H. Hinnant, "chrono-compatible low-level date algorithms".
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted.dividedDown(by: 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(days: Int) -> (Int, Int, Int) {
        let shifted = days + 719_468
        let era = shifted.dividedDown(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let place = (5 * dayOfYear + 2) / 153
        let month = place < 10 ? place + 3 : place - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * place + 2) / 5 + 1)
    }

    private static func pad(_ value: Int, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}

extension Int {
    /// Division that rounds towards minus infinity.
    fileprivate func dividedDown(by divisor: Int) -> Int {
        self >= 0 ? self / divisor : (self + 1) / divisor - 1
    }
}
