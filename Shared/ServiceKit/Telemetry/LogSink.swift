import Foundation

/// Standard error, one whole line at a time.
///
/// A line goes out in one `write`, so lines of several threads never mix in a pipe or file.
struct LogSink: Sendable {
    let write: @Sendable ([UInt8]) -> Void

    static let standardError = LogSink { bytes in
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let written = Foundation.write(
                    STDERR_FILENO, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                // A closed or full standard error must not stop the service.
                guard written > 0 else { return }
                rest = rest.dropFirst(written)
            }
        }
    }
}
