/// What a picture's header says, read before any decoder sees the file: its size, so that a bomb is recognised without being
/// unpacked, and where its EXIF lies.
struct PictureHeader {
    /// As stored, before EXIF's orientation.
    let width: Int
    let height: Int
    let exif: ExifFacts

    /// `nil` when the file is no whole header of this type.
    init?(_ bytes: [UInt8], type: MediaType) {
        let reader = ByteReader(bytes: bytes[...])
        let found: (size: (Int, Int), exif: ArraySlice<UInt8>?)?
        switch type {
        case .jpeg: found = Self.jpeg(reader)
        case .png: found = Self.png(reader)
        case .webp: found = Self.webp(reader)
        case .heic: found = Self.heic(reader)
        default: found = nil
        }
        guard let found, found.size.0 > 0, found.size.1 > 0 else { return nil }
        (width, height) = found.size
        exif = found.exif.flatMap(ExifFacts.init) ?? ExifFacts()
    }

    private typealias Found = (size: (Int, Int), exif: ArraySlice<UInt8>?)

    private static func jpeg(_ file: ByteReader) -> Found? {
        var place = 2
        var exif: ArraySlice<UInt8>?
        var size: (Int, Int)?
        while let first = file.byte(place), let marker = file.byte(place + 1) {
            guard first == 0xFF else { return nil }
            if marker == 0xFF {
                place += 1
                continue
            }
            if marker == 0xDA {
                // A decoder fills what was cut off with grey; we would rather ask for the picture again.
                return hasEnd(file, after: place) ? size.map { ($0, exif) } : nil
            }
            guard marker != 0xD9, let length = file.number(place + 2, 2), length >= 2 else { return nil }
            if marker == 0xE1, exif == nil, file.has("Exif\0\0", at: place + 4) {
                exif = file.slice(place + 10, length - 8)
            }
            if (0xC0...0xCF).contains(marker), marker != 0xC4, marker != 0xC8, marker != 0xCC {
                guard let height = file.number(place + 5, 2), let width = file.number(place + 7, 2) else { return nil }
                size = (width, height)
            }
            place += 2 + length
        }
        return nil
    }

    /// Whether the end marker comes: within a picture's data, 0xFF is always followed by 0 or a marker.
    private static func hasEnd(_ file: ByteReader, after start: Int) -> Bool {
        file.bytes.dropFirst(start).withUnsafeBufferPointer { bytes in
            guard bytes.count > 1 else { return false }
            // From the back: it is nearly always the last thing.
            return (1..<bytes.count).reversed().contains { bytes[$0] == 0xD9 && bytes[$0 - 1] == 0xFF }
        }
    }

    private static func png(_ file: ByteReader) -> Found? {
        guard file.has("IHDR", at: 12), let width = file.number(16, 4), let height = file.number(20, 4) else {
            return nil
        }
        var place = 8
        while let length = file.number(place, 4) {
            if file.has("eXIf", at: place + 4) { return ((width, height), file.slice(place + 8, length)) }
            if file.has("IEND", at: place + 4) { break }
            place += 12 + length
        }
        return ((width, height), nil)
    }

    private static func webp(_ file: ByteReader) -> Found? {
        var little = file
        little.isLittleEndian = true
        var size: (Int, Int)?
        var exif: ArraySlice<UInt8>?
        var place = 12
        while let length = little.number(place + 4, 4) {
            let data = place + 8
            if file.has("VP8X", at: place), let width = little.number(data + 4, 3),
                let height = little.number(data + 7, 3)
            {
                size = (width + 1, height + 1)
            } else if size == nil, file.has("VP8 ", at: place), let width = little.number(data + 6, 2),
                let height = little.number(data + 8, 2)
            {
                size = (width & 0x3FFF, height & 0x3FFF)
            } else if size == nil, file.has("VP8L", at: place), let bits = little.number(data + 1, 4) {
                size = (bits & 0x3FFF + 1, bits >> 14 & 0x3FFF + 1)
            } else if file.has("EXIF", at: place) {
                exif = little.slice(data, length)
                if file.has("Exif\0\0", at: data) { exif = exif?.dropFirst(6) }
            }
            place = data + length + length % 2
        }
        return size.map { ($0, exif) }
    }

    /// HEIF keeps sizes in `ispe` boxes, one for each picture and tile: the largest counts.
    private static func heic(_ file: ByteReader) -> Found? {
        var size: (Int, Int)?
        let head = min(file.count, 1 << 20)
        var place = 8
        while place < head {
            if file.byte(place) == UInt8(ascii: "i").value, file.has("ispe", at: place),
                let width = file.number(place + 8, 4), let height = file.number(place + 12, 4),
                width.multipliedReportingOverflow(by: height).overflow == false,
                width * height > (size.map { $0.0 * $0.1 } ?? 0)
            {
                size = (width, height)
            }
            place += 1
        }
        guard let size else { return nil }
        place = 8
        while place < file.count - 14 {
            if file.byte(place) == UInt8(ascii: "E").value, file.has("Exif\0\0", at: place),
                file.has("II*\0", at: place + 6) || file.has("MM\0*", at: place + 6)
            {
                return (size, file.slice(place + 6, file.count - place - 6))
            }
            place += 1
        }
        return (size, nil)
    }
}

extension UInt8 {
    fileprivate var value: Int { Int(self) }
}
