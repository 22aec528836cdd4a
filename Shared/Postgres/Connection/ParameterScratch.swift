/// Arrays in the form of libpq's parameter lists, kept from statement to statement so that sending allocates nothing.
struct ParameterScratch {
    private var types: [UInt32] = []
    private var values: [UnsafePointer<CChar>?] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []

    mutating func withParameters(
        _ binds: Binds,
        _ body: (
            _ types: UnsafePointer<UInt32>?, _ values: UnsafePointer<UnsafePointer<CChar>?>?,
            _ lengths: UnsafePointer<Int32>?, _ formats: UnsafePointer<Int32>?, _ count: Int32
        ) -> Bool
    ) -> Bool {
        guard binds.count > 0 else { return body(nil, nil, nil, nil, 0) }
        types.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        formats.removeAll(keepingCapacity: true)
        return binds.bytes.withUnsafeBytes { bytes in
            for entry in binds.entries {
                types.append(entry.type)
                lengths.append(Int32(truncatingIfNeeded: entry.length))
                formats.append(entry.isBinary ? 1 : 0)
                values.append(
                    entry.offset < 0
                        ? nil : bytes.baseAddress.map { ($0 + entry.offset).assumingMemoryBound(to: CChar.self) })
            }
            return body(types, values, lengths, formats, Int32(truncatingIfNeeded: binds.count))
        }
    }
}
