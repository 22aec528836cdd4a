/// Big-endian numbers, as the wire has them.
extension [UInt8] {
    mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    /// Replaces bytes written earlier, such as a length that was not known yet.
    mutating func replace(at offset: Int, bigEndian value: Int32) {
        Swift.withUnsafeBytes(of: value.bigEndian) { source in
            for index in 0..<4 { self[offset + index] = source[index] }
        }
    }
}

extension RawSpan {
    /// The number at `offset`; the caller has checked that it lies inside.
    func bigEndian<Value: FixedWidthInteger & BitwiseCopyable>(at offset: Int = 0, as: Value.Type = Value.self) -> Value
    {
        Value(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self))
    }
}
