import Foundation
import Synchronization

/// A mail server (Debian's aiosmtpd) and a message gateway on free ports, in a process of their own.
///
/// The mail server refuses addresses that begin with `refuse` for good, and each that begins with `busy` once.
final class NotificationSink: Sendable {
    struct Mail: Decodable {
        let from: String
        let to: [String]
        let text: String

        /// With soft line breaks undone (RFC 2045 §6.7).
        var unfolded: String { text.replacing("=\r\n", with: "") }

        func header(_ name: String) -> String? {
            text.components(separatedBy: "\r\n").prefix { !$0.isEmpty }.first { $0.hasPrefix(name + ": ") }
                .map { String($0.dropFirst(name.count + 2)) }
        }
    }

    struct ShortMessage: Decodable {
        let key: String
        let to: String
        let channel: String
        let text: String
        let reference: String
        let trackingCode: String
        let event: String

        enum CodingKeys: String, CodingKey {
            case key, to, channel, text, reference, event
            case trackingCode = "tracking_code"
        }
    }

    let smtpURL: String
    let gatewayURL: String
    private let process: Int32
    private let folder: URL

    /// Runs `body` with a sink of its own.
    static func with<Result>(_ body: (NotificationSink) async throws -> sending Result) async throws -> sending Result {
        let sink = try await NotificationSink()
        defer { sink.stop() }
        return try await body(sink)
    }

    private init() async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "sinergi-sink-\(UUID().uuidString)")
        for part in ["mail", "sms"] {
            try FileManager.default.createDirectory(at: folder.appending(path: part), withIntermediateDirectories: true)
        }
        let script = folder.appending(path: "sink.py")
        try Data(Self.script.utf8).write(to: script)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [script.path, folder.path]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        let running = process.processIdentifier
        self.process = running
        do {
            // The sink writes its ports down once it listens.
            let file = folder.appending(path: "ports")
            let ports = try await NotificationWait.until("the sink listens") {
                (try? String(contentsOf: file, encoding: .utf8))?.split(separator: " ").map(String.init)
            }
            smtpURL = "smtp://127.0.0.1:\(ports[0])"
            gatewayURL = "http://127.0.0.1:\(ports[1])"
        } catch {
            kill(running, SIGKILL)
            throw error
        }
    }

    private func stop() {
        kill(process, SIGKILL)
        try? FileManager.default.removeItem(at: folder)
    }

    /// What came in so far, in order.
    func mails() throws -> [Mail] { try read("mail", as: Mail.self) }
    func shortMessages() throws -> [ShortMessage] { try read("sms", as: ShortMessage.self) }

    private func read<Item: Decodable>(_ part: String, as: Item.Type) throws -> [Item] {
        try FileManager.default.contentsOfDirectory(at: folder.appending(path: part), includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "json" }.sorted { $0.lastPathComponent < $1.lastPathComponent }
            .map { try JSONDecoder().decode(Item.self, from: Data(contentsOf: $0)) }
    }

    private static let script = #"""
        import asyncio, itertools, json, os, sys
        from aiosmtpd.smtp import SMTP
        folder, number, busy = sys.argv[1], itertools.count(), set()
        def keep(part, value):
            name = os.path.join(folder, part, "%06d" % next(number))
            with open(name, "w") as file:
                json.dump(value, file)
            os.rename(name, name + ".json")
        class Handler:
            async def handle_RCPT(self, server, session, envelope, address, options):
                if address.startswith("refuse"):
                    return "550 5.1.1 <%s> unknown" % address
                if address.startswith("busy") and address not in busy:
                    busy.add(address)
                    return "451 4.3.0 later"
                envelope.rcpt_tos.append(address)
                return "250 OK"
            async def handle_DATA(self, server, session, envelope):
                keep("mail", {"from": envelope.mail_from, "to": envelope.rcpt_tos, "text": envelope.content.decode()})
                return "250 OK"
        async def gateway(reader, writer):
            try:
                while True:
                    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                    fields = {k.lower(): v for k, v in (line.split(": ", 1) for line in head[1:] if line)}
                    body = json.loads(await reader.readexactly(int(fields["content-length"])))
                    keep("sms", {**body, "key": fields["idempotency-key"]})
                    writer.write(b"HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\n{}")
                    await writer.drain()
            except asyncio.IncompleteReadError:
                writer.close()
        async def main():
            loop = asyncio.get_running_loop()
            smtp = await loop.create_server(lambda: SMTP(Handler(), enable_SMTPUTF8=True), "127.0.0.1", 0)
            http = await asyncio.start_server(gateway, "127.0.0.1", 0)
            ports = os.path.join(folder, "ports")
            with open(ports + ".new", "w") as file:
                file.write("%d %d" % (smtp.sockets[0].getsockname()[1], http.sockets[0].getsockname()[1]))
            os.rename(ports + ".new", ports)
            await asyncio.Event().wait()
        asyncio.run(main())
        """#
}

/// Asks again and again until there is an answer; fails after half a minute.
enum NotificationWait {
    static func until<Value>(_ what: String, _ look: () async throws -> Value?) async throws -> Value {
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline {
            if let value = try await look() { return value }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw TimedOut(what: what)
    }

    static func holds(_ what: String, _ holds: () async throws -> Bool) async throws {
        let _: Bool = try await until(what) { try await holds() ? true : nil }
    }

    struct TimedOut: Error {
        let what: String
    }
}
