/// Cuts values out of JSON text without changing a byte of them.
enum JSONSlices {
    /// For each object of an array, the raw text of one member, or `nil` where it is absent. The text must be valid JSON.
    static func members(named name: String, in json: [UInt8]) -> [ArraySlice<UInt8>?] {
        var cursor = Cursor(bytes: json)
        var found: [ArraySlice<UInt8>?] = []
        guard cursor.take(UInt8(ascii: "[")) else { return [] }
        if cursor.take(UInt8(ascii: "]")) { return [] }
        repeat {
            found.append(member(named: Array(name.utf8), of: &cursor))
        } while cursor.take(UInt8(ascii: ","))
        return found
    }

    private static func member(named name: [UInt8], of cursor: inout Cursor) -> ArraySlice<UInt8>? {
        guard cursor.take(UInt8(ascii: "{")) else {
            _ = cursor.value()
            return nil
        }
        var found: ArraySlice<UInt8>?
        if cursor.take(UInt8(ascii: "}")) { return nil }
        repeat {
            let key = cursor.value().dropFirst().dropLast()
            _ = cursor.take(UInt8(ascii: ":"))
            let value = cursor.value()
            if key.elementsEqual(name) { found = value }
        } while cursor.take(UInt8(ascii: ","))
        _ = cursor.take(UInt8(ascii: "}"))
        return found
    }

    /// A place in JSON text.
    private struct Cursor {
        let bytes: [UInt8]
        var place = 0

        private mutating func skipSpace() {
            while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
        }

        /// Steps over one character if it is next.
        mutating func take(_ character: UInt8) -> Bool {
            skipSpace()
            guard place < bytes.count, bytes[place] == character else { return false }
            place += 1
            return true
        }

        /// Steps over one whole value and returns its text.
        mutating func value() -> ArraySlice<UInt8> {
            skipSpace()
            let start = place
            var depth = 0
            repeat {
                guard place < bytes.count else { break }
                switch bytes[place] {
                case UInt8(ascii: "\""): skipString()
                case UInt8(ascii: "{"), UInt8(ascii: "["):
                    depth += 1
                    place += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    depth -= 1
                    place += 1
                default: depth == 0 ? skipScalar() : (place += 1)
                }
            } while depth > 0
            return bytes[start..<place]
        }

        private mutating func skipString() {
            place += 1
            while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
                place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
            }
            place = min(place + 1, bytes.count)
        }

        private mutating func skipScalar() {
            while place < bytes.count, !Array(",]} \t\r\n".utf8).contains(bytes[place]) { place += 1 }
        }
    }
}
