/// Cuts leased messages into batches that stay below the usual limit of a request body.
enum BatchCutter {
    /// Payload bytes in one batch; services take 1 MiB, envelopes included.
    static let bytes = 700_000

    static func cut(_ messages: [LeasedMessage]) -> [[LeasedMessage]] {
        var batches: [[LeasedMessage]] = []
        var room = 0
        for message in messages {
            let size = message.event.data.utf8.count + 500
            if size > room || batches.isEmpty {
                batches.append([])
                room = bytes
            }
            batches[batches.count - 1].append(message)
            room -= size
        }
        return batches
    }
}
