import Crypto

/// One numbered SQL script, applied once to a database, or once for each revision if it holds definitions only.
public struct Migration: Sendable, Hashable {
    /// Place in its group, from 1, ascending; numbers may be left out.
    public let number: Int
    /// What it does, in lower-case words joined by `_`; from the file's name.
    public let name: String
    /// The whole script, exactly as it stands in the file.
    public let sql: String
    /// Whether the script must run outside a transaction (`CREATE INDEX CONCURRENTLY`).
    ///
    /// Such a script may be started again after a crash, so it must cope with its own leftovers. Its statements are
    /// parted by lines that read `-- next`, because several statements sent together are one transaction.
    public let concurrent: Bool
    /// For a script whose first line reads `-- definitions N`: N, 1 or more. It holds nothing but `CREATE OR REPLACE`
    /// statements, may be changed, and is applied again wherever the database has a lower revision of it. `nil` for
    /// scripts that are applied once and never change.
    public let revision: Int?
    /// SHA-256 of the script in lower-case hexadecimal.
    public let checksum: String

    public init(number: Int, name: String, sql: String) {
        self.number = number
        self.name = name
        self.sql = sql
        let firstLine = sql.prefix { !$0.isNewline }.trimmingSpaces()
        self.concurrent = firstLine == "-- concurrent"
        self.revision =
            firstLine.hasPrefix("-- definitions ") ? Int(firstLine.dropFirst(15)).flatMap { $0 > 0 ? $0 : nil } : nil
        self.checksum = SHA256.hash(data: Array(sql.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// The statements of a concurrent script, or the whole script.
    var batches: [String] {
        guard concurrent else { return [sql] }
        var batches: [String] = [""]
        for line in sql.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.trimmingSpaces() == "-- next" {
                batches.append("")
            } else {
                batches[batches.count - 1] += line + "\n"
            }
        }
        return batches
    }
}

extension StringProtocol {
    func trimmingSpaces() -> String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
