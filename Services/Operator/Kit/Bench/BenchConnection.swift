import Glibc

/// One HTTP/1.1 connection with blocking calls, which costs the machine as little as a load generator can.
///
/// It belongs to one thread.
final class BenchConnection {
    private let descriptor: Int32
    /// Body of the last answer.
    private(set) var answered: [UInt8] = []
    private var buffer = [UInt8](repeating: 0, count: 16_384)

    /// - Throws: `OperatorError` when nobody listens there.
    init(host: String, port: String) throws(OperatorError) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, port, &hints, &found) == 0, let address = found else {
            throw OperatorError("\(host) cannot be found")
        }
        defer { freeaddrinfo(found) }
        let descriptor = socket(address.pointee.ai_family, address.pointee.ai_socktype, address.pointee.ai_protocol)
        guard descriptor >= 0, connect(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0 else {
            if descriptor >= 0 { close(descriptor) }
            throw OperatorError("Nobody listens on \(host):\(port)")
        }
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        var patience = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Sends a request and reads the whole answer.
    /// - Returns: The status, or `nil` when the connection broke or the answer made no sense.
    func exchange(_ request: [UInt8], body: [UInt8] = []) -> Int? {
        for piece in [request, body] {
            var sent = 0
            while sent < piece.count {
                let count = piece[sent...].withUnsafeBytes {
                    send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return nil }
                sent += count
            }
        }
        var answer: [UInt8] = []
        var end: Int?
        while true {
            if let end {
                if answer.count >= end { break }
            } else if let head = BenchAnswer.head(of: answer) {
                guard let length = BenchAnswer.contentLength(answer[..<head]) else { return nil }
                end = head + length
                continue
            }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            answer.append(contentsOf: buffer[..<count])
        }
        answered = Array(answer[(BenchAnswer.head(of: answer) ?? answer.count)...])
        return BenchAnswer.status(answer)
    }
}

/// As much of HTTP as a load generator must understand.
enum BenchAnswer {
    /// Where the body begins; `nil` while the head is not complete.
    static func head(of bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        for place in 0...(bytes.count - 4) where bytes[place] == 13 && bytes[place + 2] == 13 {
            if bytes[place + 1] == 10 && bytes[place + 3] == 10 { return place + 4 }
        }
        return nil
    }

    static func contentLength(_ head: ArraySlice<UInt8>) -> Int? {
        for line in String(decoding: head, as: UTF8.self).split(separator: "\r\n") {
            guard line.lowercased().hasPrefix("content-length:") else { continue }
            return Int(line.drop { $0 != ":" }.dropFirst().filter { $0 != " " })
        }
        return nil
    }

    /// `HTTP/1.1 201 Created` → 201.
    static func status(_ bytes: [UInt8]) -> Int? {
        let line = bytes.prefix(12)
        guard line.count == 12, line.starts(with: Array("HTTP/1.1 ".utf8)) else { return nil }
        return Int(String(decoding: line.suffix(3), as: UTF8.self))
    }
}
