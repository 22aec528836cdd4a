import Synchronization

/// Sends mail over a few lines that are kept and used again.
///
/// How many there are is decided by how many messages the senders hand in at the same time.
final class Mailer: Sendable {
    private let server: SMTPServer
    private let idle = Mutex<[SMTPLine]>([])

    init(server: SMTPServer) {
        self.server = server
    }

    /// Hands in one mail; never throws, because what goes wrong is an outcome like any other.
    func send(_ mail: MailMessage) async -> Outcome {
        guard let line = idle.withLock({ $0.popLast() }) ?? SMTPLine(server: server, name: "sinergi.smtp") else {
            return .failed("no memory")
        }
        let outcome = await line.send(mail)
        idle.withLock { $0.append(line) }
        return outcome
    }
}
