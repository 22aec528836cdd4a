/// When and where a picture was taken and which way up it is, from EXIF (CIPA DC-008): the only three things kept of it.
struct ExifFacts: Equatable {
    /// 1 to 8; 1 is upright.
    var orientation = 1
    /// `2026-11-20T15:40:00`, the camera's own time, with `+08:00` where it knew its zone.
    var capturedAt: String?
    /// WGS 84 degrees.
    var latitude: Double?
    var longitude: Double?

    init() {}

    /// - Parameter tiff: From the byte order mark on; offsets count from there.
    init?(_ tiff: ArraySlice<UInt8>) {
        var reader = ByteReader(bytes: tiff)
        if reader.has("II*\0", at: 0) {
            reader.isLittleEndian = true
        } else if !reader.has("MM\0*", at: 0) {
            return nil
        }
        guard let first = reader.number(4, 4) else { return nil }
        let main = Self.entries(first, reader)
        if let value = main[0x0112].flatMap({ reader.number($0 + 8, 2) }), (1...8).contains(value) {
            orientation = value
        }
        if let place = main[0x8769].flatMap({ reader.number($0 + 8, 4) }) {
            let inner = Self.entries(place, reader)
            capturedAt = Self.time(
                Self.text(inner[0x9003], reader), offset: Self.text(inner[0x9011], reader))
        }
        if let place = main[0x8825].flatMap({ reader.number($0 + 8, 4) }) {
            let inner = Self.entries(place, reader)
            let south = inner[1].map { reader.has("S", at: $0 + 8) } ?? false
            let west = inner[3].map { reader.has("W", at: $0 + 8) } ?? false
            if let north = Self.degrees(inner[2], reader), let east = Self.degrees(inner[4], reader), north <= 90,
                east <= 180
            {
                latitude = south ? -north : north
                longitude = west ? -east : east
            }
        }
    }

    /// Places of a directory's entries by tag.
    private static func entries(_ place: Int, _ reader: ByteReader) -> [Int: Int] {
        guard let count = reader.number(place, 2), count <= 512 else { return [:] }
        var entries: [Int: Int] = [:]
        for index in 0..<count {
            let entry = place + 2 + 12 * index
            guard let tag = reader.number(entry, 2) else { break }
            entries[tag] = entry
        }
        return entries
    }

    private static func text(_ entry: Int?, _ reader: ByteReader) -> String? {
        guard let entry, let count = reader.number(entry + 4, 4), count <= 64 else { return nil }
        if count <= 4 { return reader.text(entry + 8, count) }
        return reader.number(entry + 8, 4).flatMap { reader.text($0, count) }
    }

    /// Three fractions: degrees, minutes, seconds.
    private static func degrees(_ entry: Int?, _ reader: ByteReader) -> Double? {
        guard let entry, reader.number(entry + 4, 4) == 3, let place = reader.number(entry + 8, 4) else { return nil }
        var sum = 0.0
        for (index, part) in [1.0, 60, 3600].enumerated() {
            guard let over = reader.number(place + 8 * index, 4), let under = reader.number(place + 8 * index + 4, 4)
            else { return nil }
            if under == 0 {
                guard over == 0 else { return nil }
                continue
            }
            sum += Double(over) / Double(under) / part
        }
        return sum
    }

    /// `2026:11:20 15:40:00` → `2026-11-20T15:40:00`.
    private static func time(_ text: String?, offset: String?) -> String? {
        guard let text, text.utf8.count == 19 else { return nil }
        var bytes = Array(text.utf8)
        let digits = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18]
        guard digits.allSatisfy({ (0x30...0x39).contains(bytes[$0]) }), bytes[0] != 0x30 else { return nil }
        for index in [4, 7] { bytes[index] = UInt8(ascii: "-") }
        bytes[10] = UInt8(ascii: "T")
        for index in [13, 16] { bytes[index] = UInt8(ascii: ":") }
        let zone = offset.flatMap { $0.wholeMatch(of: /[+-][0-9]{2}:[0-9]{2}/) == nil ? nil : $0 } ?? ""
        return String(decoding: bytes, as: UTF8.self) + zone
    }
}
