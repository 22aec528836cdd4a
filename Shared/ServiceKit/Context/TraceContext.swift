/// W3C trace context: which trace a piece of work belongs to, and which span of it this is.
///
/// The header is `traceparent: 00-<32 hex>-<16 hex>-<2 hex>` (https://www.w3.org/TR/trace-context/). It travels with
/// every request between services and with every message.
public struct TraceContext: Sendable, Hashable {
    private let high: UInt64
    private let low: UInt64
    private let span: UInt64
    private let flags: UInt8

    /// A new trace; nobody asked to sample it.
    public init() {
        high = .random(in: .min ... .max)
        low = .random(in: 1 ... .max)
        span = .random(in: 1 ... .max)
        flags = 0
    }

    private init(high: UInt64, low: UInt64, span: UInt64, flags: UInt8) {
        self.high = high
        self.low = low
        self.span = span
        self.flags = flags
    }

    /// Reads a `traceparent`; `nil` when it is not well-formed, as the standard asks.
    public init?(traceparent text: String) {
        var text = text
        let parsed: TraceContext? = text.withUTF8 { bytes in
            let dash = UInt8(ascii: "-")
            guard bytes.count >= 55, bytes[2] == dash, bytes[35] == dash, bytes[52] == dash,
                let version = Self.hexadecimal(bytes[0..<2]), version != 0xFF,
                version == 0 ? bytes.count == 55 : bytes.count == 55 || bytes[55] == dash,
                let high = Self.hexadecimal(bytes[3..<19]), let low = Self.hexadecimal(bytes[19..<35]),
                let span = Self.hexadecimal(bytes[36..<52]), let flags = Self.hexadecimal(bytes[53..<55]),
                high | low != 0, span != 0
            else { return nil }
            return TraceContext(high: high, low: low, span: span, flags: UInt8(flags))
        }
        guard let parsed else { return nil }
        self = parsed
    }

    /// A new span of the same trace.
    public func child() -> TraceContext {
        TraceContext(high: high, low: low, span: .random(in: 1 ... .max), flags: flags)
    }

    /// The header's value.
    public var traceparent: String {
        var bytes: [UInt8] = [0x30, 0x30, 0x2D]
        bytes.reserveCapacity(55)
        Self.append(high, to: &bytes)
        Self.append(low, to: &bytes)
        bytes.append(0x2D)
        Self.append(span, to: &bytes)
        bytes.append(0x2D)
        bytes.append(Self.digits[Int(flags >> 4)])
        bytes.append(Self.digits[Int(flags & 15)])
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The 32 digits that name the trace in logs.
    public var traceID: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        Self.append(high, to: &bytes)
        Self.append(low, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let digits = Array("0123456789abcdef".utf8)

    private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        for shift in stride(from: 60, through: 0, by: -4) { bytes.append(digits[Int(value >> shift & 15)]) }
    }

    /// Lower-case digits only, as the standard demands.
    private static func hexadecimal(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> UInt64? {
        var value: UInt64 = 0
        for byte in bytes {
            switch byte {
            case 0x30...0x39: value = value << 4 | UInt64(byte - 0x30)
            case 0x61...0x66: value = value << 4 | UInt64(byte - 0x57)
            default: return nil
            }
        }
        return value
    }
}
