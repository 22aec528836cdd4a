import Postgres

/// Waiting for what a load leaves behind.
enum Quiet {
    /// Returns once no message waits for delivery anywhere and nothing is still to be sent.
    /// - Throws: `OperatorError` when that takes more than ten minutes.
    static func wait(_ client: PostgresClient) async throws {
        for _ in 0..<1200 {
            let waiting = try await client.query(
                """
                SELECT (SELECT count(*) FROM exchange.pending)
                    + (SELECT count(*) FROM notification.message WHERE state IN ('queued', 'sending')) AS waiting
                """
            ).first
            if try waiting?.decode("waiting", as: Int.self) ?? 0 == 0 { return }
            try await Task.sleep(for: .milliseconds(500))
        }
        throw OperatorError("What was accepted is not delivered after ten minutes: see `sinergi exchange parked`.")
    }
}
