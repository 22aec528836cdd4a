/// Reads numbers out of bytes that somebody else made: what lies outside is `nil`, never a trap.
struct ByteReader {
    let bytes: ArraySlice<UInt8>
    var isLittleEndian = false

    var count: Int { bytes.count }

    func byte(_ offset: Int) -> Int? {
        guard offset >= 0, offset < bytes.count else { return nil }
        return Int(bytes[bytes.startIndex + offset])
    }

    /// An unsigned number of `width` bytes, at most 4.
    func number(_ offset: Int, _ width: Int) -> Int? {
        guard offset >= 0, width <= 4, offset <= bytes.count - width else { return nil }
        var value = 0
        for index in 0..<width {
            let place = isLittleEndian ? width - 1 - index : index
            value = value << 8 | Int(bytes[bytes.startIndex + offset + place])
        }
        return value
    }

    func slice(_ offset: Int, _ length: Int) -> ArraySlice<UInt8>? {
        guard offset >= 0, length >= 0, length <= bytes.count, offset <= bytes.count - length else { return nil }
        return bytes[(bytes.startIndex + offset)..<(bytes.startIndex + offset + length)]
    }

    func has(_ text: StaticString, at offset: Int) -> Bool {
        text.withUTF8Buffer { pattern in
            guard let slice = slice(offset, pattern.count) else { return false }
            return zip(slice, pattern).allSatisfy { $0 == $1 }
        }
    }

    func text(_ offset: Int, _ length: Int) -> String? {
        slice(offset, length).flatMap { String(validating: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
