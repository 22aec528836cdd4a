private import Dispatch
private import Foundation
private import Synchronization

#if canImport(Glibc)
    private import Glibc
#endif

/// Has pictures drawn anew by `media-worker`, a process of its own for each, one at a time.
///
/// A decoder of hostile pictures that crashes, loops or eats memory harms only itself: the process gets no environment, so
/// neither passwords nor keys, and limits of memory and time.
struct PictureWorker: Sendable {
    /// A picture without anything but its pixels.
    struct Drawn: Sendable {
        let picture: [UInt8]
        let thumbnail: [UInt8]
        let type: MediaType
        let width: Int
        let height: Int
        /// dHash: 64 bits of which spots are brighter than their right neighbours.
        let perceptualHash: UInt64
    }

    enum Failure: Error, Equatable {
        case unreadable, tooManyPixels
        /// The worker could not be started: no fault of the picture's.
        case unavailable(String)
    }

    let executable: String
    let maximumPixels: Int
    /// Longer edges, in pixels, of what is kept.
    var maximumEdge = 4096
    var thumbnailEdge = 320
    private let queue = DispatchQueue(label: "media-worker")

    init(executable: String, maximumPixels: Int) {
        self.executable = executable
        self.maximumPixels = maximumPixels
    }

    func draw(_ bytes: [UInt8], type: MediaType, orientation: Int) async throws -> Drawn {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try run(bytes, type, orientation) }) }
        }
    }

    private func run(_ bytes: [UInt8], _ type: MediaType, _ orientation: Int) throws -> Drawn {
        let arguments = [
            executable, type.rawValue, String(orientation), String(maximumPixels), String(maximumEdge),
            String(thumbnailEdge),
        ]
        let (output, status) = try ChildProcess.run(arguments, input: bytes)
        switch status {
        case 0: break
        case 3: throw Failure.tooManyPixels
        case 127: throw Failure.unavailable("\(executable) cannot be run")
        default: throw Failure.unreadable
        }
        guard let end = output.firstIndex(of: 0x0A),
            let line = String(validating: output[..<end], as: UTF8.self)
        else { throw Failure.unreadable }
        let words = line.split(separator: " ")
        guard words.count == 5, let width = Int(words[0]), let height = Int(words[1]),
            let hash = UInt64(words[2], radix: 16), let size = Int(words[3]), let thumbnail = Int(words[4]), size > 0,
            thumbnail > 0, output.count == end + 1 + size + thumbnail
        else { throw Failure.unreadable }
        return Drawn(
            picture: Array(output[(end + 1)..<(end + 1 + size)]), thumbnail: Array(output[(end + 1 + size)...]),
            type: type == .png ? .png : .jpeg, width: width, height: height, perceptualHash: hash)
    }
}

/// A child process that reads its input whole, and then writes its output whole.
private enum ChildProcess {
    /// A child that dies early must cost us an error and not our life.
    private static let survivesBrokenPipes: Void = { _ = signal(SIGPIPE, SIG_IGN) }()

    /// - Returns: Standard output, and the exit status; 128 + signal where a signal ended it.
    static func run(_ arguments: [String], input: [UInt8]) throws -> (output: [UInt8], status: Int32) {
        survivesBrokenPipes
        var toChild: [Int32] = [0, 0]
        var fromChild: [Int32] = [0, 0]
        guard pipe(&toChild) == 0 else { throw PictureWorker.Failure.unavailable("no pipe") }
        guard pipe(&fromChild) == 0 else {
            for descriptor in toChild { close(descriptor) }
            throw PictureWorker.Failure.unavailable("no pipe")
        }
        for descriptor in toChild + fromChild { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        let nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, toChild[0], 0)
        posix_spawn_file_actions_adddup2(&actions, fromChild[1], 1)
        posix_spawn_file_actions_adddup2(&actions, nowhere, 2)
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        words.append(nil)
        var environment: [UnsafeMutablePointer<CChar>?] = [nil]
        var child: pid_t = 0
        let started = posix_spawn(&child, arguments[0], &actions, nil, words, &environment)
        posix_spawn_file_actions_destroy(&actions)
        for word in words { free(word) }
        close(toChild[0])
        close(fromChild[1])
        if nowhere >= 0 { close(nowhere) }
        guard started == 0 else {
            close(toChild[1])
            close(fromChild[0])
            throw PictureWorker.Failure.unavailable("\(arguments[0]): \(String(cString: strerror(started)))")
        }
        // A child that ends early closes its end; what it says then counts, not that we could not go on.
        send(input, to: toChild[1])
        close(toChild[1])
        let output = receive(from: fromChild[0])
        close(fromChild[0])
        var status: Int32 = 0
        while waitpid(child, &status, 0) == -1, errno == EINTR {}
        let ended = status & 0x7F
        return (output, ended == 0 ? status >> 8 & 0xFF : 128 + ended)
    }

    private static func send(_ bytes: [UInt8], to descriptor: Int32) {
        bytes.withUnsafeBytes { buffer in
            guard let start = buffer.baseAddress else { return }
            var sent = 0
            while sent < buffer.count {
                let count = write(descriptor, start + sent, buffer.count - sent)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return }
                sent += count
            }
        }
    }

    private static func receive(from descriptor: Int32) -> [UInt8] {
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while output.count <= 64 << 20 {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            output.append(contentsOf: buffer[..<count])
        }
        return output
    }
}
