import Foundation

/// Files of five megabytes, all sent at the same time, and what intake's memory does meanwhile.
struct UploadLoad: Sendable {
    /// What came of it.
    struct Result: Sendable {
        var accepted = 0
        var errors = 0
        /// Most resident memory of the intake process that was seen, in megabytes of a million bytes.
        var most = 0.0
    }

    /// Each file's size in bytes.
    static let size = 5_000_000

    let generator: LoadGenerator
    /// Of the intake process.
    let process: Int

    func run(count: Int) async throws -> Result {
        // A document by its beginning; what follows tells nobody anything, and is no picture that would have to be drawn anew.
        let file = Array("%PDF-1.4\n".utf8) + (0..<(Self.size - 9)).map { UInt8(truncatingIfNeeded: $0 &* 167) }
        let receipts = try (0..<count).map { try receipt($0) }
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            for receipt in receipts {
                group.addTask { try await LoadGenerator.onThread { try upload(file, to: receipt) } }
            }
            let watch = Task {
                var most = 0.0
                while !Task.isCancelled {
                    most = max(most, ServiceMemory.reading(of: process)?.now ?? 0)
                    try? await Task.sleep(for: .milliseconds(20))
                }
                return most
            }
            var result = Result()
            for try await accepted in group {
                result.accepted += accepted ? 1 : 0
                result.errors += accepted ? 0 : 1
            }
            watch.cancel()
            result.most = await watch.value
            return result
        }
    }

    private func receipt(_ number: Int) throws -> (code: String, key: String) {
        let connection = try BenchConnection(host: generator.host, port: generator.port)
        guard connection.exchange(generator.request(place: 1000, number: number)) == 201,
            let receipt = try JSONSerialization.jsonObject(with: Data(connection.answered)) as? [String: Any],
            let code = receipt["tracking_code"] as? String, let key = receipt["access_key"] as? String
        else { throw OperatorError("A complaint to hang files on was not accepted.") }
        return (code, key)
    }

    private func upload(_ file: [UInt8], to receipt: (code: String, key: String)) throws -> Bool {
        let connection = try BenchConnection(host: generator.host, port: generator.port)
        let head =
            "POST \(generator.path)/\(receipt.code)/attachments?name=berkas.pdf HTTP/1.1\r\nHost: \(generator.host):\(generator.port)\r\n"
            + "Authorization: Bearer \(receipt.key)\r\nContent-Type: application/pdf\r\nContent-Length: \(file.count)\r\n\r\n"
        return connection.exchange(Array(head.utf8), body: file) == 201
    }
}
