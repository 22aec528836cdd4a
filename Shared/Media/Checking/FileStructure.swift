/// Looks, piece by piece, whether a file that is stored as it came is one file and not two: nothing may follow its own end.
///
/// A polyglot (a film with an archive or a page behind it) is harmless where types are fixed, but a stored one could be
/// taken elsewhere. Pictures need no such look, for they are drawn anew.
struct FileStructure {
    let type: MediaType
    private var total = 0
    private var tail: [UInt8] = []
    /// ISO media: bytes until the next box begins, and the piece of a header that has come.
    private var untilBox = 0
    private var header: [UInt8] = []
    private var boxes = 0
    private(set) var isBroken = false
    private var runsToEnd = false

    init(type: MediaType) {
        self.type = type
    }

    mutating func feed(_ piece: [UInt8]) {
        total += piece.count
        tail = Array((tail + piece.suffix(2048)).suffix(2048))
        switch type {
        case .mp4, .quickTime, .threeGP, .m4a: walkBoxes(piece)
        default: break
        }
    }

    /// Whether the file ends where its type says that it ends.
    var isWhole: Bool {
        guard !isBroken else { return false }
        switch type {
        case .mp4, .quickTime, .threeGP, .m4a: return boxes > 1 && (runsToEnd || untilBox == 0) && header.isEmpty
        case .pdf: return Self.endsAsPDF(tail)
        // An archive's directory stands at its end.
        default: return !Self.contains([0x50, 0x4B, 0x05, 0x06], in: tail)
        }
    }

    private mutating func walkBoxes(_ piece: [UInt8]) {
        var place = 0
        while place < piece.count, !runsToEnd, !isBroken {
            if untilBox > 0 {
                let step = min(untilBox, piece.count - place)
                untilBox -= step
                place += step
                continue
            }
            header.append(piece[place])
            place += 1
            guard header.count >= 8 else { continue }
            let short = header[0..<4].reduce(0) { $0 << 8 | Int($1) }
            if short == 1 {
                guard header.count == 16 else { continue }
                guard header[8] == 0, header[9] == 0 else {
                    isBroken = true
                    return
                }
                begin(size: header[8..<16].reduce(0) { $0 << 8 | Int($1) }, after: 16)
            } else if short == 0 {
                runsToEnd = true
                header = []
                boxes += 1
            } else {
                begin(size: short, after: 8)
            }
        }
    }

    private mutating func begin(size: Int, after length: Int) {
        let name = header[4..<8]
        guard size >= length, name.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0xA9 }) else {
            isBroken = true
            return
        }
        untilBox = size - length
        header = []
        boxes += 1
    }

    /// `%%EOF`, and behind it blanks at most.
    private static func endsAsPDF(_ tail: [UInt8]) -> Bool {
        let mark = Array("%%EOF".utf8)
        var end = tail.count
        while end > 0, [0x0A, 0x0D, 0x20, 0x09, 0x00].contains(tail[end - 1]) { end -= 1 }
        return end >= mark.count && Array(tail[(end - mark.count)..<end]) == mark
    }

    private static func contains(_ pattern: [UInt8], in bytes: [UInt8]) -> Bool {
        guard bytes.count >= pattern.count else { return false }
        return (0...(bytes.count - pattern.count)).contains { Array(bytes[$0..<($0 + pattern.count)]) == pattern }
    }
}
