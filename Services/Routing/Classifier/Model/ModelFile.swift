public import Foundation

/// A model as bytes, for storing. Small (a byte a weight), checked on the way in: whatever the bytes are, reading them gives
/// a model that can be used or an error, never a crash.
///
/// Layout, little endian: `SNRGMDL1` · length of the header (4) · header, JSON · features (4) · classes (4) · feature ids
/// (4 each, ascending) · rarity (4 each) · factors (4 each) · constants (4 each) · weights (1 each) · checksum of all
/// before (8).
extension RoutingModel {
    private static let magic = Array("SNRGMDL1".utf8)
    /// Longest file that is read.
    static let largest = 64 << 20

    public func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        encoder.dateEncodingStrategy = .secondsSince1970
        let json = try encoder.encode(header)
        var data = Data(Self.magic)
        data.append(UInt32(json.count))
        data.append(json)
        data.append(UInt32(weights.vocabulary.ids.count))
        data.append(UInt32(weights.constants.count))
        weights.vocabulary.ids.withUnsafeBytes { data.append(contentsOf: $0) }
        for floats in [weights.vocabulary.rarity, weights.factors, weights.constants] {
            floats.withUnsafeBytes { data.append(contentsOf: $0) }
        }
        weights.rows.withUnsafeBytes { data.append(contentsOf: $0) }
        data.append(contentsOf: Self.checksum(data))
        return data
    }

    /// - Throws: ``ClassifierError/badModel(_:)`` with what is wrong.
    public init(decoding data: Data) throws {
        guard data.count <= Self.largest else { throw ClassifierError.badModel("too long") }
        var reader = ModelReader(data)
        guard try reader.bytes(Self.magic.count) == Self.magic else { throw ClassifierError.badModel("unknown format") }
        let json = try reader.bytes(try reader.number())
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .secondsSince1970
        let header: Header
        do { header = try decoder.decode(Header.self, from: Data(json)) } catch {
            throw ClassifierError.badModel("unreadable header")
        }
        let features = try reader.number()
        let classes = try reader.number()
        guard classes == header.classes.count, classes > 0, classes == header.automation.limits.count,
            header.sharpness.isFinite, header.sharpness > 0
        else { throw ClassifierError.badModel("header and weights do not match") }
        let ids = try reader.array(features, of: UInt32.self)
        let rarity = try reader.array(features, of: Float.self)
        let factors = try reader.array(features, of: Float.self)
        let constants = try reader.array(classes, of: Float.self)
        let rows = try reader.array(features * classes, of: Int8.self)
        let body = data.prefix(reader.offset)
        guard try reader.bytes(8) == Self.checksum(body), reader.isAtEnd else {
            throw ClassifierError.badModel("damaged")
        }
        guard zip(ids, ids.dropFirst()).allSatisfy({ $0 < $1 }),
            (rarity + factors + constants).allSatisfy(\.isFinite)
        else { throw ClassifierError.badModel("weights out of order") }
        self.init(
            header: header,
            weights: LinearWeights(
                vocabulary: Vocabulary(ids: ids, rarity: rarity), rows: rows, factors: factors, constants: constants))
    }

    /// FNV-1a over words of 8 bytes: finds damage, not malice; a model is as trusted as the database that holds it.
    private static func checksum(_ data: Data) -> [UInt8] {
        var hash: UInt64 = 14_695_981_039_346_656_037
        data.withUnsafeBytes { bytes in
            var index = 0
            while index + 8 <= bytes.count {
                hash = (hash ^ bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)) &* 1_099_511_628_211
                index += 8
            }
            while index < bytes.count {
                hash = (hash ^ UInt64(bytes[index])) &* 1_099_511_628_211
                index += 1
            }
        }
        return withUnsafeBytes(of: hash.littleEndian) { Array($0) }
    }
}

/// Takes a model's bytes apart.
private struct ModelReader {
    private let data: Data
    private(set) var offset = 0

    init(_ data: Data) {
        // Indices from 0.
        self.data = Data(data)
    }

    var isAtEnd: Bool { offset == data.count }

    mutating func number() throws -> Int {
        let bytes = try bytes(4)
        return bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    mutating func bytes(_ count: Int) throws -> [UInt8] {
        guard count >= 0, count <= data.count - offset else { throw ClassifierError.badModel("too short") }
        defer { offset += count }
        return [UInt8](data[offset..<(offset + count)])
    }

    /// Only for types of which every pattern of bits is a value.
    mutating func array<Element: BitwiseCopyable>(_ count: Int, of type: Element.Type) throws -> [Element] {
        let size = MemoryLayout<Element>.size
        guard count >= 0, count <= (data.count - offset) / size else { throw ClassifierError.badModel("too short") }
        defer { offset += count * size }
        return [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
            data.withUnsafeBytes { bytes in
                UnsafeMutableRawBufferPointer(buffer)
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count * size)]))
            }
            initialized = count
        }
    }
}

extension Data {
    fileprivate mutating func append(_ number: UInt32) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}
