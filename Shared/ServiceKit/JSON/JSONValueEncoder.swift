/// The `Encoder` behind `JSONWriter`. Containers write as they are called, so a value must finish one nested container
/// before it goes on, which every synthesized and every ordinary `encode(to:)` does.
struct JSONValueEncoder: Encoder {
    let sink: JSONSink
    // Only errors would name the place, and ours have none.
    var codingPath: [any CodingKey] { [] }
    /// The container around this one.
    fileprivate var parent: ContainerState?
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(sink: JSONSink) {
        self.sink = sink
    }
    fileprivate init(parent: ContainerState) {
        self.sink = parent.sink
        self.parent = parent
    }

    func container<Key: CodingKey>(keyedBy: Key.Type) -> KeyedEncodingContainer<Key> {
        let state = ContainerState(sink, open: "{", close: "}", parent: parent)
        return KeyedEncodingContainer(KeyedContainer(state: state))
    }
    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        UnkeyedContainer(state: ContainerState(sink, open: "[", close: "]", parent: parent))
    }
    func singleValueContainer() -> any SingleValueEncodingContainer {
        SingleContainer(sink: sink)
    }
}

/// An object or array that is being written. It closes itself when the last copy of its container goes away.
private final class ContainerState {
    let sink: JSONSink
    private let close: String
    // Kept alive so that the outer bracket is closed after the inner one.
    private let parent: ContainerState?
    private(set) var count = 0

    init(_ sink: JSONSink, open: String, close: String, parent: ContainerState?) {
        self.sink = sink
        self.close = close
        self.parent = parent
        sink.text(open)
    }
    deinit { sink.text(close) }

    func next() {
        if count > 0 { sink.text(",") }
        count += 1
    }
    func name(_ key: some CodingKey) {
        next()
        sink.string(JSONWriter.snakeCase(key.stringValue))
        sink.text(":")
    }
}

private struct KeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let state: ContainerState
    var codingPath: [any CodingKey] { [] }

    private func null(_ key: Key) {
        state.name(key)
        state.sink.text("null")
    }
    private func optional(_ value: (some Encodable)?, _ key: Key) throws {
        guard let value else { return null(key) }
        try encode(value, forKey: key)
    }

    mutating func encodeNil(forKey key: Key) { null(key) }
    func encode(_ value: some Encodable, forKey key: Key) throws {
        state.name(key)
        try state.sink.write(value)
    }
    // Most members are of these types, which then need no look at what they are.
    func encode(_ value: String, forKey key: Key) {
        state.name(key)
        state.sink.string(value)
    }
    func encode(_ value: Bool, forKey key: Key) {
        state.name(key)
        state.sink.text(value ? "true" : "false")
    }
    func encode(_ value: Int, forKey key: Key) {
        state.name(key)
        state.sink.text(String(value))
    }
    func encode(_ value: Double, forKey key: Key) {
        state.name(key)
        state.sink.number(value)
    }
    // The standard library leaves absent values out; here each one is written as null.
    mutating func encodeIfPresent(_ value: Bool?, forKey key: Key) throws {
        if let value { encode(value, forKey: key) } else { null(key) }
    }
    mutating func encodeIfPresent(_ value: String?, forKey key: Key) throws {
        if let value { encode(value, forKey: key) } else { null(key) }
    }
    mutating func encodeIfPresent(_ value: Double?, forKey key: Key) throws {
        if let value { encode(value, forKey: key) } else { null(key) }
    }
    mutating func encodeIfPresent(_ value: Float?, forKey key: Key) throws { try optional(value, key) }
    mutating func encodeIfPresent(_ value: Int?, forKey key: Key) throws {
        if let value { encode(value, forKey: key) } else { null(key) }
    }
    mutating func encodeIfPresent(_ value: Int8?, forKey key: Key) throws { try optional(value, key) }
    mutating func encodeIfPresent(_ value: Int16?, forKey key: Key) throws { try optional(value, key) }
    mutating func encodeIfPresent(_ value: Int32?, forKey key: Key) throws { try optional(value, key) }
    mutating func encodeIfPresent(_ value: Int64?, forKey key: Key) throws { try optional(value, key) }
    mutating func encodeIfPresent(_ value: UInt?, forKey key: Key) throws { try optional(value, key) }
    mutating func encodeIfPresent(_ value: UInt8?, forKey key: Key) throws { try optional(value, key) }
    mutating func encodeIfPresent(_ value: UInt16?, forKey key: Key) throws { try optional(value, key) }
    mutating func encodeIfPresent(_ value: UInt32?, forKey key: Key) throws { try optional(value, key) }
    mutating func encodeIfPresent(_ value: UInt64?, forKey key: Key) throws { try optional(value, key) }
    mutating func encodeIfPresent<Value: Encodable>(_ value: Value?, forKey key: Key) throws {
        try optional(value, key)
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        state.name(key)
        return JSONValueEncoder(parent: state).container(keyedBy: Nested.self)
    }
    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        state.name(key)
        return JSONValueEncoder(parent: state).unkeyedContainer()
    }
    mutating func superEncoder() -> any Encoder {
        state.next()
        state.sink.text("\"super\":")
        return JSONValueEncoder(parent: state)
    }
    mutating func superEncoder(forKey key: Key) -> any Encoder {
        state.name(key)
        return JSONValueEncoder(parent: state)
    }
}

private struct UnkeyedContainer: UnkeyedEncodingContainer {
    let state: ContainerState
    var codingPath: [any CodingKey] { [] }
    var count: Int { state.count }

    mutating func encodeNil() {
        state.next()
        state.sink.text("null")
    }
    mutating func encode(_ value: some Encodable) throws {
        state.next()
        try state.sink.write(value)
    }
    mutating func nestedContainer<Nested: CodingKey>(keyedBy: Nested.Type) -> KeyedEncodingContainer<Nested> {
        state.next()
        return JSONValueEncoder(parent: state).container(keyedBy: Nested.self)
    }
    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        state.next()
        return JSONValueEncoder(parent: state).unkeyedContainer()
    }
    mutating func superEncoder() -> any Encoder {
        state.next()
        return JSONValueEncoder(parent: state)
    }
}

private struct SingleContainer: SingleValueEncodingContainer {
    let sink: JSONSink
    var codingPath: [any CodingKey] { [] }

    mutating func encodeNil() { sink.text("null") }
    mutating func encode(_ value: Bool) { sink.text(value ? "true" : "false") }
    mutating func encode(_ value: String) { sink.string(value) }
    mutating func encode(_ value: Double) { sink.number(value) }
    mutating func encode(_ value: Float) { sink.number(Double(value)) }
    mutating func encode(_ value: Int) { sink.text(String(value)) }
    mutating func encode(_ value: Int8) { sink.text(String(value)) }
    mutating func encode(_ value: Int16) { sink.text(String(value)) }
    mutating func encode(_ value: Int32) { sink.text(String(value)) }
    mutating func encode(_ value: Int64) { sink.text(String(value)) }
    mutating func encode(_ value: UInt) { sink.text(String(value)) }
    mutating func encode(_ value: UInt8) { sink.text(String(value)) }
    mutating func encode(_ value: UInt16) { sink.text(String(value)) }
    mutating func encode(_ value: UInt32) { sink.text(String(value)) }
    mutating func encode(_ value: UInt64) { sink.text(String(value)) }
    mutating func encode(_ value: some Encodable) throws { try sink.write(value) }
}
