public import Hummingbird
import NIOCore

extension AppContext {
    /// Reads a body piece by piece. The next piece is asked for when `take` has returned, so a slow `take` slows the sender,
    /// and no more than a piece or two is in memory. The address must be one of `ServiceDefinition.streamsBody`.
    ///
    /// Each piece has `http.body.timeout` to arrive, as a small body has as a whole.
    /// - Parameters:
    ///   - limit: Bytes that the body may have.
    ///   - piece: Bytes of each piece but the last.
    /// - Throws: 413, and what `take` throws.
    public func stream(
        _ request: Request, limit: Int, piece: Int = 131_072, _ take: ([UInt8]) async throws -> Void
    ) async throws {
        if let length = request.headers[.contentLength], Int(length).map({ $0 > limit }) ?? true {
            throw Problem.tooLarge(limit: limit)
        }
        var pending: [UInt8] = []
        var total = 0
        var watch = host?.bodyWatch.begin(channel)
        defer { if let watch { host?.bodyWatch.end(watch) } }
        for try await buffer in request.body {
            total += buffer.readableBytes
            guard total <= limit else { throw Problem.tooLarge(limit: limit) }
            pending.append(contentsOf: buffer.readableBytesView)
            while pending.count >= piece {
                if let watch { host?.bodyWatch.end(watch) }
                watch = nil
                try await take(Array(pending.prefix(piece)))
                pending.removeFirst(piece)
                watch = host?.bodyWatch.begin(channel)
            }
        }
        if !pending.isEmpty { try await take(pending) }
    }
}
