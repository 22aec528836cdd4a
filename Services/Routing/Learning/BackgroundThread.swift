import Foundation

/// Runs what takes seconds of processor time beside the cooperative pool, which has only as many threads as cores.
public enum BackgroundThread {
    public static func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let thread = Thread { continuation.resume(with: Swift.Result(catching: work)) }
            thread.name = "learning"
            thread.qualityOfService = .background
            thread.stackSize = 8 << 20
            thread.start()
        }
    }
}
