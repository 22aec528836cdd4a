import SinergiCore
import Testing

@Suite("Tables as spreadsheets save them")
struct CSVTests {
    private func records(_ text: String, separator: UInt8 = 0x2C) -> [[String]] {
        CSV.records(of: Array(text.utf8), separator: separator)
    }

    @Test("quotes, doubled quotes, line breaks inside them, and a mark at the start")
    func quotes() {
        #expect(records("\u{FEFF}a,b\r\n\"x, \"\"y\"\"\nz\",2\r\n") == [["a", "b"], ["x, \"y\"\nz", "2"]])
        #expect(records("a,\"\",b") == [["a", "", "b"]])
        #expect(records("a,\n,") == [["a", ""], ["", ""]])
        #expect(records("").isEmpty && records("\n\r\n").isEmpty)
    }

    @Test("rows are counted as spreadsheets count them")
    func rows() {
        let content = CSV.read(Array("kode\n\"a\nb\"\n\nc".utf8))
        #expect(content.records.map(\.row) == [1, 2, 4])
        #expect(!content.isCutOff)
    }

    @Test("a quote that is never closed is told")
    func cutOff() {
        #expect(CSV.read(Array("a,b\n1,\"2\n3,4\n".utf8)).isCutOff)
    }

    @Test("the separator is read off the first line, outside quotes")
    func separator() {
        for (text, wanted) in [
            ("a,b;c\n", 0x2C), ("a;b\n1,2\n", 0x3B), ("\"a,b\";c\n", 0x3B), ("a\tb\n", 0x09), ("a\n", 0x2C), ("", 0x2C),
        ] as [(String, UInt8)] {
            #expect(CSV.separator(of: Array(text.utf8)) == wanted, "\(text)")
        }
        #expect(records("a;b\n1;2\n", separator: 0x3B) == [["a", "b"], ["1", "2"]])
    }

    @Test("what is written is read back")
    func writing() {
        #expect(CSV.field("a") == "a")
        #expect(CSV.field("a,\"b\"") == "\"a,\"\"b\"\"\"")
        for text in ["", "a", "a;b", "a,b", "\"", "a\r\nb", "\u{1F600},"] {
            #expect(records("x," + CSV.field(text)) == [["x", text]])
        }
    }
}
