internal import Glibc
internal import Synchronization

/// One client's line through a `FaultProxy`. Its sockets are closed when both directions have ended.
final class ProxyLine: Sendable {
    private struct State {
        var isCut = false
        var ended = 0
    }

    let client: Int32
    let server: Int32
    private let state = Mutex(State())

    init(client: Int32, server: Int32) {
        self.client = client
        self.server = server
    }

    var isCut: Bool { state.withLock { $0.isCut } }

    /// Wakes both directions.
    func cut() {
        state.withLock { state in
            guard state.ended < 2 else { return }
            state.isCut = true
            shutdown(client, Int32(SHUT_RDWR))
            shutdown(server, Int32(SHUT_RDWR))
        }
    }

    func pumpEnded() {
        let isLast = state.withLock { state in
            state.ended += 1
            return state.ended == 2
        }
        if isLast {
            close(client)
            close(server)
        }
    }
}

/// A thread of a proxy.
enum ProxyThread {
    private final class Start: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    static func start(_ body: @escaping @Sendable () -> Void) throws {
        let start = Unmanaged.passRetained(Start(body))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, start.toOpaque())
        guard status == 0 else {
            start.release()
            throw ProxyError(description: "no thread for the proxy")
        }
        pthread_detach(thread)
    }
}

/// A proxy could not be set up.
public struct ProxyError: Error, CustomStringConvertible {
    public let description: String
}

/// The few socket calls that a proxy needs.
enum SocketAddress {
    static func make(host: String, port: Int) throws -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(truncatingIfNeeded: port)).bigEndian
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else {
            throw ProxyError(description: "\(host) is not an IPv4 address")
        }
        return address
    }

    /// A listening socket on a free port of 127.0.0.1.
    static func listen() throws -> (socket: Int32, port: Int) {
        let socket = newSocket()
        var address = try make(host: "127.0.0.1", port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket, address, length) == 0 && Glibc.listen(socket, 64) == 0
                    && getsockname(socket, address, &length) == 0
            }
        }
        guard socket >= 0, status else { throw ProxyError(description: "no port for the proxy") }
        return (socket, Int(UInt16(bigEndian: address.sin_port)))
    }

    static func connect(_ address: sockaddr_in) -> Int32? {
        let socket = newSocket()
        guard socket >= 0 else { return nil }
        var address = address
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            close(socket)
            return nil
        }
        var on: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        return socket
    }

    static func sendAll(_ socket: Int32, _ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Closes with a reset instead of a farewell.
    static func reset(_ socket: Int32) {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close(socket)
    }

    private static func newSocket() -> Int32 { socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }
}
