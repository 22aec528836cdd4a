/// The addresses whose `X-Forwarded-For` is believed: gateways that we run ourselves.
public struct TrustedPeers: Sendable, Hashable {
    private let networks: [Network]

    /// - Parameter list: Addresses or networks, comma separated: `127.0.0.1, 10.0.0.0/8, fd00::/8`.
    /// - Throws: `ConfigurationError` for anything that is none.
    public init(_ list: String) throws(ConfigurationError) {
        var networks: [Network] = []
        for part in list.split(separator: ",") {
            let text = part.filter { $0 != " " }
            guard let network = Network(text) else {
                throw ConfigurationError(key: "http.trusted.peers", reason: "“\(text)” is no address and no network")
            }
            networks.append(network)
        }
        self.networks = networks
    }

    /// The client of a request: the last address that a trusted peer reports and that is no trusted peer itself.
    ///
    /// Addresses further left were written by strangers and prove nothing.
    public func client(peer: String?, forwardedFor header: String?) -> String? {
        guard let peer, let header, contains(peer) else { return peer }
        for part in header.split(separator: ",").reversed() {
            let address = part.filter { $0 != " " }
            guard IPAddress(address) != nil else { return peer }
            if !contains(address) { return address }
        }
        return peer
    }

    /// Whether an address lies in one of the networks.
    public func contains(_ address: String) -> Bool {
        guard !networks.isEmpty, let address = IPAddress(address) else { return false }
        return networks.contains { $0.contains(address) }
    }
}

/// A client's address as limits count it.
public struct ClientAddress: Sendable, Hashable {
    private let address: IPAddress

    /// `nil` for what is no address.
    public init?(_ text: String) {
        guard let address = IPAddress(text) else { return nil }
        self.address = address
    }

    /// One household or telephone: an IPv4 address, or the /64 of an IPv6 one, in which anybody may choose addresses freely.
    public var network: String {
        address.bytes.prefix(address.isIPv4 ? 16 : 8).map { String($0, radix: 16) }.joined(separator: ".")
    }
}

/// Sixteen bytes; IPv4 stands in its mapped form.
private struct IPAddress: Hashable {
    let bytes: [UInt8]
    let isIPv4: Bool

    init?(_ text: String) {
        if let four = Self.four(text) {
            bytes = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF] + four
            isIPv4 = true
        } else if let sixteen = Self.sixteen(text) {
            bytes = sixteen
            isIPv4 = sixteen.starts(with: [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF])
        } else {
            return nil
        }
    }

    private static func four(_ text: String) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let bytes = parts.compactMap { UInt8($0) }
        return parts.count == 4 && bytes.count == 4 ? bytes : nil
    }

    private static func sixteen(_ text: String) -> [UInt8]? {
        guard text.contains(":") else { return nil }
        let halves = text.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
        guard let left = groups(halves[0]), let right = halves.count > 1 ? groups(halves[1]) : [] else { return nil }
        let missing = 16 - left.count - right.count
        guard halves.count > 1 ? missing >= 2 : missing == 0 else { return nil }
        return left + [UInt8](repeating: 0, count: missing) + right
    }

    private static func groups(_ text: Substring) -> [UInt8]? {
        if text.isEmpty { return [] }
        var bytes: [UInt8] = []
        for part in text.split(separator: ":", omittingEmptySubsequences: false) {
            if part.contains("."), let four = four(String(part)) {
                bytes += four
            } else if part.utf8.count <= 4, let group = UInt16(part, radix: 16) {
                bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
            } else {
                return nil
            }
        }
        return bytes
    }
}

private struct Network: Hashable {
    let address: IPAddress
    let bits: Int

    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1)
        guard let first = parts.first, let address = IPAddress(String(first)) else { return nil }
        let offset = address.isIPv4 ? 96 : 0
        if parts.count > 1 {
            guard let bits = Int(parts[1]), (0...(128 - offset)).contains(bits) else { return nil }
            self.bits = bits + offset
        } else {
            bits = 128
        }
        self.address = address
    }

    func contains(_ other: IPAddress) -> Bool {
        for place in 0..<16 {
            let left = bits - place * 8
            if left <= 0 { return true }
            let mask: UInt8 = left >= 8 ? 0xFF : ~(0xFF >> UInt8(left))
            if address.bytes[place] & mask != other.bytes[place] & mask { return false }
        }
        return true
    }
}
