import Foundation
import SinergiCore

/// The simulator's messages: in memory, and one JSON line each in a file that is only ever appended to.
///
/// A message counts once its line is on the disk. A line that a crash cut short counts as not received; the sender,
/// who got no answer, sends it again.
actor MessageStore {
    private let handle: FileHandle
    private let clock: @Sendable () -> Date
    private var messages: [GatewayMessage] = []
    private var places: [String: Int] = [:]

    /// - Parameter directory: Holds the file `messages.jsonl`; made if it is missing.
    init(directory: URL, clock: @escaping @Sendable () -> Date = { Date() }) throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let file = directory.appending(path: "messages.jsonl")
        if !FileManager.default.fileExists(atPath: file.path) {
            guard FileManager.default.createFile(atPath: file.path, contents: nil) else {
                throw OperatorError("\(file.path) cannot be written")
            }
        }
        let data = try Data(contentsOf: file)
        let whole = data.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        for line in data[..<whole].split(separator: UInt8(ascii: "\n")) {
            let message = try JSONDecoder().decode(GatewayMessage.self, from: line)
            places[message.key] = messages.count
            messages.append(message)
        }
        handle = try FileHandle(forUpdating: file)
        try handle.truncate(atOffset: UInt64(whole))
        try handle.seekToEnd()
        self.clock = clock
    }

    /// Keeps a message, or answers with the one that came with the same key before.
    func receive(_ request: GatewayRequest, key: String) throws -> (message: GatewayMessage, isNew: Bool) {
        if let place = places[key] { return (messages[place], false) }
        let message = GatewayMessage(
            id: UUID.v7().text, key: key, to: request.to, channel: request.channel, text: request.text,
            reference: request.reference, trackingCode: request.trackingCode, event: request.event,
            receivedAt: clock().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
        try handle.write(contentsOf: try JSONEncoder().encode(message) + Data("\n".utf8))
        try handle.synchronize()
        places[key] = messages.count
        messages.append(message)
        return (message, true)
    }

    /// Messages in the order of receipt, those of one receiver or all.
    func list(to receiver: String?) -> [GatewayMessage] {
        guard let receiver else { return messages }
        return messages.filter { $0.to == receiver }
    }

    /// The latest messages, newest first, for the page.
    func latest(_ count: Int, to receiver: String?) -> [GatewayMessage] {
        Array(list(to: receiver).suffix(count).reversed())
    }
}
