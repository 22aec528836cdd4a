/// Cuts a `multipart/form-data` body (RFC 7578) into its parts while it arrives.
///
/// ```swift
/// guard var parser = MultipartParser(contentType: type) else { throw Problem.unsupportedMediaType(…) }
/// for event in try parser.feed(piece) { … }
/// ```
public struct MultipartParser: Sendable {
    /// What a piece of the body brings.
    public enum Event: Sendable, Equatable {
        /// A field begins; `filename` only where a file was chosen.
        case begin(name: String, filename: String?)
        case data([UInt8])
        case end
    }

    private enum State {
        case preamble, headers, data, afterBoundary, finished
    }

    private let delimiter: [UInt8]
    private var state = State.preamble
    private var buffer: [UInt8] = [0x0D, 0x0A]
    private var parts = 0
    private static let maximumHeaders = 4096
    private static let maximumParts = 200

    /// `nil` when the type is another, or has no boundary.
    public init?(contentType: String?) {
        guard let contentType, MediaTypes.essence(contentType) == "multipart/form-data" else { return nil }
        let boundary = Self.parameter("boundary", of: contentType)
        guard let boundary, (1...70).contains(boundary.utf8.count) else { return nil }
        delimiter = Array("\r\n--\(boundary)".utf8)
    }

    /// Whether the last boundary has come: without it the body was cut short.
    public var isFinished: Bool { state == .finished }

    /// - Throws: 400 `malformed_request`.
    public mutating func feed(_ bytes: [UInt8]) throws(Problem) -> [Event] {
        buffer.append(contentsOf: bytes)
        var events: [Event] = []
        while try step(&events) {}
        return events
    }

    private mutating func step(_ events: inout [Event]) throws(Problem) -> Bool {
        switch state {
        case .finished:
            buffer = []
            return false
        case .preamble, .data:
            if let place = find(delimiter) {
                if state == .data {
                    if place > 0 { events.append(.data(Array(buffer[..<place]))) }
                    events.append(.end)
                }
                buffer.removeFirst(place + delimiter.count)
                state = .afterBoundary
                return true
            }
            // What might be the beginning of a boundary stays.
            let sure = buffer.count - delimiter.count + 1
            if sure > 0 {
                if state == .data { events.append(.data(Array(buffer[..<sure]))) }
                buffer.removeFirst(sure)
            }
            return false
        case .afterBoundary:
            guard buffer.count >= 2 else { return false }
            if buffer[0] == 0x2D, buffer[1] == 0x2D {
                state = .finished
                return true
            }
            guard buffer[0] == 0x0D, buffer[1] == 0x0A else { throw .malformedRequest }
            // The line end stays: it may be that of an empty header block.
            state = .headers
            return true
        case .headers:
            guard let end = find([0x0D, 0x0A, 0x0D, 0x0A]) else {
                guard buffer.count <= Self.maximumHeaders else { throw .malformedRequest }
                return false
            }
            parts += 1
            guard end <= Self.maximumHeaders, parts <= Self.maximumParts,
                let text = String(validating: buffer[..<end], as: UTF8.self)
            else { throw .malformedRequest }
            buffer.removeFirst(end + 4)
            events.append(try Self.begin(text))
            state = .data
            return true
        }
    }

    private func find(_ pattern: [UInt8]) -> Int? {
        guard buffer.count >= pattern.count else { return nil }
        return buffer.withUnsafeBufferPointer { bytes in
            var place = 0
            let last = bytes.count - pattern.count
            while place <= last {
                if bytes[place] == pattern[0], pattern.indices.allSatisfy({ bytes[place + $0] == pattern[$0] }) {
                    return place
                }
                place += 1
            }
            return nil
        }
    }

    private static func begin(_ headers: String) throws(Problem) -> Event {
        for line in headers.split(separator: "\r\n") {
            let pair = line.split(separator: ":", maxSplits: 1)
            guard pair.count == 2, pair[0].lowercased() == "content-disposition" else { continue }
            guard let name = parameter("name", of: String(pair[1])), name.utf8.count <= 200 else { break }
            return .begin(name: name, filename: parameter("filename", of: String(pair[1])))
        }
        throw .malformedRequest
    }

    /// The value of a parameter, quoted or not. Browsers write `%22` for a quote inside.
    private static func parameter(_ name: String, of header: String) -> String? {
        var rest = header[...]
        while let semicolon = rest.firstIndex(of: ";") {
            rest = rest[rest.index(after: semicolon)...].drop { $0 == " " || $0 == "\t" }
            guard let equals = rest.firstIndex(of: "=") else { return nil }
            let found = rest[..<equals].lowercased() == name
            rest = rest[rest.index(after: equals)...]
            let value: Substring
            if rest.first == "\"" {
                rest = rest.dropFirst()
                guard let quote = rest.firstIndex(of: "\"") else { return nil }
                value = rest[..<quote]
                rest = rest[rest.index(after: quote)...]
            } else {
                value = rest.prefix { $0 != ";" && $0 != " " }
                rest = rest[value.endIndex...]
            }
            if found { return String(value) }
        }
        return nil
    }
}
