internal import CLibPQ
internal import Glibc

/// The owner of a libpq connection: every call that takes one is here. Finished exactly once, at the latest when the
/// owner goes away. Not thread-safe; its connection's loop is the only caller after `connect`.
struct LibPQHandle: ~Copyable {
    private var connection: OpaquePointer?

    enum Flush { case done, again, failed }

    /// What libpq says next about the requests sent.
    enum Answer {
        case rows(PostgresRows)
        case failure(PostgresError)
        case skipped
        case commandEnd
        case sync
        case copy
    }

    /// Blocks until connected or refused; name resolution, every host of the list, TLS and passwords happen in here.
    static func connect(_ parameters: ConnectionParameters) throws -> LibPQHandle {
        let end = ContinuousClock.now + longestSearch
        let fallbacks = parameters.fallbacks
        for attempt in fallbacks.dropLast() {
            do {
                return try connectOnce(attempt)
            } catch let error as PostgresError where error.isFatal || ContinuousClock.now > end {
                throw error
            } catch {
                continue
            }
        }
        return try connectOnce(fallbacks[fallbacks.count - 1])
    }

    /// After so long the caller hears of the failure; the pool comes again.
    private static var longestSearch: Duration { .seconds(5) }

    private static func connectOnce(_ parameters: ConnectionParameters) throws -> LibPQHandle {
        let keywords = parameters.list.map { strdup($0.keyword) } + [nil]
        let values = parameters.list.map { strdup($0.value) } + [nil]
        defer { (keywords + values).forEach { free($0) } }
        let connection = keywords.map { UnsafePointer($0) }.withUnsafeBufferPointer { keywords in
            values.map { UnsafePointer($0) }.withUnsafeBufferPointer { values in
                PQconnectdbParams(keywords.baseAddress, values.baseAddress, 0)
            }
        }
        guard let connection else { throw PostgresError(.connectionFailed, message: "out of memory") }
        let handle = LibPQHandle(connection: connection)
        guard PQstatus(connection) == CONNECTION_OK else { throw handle.connectFailure() }
        // Warnings and notices would otherwise be printed to the process's standard error.
        PQsetNoticeReceiver(connection, { _, _ in }, nil)
        guard PQsetnonblocking(connection, 1) == 0, PQenterPipelineMode(connection) == 1 else {
            throw handle.connectFailure()
        }
        return handle
    }

    private init(connection: OpaquePointer) { self.connection = connection }

    deinit { if let connection { PQfinish(connection) } }

    mutating func finish() {
        if let connection { PQfinish(connection) }
        connection = nil
    }

    /// libpq keeps no SQLSTATE of a failed connect, only the server's text. These are refusals that trying again will not
    /// change; in another language they are merely noticed later, when the lease times out.
    private func connectFailure() -> PostgresError {
        var error = PostgresError(.connectionFailed, message: errorMessage)
        let refusals = [
            "authentication failed", "does not exist", "pg_hba.conf", "no password supplied", "certificate",
        ]
        error.isFatal = refusals.contains { error.message.contains($0) }
        return error
    }

    var errorMessage: String {
        guard let connection, let text = PQerrorMessage(connection) else { return "connection closed" }
        return String(cString: text).trimmingTrailingNewlines()
    }

    var socket: Int32 { connection.map { PQsocket($0) } ?? -1 }
    var backendID: Int32 { connection.map { PQbackendPID($0) } ?? 0 }
    var usesTLS: Bool { connection.map { PQsslInUse($0) != 0 } ?? false }
    var isBusy: Bool { connection.map { PQisBusy($0) != 0 } ?? false }

    var transactionStatus: TransactionStatus {
        guard let connection else { return .unknown }
        return switch PQtransactionStatus(connection) {
        case PQTRANS_IDLE: .idle
        case PQTRANS_INTRANS: .open
        case PQTRANS_INERROR: .failed
        default: .unknown
        }
    }

    func makeCanceller() -> Canceller? { connection.flatMap { PQgetCancel($0) }.map { Canceller($0) } }

    // MARK: Sending. Each call only fills libpq's buffer; `flush` writes it. `false`: the connection is gone.

    func send(_ sql: SQL, scratch: inout ParameterScratch) -> Bool {
        guard let connection else { return false }
        return scratch.withParameters(sql.binds) { types, values, lengths, formats, count in
            PQsendQueryParams(connection, sql.text, count, types, values, lengths, formats, 1) == 1
        }
    }

    func sendPrepared(_ name: String, _ binds: Binds, scratch: inout ParameterScratch) -> Bool {
        guard let connection else { return false }
        return scratch.withParameters(binds) { _, values, lengths, formats, count in
            PQsendQueryPrepared(connection, name, count, values, lengths, formats, 1) == 1
        }
    }

    func sendPrepare(_ name: String, _ sql: SQL, scratch: inout ParameterScratch) -> Bool {
        guard let connection else { return false }
        return scratch.withParameters(sql.binds) { types, _, _, _, count in
            PQsendPrepare(connection, name, sql.text, count, types) == 1
        }
    }

    func sendSync() -> Bool { connection.map { PQpipelineSync($0) == 1 } ?? false }

    func leavePipelineMode() -> Bool { connection.map { PQexitPipelineMode($0) == 1 } ?? false }

    func enterPipelineMode() -> Bool { connection.map { PQenterPipelineMode($0) == 1 } ?? false }

    /// Several statements by the simple protocol; only outside pipeline mode.
    func sendScript(_ text: String) -> Bool { connection.map { PQsendQuery($0, text) == 1 } ?? false }

    func flush() -> Flush {
        guard let connection else { return .failed }
        return switch PQflush(connection) {
        case 0: .done
        case 1: .again
        default: .failed
        }
    }

    // MARK: Receiving

    /// Reads what the socket has. `false`: the connection is gone; answers read before may still be there.
    func consumeInput() -> Bool { connection.map { PQconsumeInput($0) == 1 } ?? false }

    /// The next answer; call only while not busy.
    func nextAnswer() -> Answer {
        guard let connection, let result = PQgetResult(connection) else { return .commandEnd }
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            return .rows(PostgresRows(result: result))
        case PGRES_PIPELINE_SYNC:
            PQclear(result)
            return .sync
        case PGRES_PIPELINE_ABORTED:
            PQclear(result)
            return .skipped
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            PQclear(result)
            return .copy
        default:
            defer { PQclear(result) }
            return .failure(PostgresError(result: result))
        }
    }

    func nextNotification() -> (channel: String, payload: String)? {
        guard let connection, let notification = PQnotifies(connection) else { return nil }
        defer { PQfreemem(notification) }
        return (String(cString: notification.pointee.relname), String(cString: notification.pointee.extra))
    }
}

/// Where a session's transaction stands, as of the last answer.
enum TransactionStatus: Sendable {
    case idle, open, failed
    /// Lost, or in the middle of a request.
    case unknown
}

/// Asks the server to stop what a connection does. Blocks, so it is used on a thread of its own.
// Sendable: a PGcancel is a copy of address and key that is never changed; PQcancel is thread-safe.
final class Canceller: @unchecked Sendable {
    private let cancel: OpaquePointer

    init(_ cancel: OpaquePointer) { self.cancel = cancel }

    deinit { PQfreeCancel(cancel) }

    /// Returns when the server has signalled the session, or when it could not be reached.
    func send() {
        var problem = [CChar](repeating: 0, count: 256)
        _ = PQcancel(cancel, &problem, 256)
    }
}

extension String {
    fileprivate func trimmingTrailingNewlines() -> String {
        var text = self[...]
        while text.last == "\n" { text.removeLast() }
        return String(text)
    }
}
