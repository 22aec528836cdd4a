internal import Glibc
internal import Synchronization

/// A line between a client and a server that can be cut, held and refused at chosen points. Plain sockets and threads,
/// so that nothing of what it tests is used to test it.
public final class FaultProxy: Sendable {
    /// Which way the bytes go.
    public enum Direction: Sendable { case toServer, toClient }

    /// Where in the bytes of one direction something happens.
    public enum Point: Sendable, Equatable {
        /// Before the bytes that contain this text are passed on. A pattern in several reads is found too.
        case text(String)
        /// After so many further bytes, counted over all lines.
        case bytes(Int)
    }

    /// What happens there.
    public enum Fault: Sendable, Equatable {
        /// The line breaks; nothing more is passed on in either direction.
        case cut
        /// Nothing more is passed on in either direction, and the line stays up.
        case stall
    }

    private struct Rule {
        let fault: Fault
        let direction: Direction
        let point: Point
        var passed = 0
    }

    private struct State {
        var lines: [ProxyLine] = []
        var rules: [Rule] = []
        var isRefusing = false
        var isStalled = false
        var isClosed = false
        var accepted = 0
        var faults = 0
    }

    /// The port on 127.0.0.1 to connect to.
    public let port: Int
    private let listener: Int32
    private let server: sockaddr_in
    private let state = Mutex(State())

    /// - Parameter host: An IPv4 address; `localhost` is one too.
    /// - Throws: `ProxyError` when no port is to be had.
    public init(host: String = "127.0.0.1", port: Int) throws {
        server = try SocketAddress.make(host: host == "localhost" ? "127.0.0.1" : host, port: port)
        (listener, self.port) = try SocketAddress.listen()
        try ProxyThread.start { self.acceptLines() }
    }

    /// Arms a fault; it happens once.
    public func arm(_ fault: Fault, _ direction: Direction, at point: Point) {
        state.withLock { $0.rules.append(Rule(fault: fault, direction: direction, point: point)) }
    }

    /// Cuts all lines now.
    public func cut() {
        let lines = state.withLock { state in
            defer { state.lines = [] }
            return state.lines
        }
        lines.forEach { $0.cut() }
    }

    /// New lines are cut at once while refusing.
    public func refuse(_ refusing: Bool) { state.withLock { $0.isRefusing = refusing } }

    /// Nothing is passed on while stalled, and nothing is lost.
    public func stall(_ stalled: Bool) { state.withLock { $0.isStalled = stalled } }

    /// How many lines were ever opened.
    public var acceptedCount: Int { state.withLock { $0.accepted } }

    /// How many faults are armed and have not happened.
    public var armedCount: Int { state.withLock { $0.rules.count } }

    /// How many armed faults have happened.
    public var faultCount: Int { state.withLock { $0.faults } }

    /// Cuts everything and stops listening. May be repeated: the descriptor is let go of once.
    public func close() {
        let wasClosed = state.withLock { state in
            defer { state.isClosed = true }
            return state.isClosed
        }
        guard !wasClosed else { return }
        shutdown(listener, Int32(SHUT_RDWR))
        cut()
    }

    private func acceptLines() {
        while true {
            let client = accept(listener, nil, nil)
            let (isClosed, isRefusing) = state.withLock { ($0.isClosed, $0.isRefusing) }
            if isClosed {
                if client >= 0 { Glibc.close(client) }
                Glibc.close(listener)
                return
            }
            guard client >= 0 else { continue }
            guard !isRefusing, let server = SocketAddress.connect(server) else {
                SocketAddress.reset(client)
                continue
            }
            let line = ProxyLine(client: client, server: server)
            state.withLock { state in
                state.accepted += 1
                state.lines.append(line)
            }
            for direction in [Direction.toServer, .toClient] {
                let started: Void? = try? ProxyThread.start { self.pump(line, direction) }
                if started == nil { line.cut() }
            }
        }
    }

    private func pump(_ line: ProxyLine, _ direction: Direction) {
        let (source, target) =
            direction == .toServer ? (line.client, line.server) : (line.server, line.client)
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var tail: [UInt8] = []
        while true {
            let count = recv(source, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            let chunk = Array(buffer[0..<count])
            let fault = state.withLock { Self.check(&$0, direction, tail, chunk) }
            tail = Array((tail + chunk).suffix(63))
            switch fault {
            case .cut?: line.cut()
            case .stall?: stall(true)
            case nil: break
            }
            while state.withLock({ $0.isStalled && !$0.isClosed }), !line.isCut { usleep(2_000) }
            guard !line.isCut, SocketAddress.sendAll(target, chunk) else { break }
        }
        line.cut()
        line.pumpEnded()
    }

    private static func check(
        _ state: inout State, _ direction: Direction, _ tail: [UInt8], _ chunk: [UInt8]
    ) -> Fault? {
        for index in state.rules.indices where state.rules[index].direction == direction {
            let isMet: Bool
            switch state.rules[index].point {
            case .text(let text):
                let pattern = Array(text.utf8)
                isMet = contains(tail.suffix(max(0, pattern.count - 1)) + chunk, pattern)
            case .bytes(let limit):
                state.rules[index].passed += chunk.count
                isMet = state.rules[index].passed > limit
            }
            guard isMet else { continue }
            state.faults += 1
            return state.rules.remove(at: index).fault
        }
        return nil
    }

    private static func contains(_ bytes: [UInt8], _ pattern: [UInt8]) -> Bool {
        guard !pattern.isEmpty, bytes.count >= pattern.count else { return false }
        return (0...(bytes.count - pattern.count)).contains { start in
            bytes[start..<(start + pattern.count)].elementsEqual(pattern)
        }
    }
}
