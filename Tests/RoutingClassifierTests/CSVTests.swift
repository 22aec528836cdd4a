import Foundation
import Testing

@testable import RoutingClassifier

@Suite("Complaints in CSV")
struct CSVTests {
    private func file(_ text: String) throws -> URL {
        let url = FileManager.default.temporaryDirectory.appending(path: "sinergi-\(UUID().uuidString).csv")
        try Data(text.utf8).write(to: url)
        return url
    }

    @Test("columns are found by name, in any order, with quotes, line breaks and a mark at the start")
    func columns() throws {
        let url = try file("\u{FEFF}agency,id,text\r\nDLH,7,\"sampah, \"\"bau\"\"\nsekali\"\r\nDPU,8,jalan\n")
        defer { try? FileManager.default.removeItem(at: url) }
        let table = try ComplaintTable(contentsOf: url, withTopic: false)
        #expect(table.ids == ["7", "8"])
        #expect(table.rows.map(\.office) == ["DLH", "DPU"])
        #expect(table.rows.first?.complaint.text == "sampah, \"bau\"\nsekali")
        #expect(table.columnsUsed == ["text"])
    }

    @Test("the topic is read only where it may be used")
    func topic() throws {
        let url = try file("text,category,agency\njalan rusak,Jalan,DPU\n")
        defer { try? FileManager.default.removeItem(at: url) }
        #expect(try ComplaintTable(contentsOf: url, withTopic: false).rows.first?.complaint.topic == "")
        #expect(try ComplaintTable(contentsOf: url, withTopic: true).rows.first?.complaint.topic == "Jalan")
    }

    @Test("a file without the columns, or with a ragged row, is refused with its reason")
    func refused() throws {
        for text in ["text\njalan\n", "text,agency\nonly one\n", ""] {
            let url = try file(text)
            defer { try? FileManager.default.removeItem(at: url) }
            #expect(throws: ClassifierError.self) { try ComplaintTable(contentsOf: url, withTopic: false) }
        }
    }
}
