/// What may be stored. Everything else is refused, whatever its name says.
public enum MediaType: String, Sendable, CaseIterable {
    case jpeg = "image/jpeg"
    case png = "image/png"
    case webp = "image/webp"
    case heic = "image/heic"
    case pdf = "application/pdf"
    case mp4 = "video/mp4"
    case quickTime = "video/quicktime"
    case threeGP = "video/3gpp"
    case webm = "video/webm"
    case ogg = "audio/ogg"
    case mp3 = "audio/mpeg"
    case m4a = "audio/mp4"
    case amr = "audio/amr"
    case wav = "audio/wav"

    /// How many bytes of a file must be there before its type can be told.
    static let neededBytes = 40

    /// Pictures are drawn anew, all else is stored as it came and never shown inside a page.
    public var isPicture: Bool {
        switch self {
        case .jpeg, .png, .webp, .heic: true
        default: false
        }
    }

    /// Bytes that one file of this type may have.
    public var maximumSize: Int {
        switch self {
        case .jpeg, .png, .webp, .heic: 16 << 20
        case .pdf, .ogg, .mp3, .m4a, .amr, .wav: 20 << 20
        case .mp4, .quickTime, .threeGP, .webm: 64 << 20
        }
    }

    /// The largest file of any type.
    public static let maximumSize = allCases.map(\.maximumSize).max() ?? 0

    /// The type by a file's first bytes, at least `neededBytes` of them; shorter files are too short for any of these.
    public init?(beginning bytes: [UInt8]) {
        guard bytes.count >= 12 else { return nil }
        func has(_ text: StaticString, at offset: Int = 0) -> Bool {
            text.withUTF8Buffer { pattern in
                bytes.count >= offset + pattern.count
                    && pattern.indices.allSatisfy { bytes[offset + $0] == pattern[$0] }
            }
        }
        if bytes[0] == 0xFF, bytes[1] == 0xD8, bytes[2] == 0xFF {
            self = .jpeg
        } else if bytes[0] == 0x89, has("PNG\r\n", at: 1), bytes[6] == 0x1A, bytes[7] == 0x0A {
            self = .png
        } else if has("RIFF"), has("WEBP", at: 8) {
            self = .webp
        } else if has("RIFF"), has("WAVE", at: 8) {
            self = .wav
        } else if has("%PDF-") {
            self = .pdf
        } else if has("OggS"), has("OpusHead", at: 28) || (bytes.count > 35 && bytes[28] == 1 && has("vorbis", at: 29))
        {
            self = .ogg
        } else if has("#!AMR\n") || has("#!AMR-WB\n") {
            self = .amr
        } else if has("ID3") || (bytes[0] == 0xFF && [0xFB, 0xFA, 0xF3, 0xF2].contains(bytes[1])) {
            self = .mp3
        } else if bytes[0] == 0x1A, bytes[1] == 0x45, bytes[2] == 0xDF, bytes[3] == 0xA3, Self.isWebM(bytes) {
            self = .webm
        } else if has("ftyp", at: 4), let brand = String(validating: bytes[8..<12], as: UTF8.self),
            let type = Self.brands[brand] ?? (brand.hasPrefix("3g") ? .threeGP : nil)
        {
            self = type
        } else {
            return nil
        }
    }

    private static let brands: [String: MediaType] = [
        "heic": .heic, "heix": .heic, "heim": .heic, "heis": .heic, "mif1": .heic,
        "M4A ": .m4a, "M4B ": .m4a, "qt  ": .quickTime,
        "isom": .mp4, "iso2": .mp4, "iso4": .mp4, "iso5": .mp4, "iso6": .mp4, "mp41": .mp4, "mp42": .mp4, "avc1": .mp4,
        "MSNV": .mp4, "M4V ": .mp4, "dash": .mp4, "mmp4": .mp4,
    ]

    /// Matroska names its kind within its first element.
    private static func isWebM(_ bytes: [UInt8]) -> Bool {
        let word = Array("webm".utf8)
        return (4...max(4, min(bytes.count - 4, 60))).contains {
            bytes.count >= $0 + 4 && Array(bytes[$0..<$0 + 4]) == word
        }
    }
}
