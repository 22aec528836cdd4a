import Foundation
import Testing

@testable import OperatorKit

/// What an import makes of files, before a database sees them.
@Suite("Directory import")
struct DirectoryImportTests {
    private func file(_ kind: ImportKind, _ text: String) -> ImportFile {
        ImportFile(name: "\(kind.rawValue).csv", kind: kind, bytes: Array(text.utf8))
    }

    private static let state = ImportState(
        rows: [:], agencies: ["PPU": 1, "KUKAR": 2],
        offices: [
            "PPU": .init(parent: nil, calendar: "ID-64"), "KUKAR": .init(parent: nil, calendar: "ID-64"),
            "PPU/SEKDA": .init(parent: "PPU", calendar: "ID-64"),
        ],
        categories: ["roads", "roads.damage"], areas: ["64.09", "64.09.01"], calendars: ["ID", "ID-64"],
        today: "2026-11-24")

    private func plan(
        _ kind: ImportKind, _ text: String, stored: [ImportRow.Values] = [], endMissing: Bool = false
    ) -> ImportPlan {
        let file = file(kind, text)
        #expect(file.faults.isEmpty)
        let base = Self.state
        let state = ImportState(
            rows: Dictionary(stored.map { (ImportState.key(kind, $0), $0) }, uniquingKeysWith: { $1 }),
            agencies: base.agencies, offices: base.offices, categories: base.categories, areas: base.areas,
            calendars: base.calendars, today: base.today)
        return ImportPlan(file, state: state, endMissing: endMissing)
    }

    private func faults(_ kind: ImportKind, _ text: String, stored: [ImportRow.Values] = []) -> [String] {
        plan(kind, text, stored: stored).results.flatMap { result in
            result.faults.map { "\(result.row ?? 0) \($0.column ?? "-") \($0.code)" }
        }
    }

    @Test("columns by header in any order, with a mark, semicolons, CRLF, quotes and blanks around")
    func reading() throws {
        let file = file(
            .units, "\u{FEFF}NAME;\"code\" ;duties\r\n\"Dinas \"\"A\"\"; satu\"; ppu/dlh ;\"Sampah,\nbau\"\r\n\r\n")
        #expect(file.faults.isEmpty)
        let row = try #require(file.rows.first)
        #expect(file.rows.count == 1 && row.number == 2 && row.faults.isEmpty)
        #expect(row.given["name"] == "Dinas \"A\"; satu")
        #expect(row.given["code"] == "PPU/DLH")
        #expect(row.given["duties"] == "Sampah,\nbau")
    }

    @Test(
        "a file that is none is refused as a whole, with what to do",
        arguments: [
            ("", "required"), ("\n\n", "required"), ("name\nA\n", "required"), ("code,name,nmae\n", "unknown_field"),
            ("code,name,\n", "unknown_field"), ("code,name,code\n", "bad_format"),
            ("code,name\n\"PPU/A,x\n", "bad_format"),
            ("code,name\nPPU/A,\0\n", "bad_format"),
        ])
    func refusedFiles(_ text: String, _ code: String) {
        #expect(file(.units, text).faults.map(\.code) == [code], "\(text)")
        #expect(file(.units, text).rows.isEmpty)
    }

    @Test("what is no UTF-8 is refused")
    func otherEncodings() {
        let latin: [UInt8] = Array("code,name\nPPU/A,Caf".utf8) + [0xE9, 0x0A]
        #expect(ImportFile(name: "units.csv", kind: .units, bytes: latin).faults.map(\.code) == ["bad_format"])
        let wide: [UInt8] = [0xFF, 0xFE] + "code,name\n".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        #expect(ImportFile(name: "units.csv", kind: .units, bytes: wide).faults.map(\.code) == ["bad_format"])
    }

    @Test(
        "a cell that cannot be is named with its row and column",
        arguments: [
            (ImportKind.units, "code,name\nPPU,A\n", "2 code bad_format"),
            (.units, "code,name\nPPU/A,\n", "2 name required"),
            (.units, "code,name,is_triage\nPPU/A,A,mungkin\n", "2 is_triage bad_format"),
            (.units, "code,name,dangers\nPPU/A,A,api\n", "2 dangers bad_format"),
            (.units, "code,name,duty_phone\nPPU/A,A,112\n", "2 duty_phone bad_format"),
            (.units, "code,name\nPPU/A,A,B\n", "2 - bad_format"),
            (.units, "code,name,agency\nPPU/A,A,KUKAR\n", "2 agency bad_format"),
            (.units, "code,name,parent\nPPU/A,A,KUKAR\n", "2 parent unknown_office"),
            (.units, "code,name\nENTAH/A,A\n", "2 agency unknown_office"),
            (.units, "code,name,area_code\nPPU/A,A,99.99\n", "2 area_code unknown_area"),
            (.units, "code,name,calendar\nPPU/A,A,TIDAK\n", "2 calendar bad_format"),
            (.categories, "code,name_id,name_en\nroads.new.deep,A,B\n", "2 code bad_format"),
            (.categories, "code,name_id,name_en\nnew.sub,A,B\n", "2 code unknown_category"),
            (.responsibilities, "office,category\nPPU/SEKDA,entah\n", "2 category unknown_category"),
            (.responsibilities, "office,category\nPPU/TIDAK,roads\n", "2 office unknown_office"),
            (
                .responsibilities, "office,category,valid_from,valid_to\nPPU,roads,2026-02-01,2026-01-01\n",
                "2 valid_to bad_format"
            ),
            (.jurisdictions, "agency,office,area_code\nKUKAR,PPU/SEKDA,64.09\n", "2 office unknown_office"),
            (.jurisdictions, "agency,area_code,valid_from\nPPU,64.09,24-11-2026\n", "2 valid_from bad_format"),
            (.agencies, "code,name,number\nPPU,A,9\n", "2 number bad_format"),
        ])
    func refusedCells(_ kind: ImportKind, _ text: String, _ expected: String) {
        let stored: [ImportRow.Values] =
            kind == .agencies ? [["code": "PPU", "number": "1", "prefix": "PPU", "calendar": "ID", "parent": nil]] : []
        let found = faults(kind, text, stored: stored)
        #expect(found.first == expected, "\(found)")
    }

    @Test("rows that say the same twice, and times that overlap")
    func twice() {
        #expect(faults(.units, "code,name\nPPU/A,A\nPPU/A,B\n") == ["3 - bad_format"])
        let two = "office,category,valid_from,valid_to\nPPU,roads,2020-01-01,2026-01-01\nPPU,roads,2025-01-01,\n"
        #expect(faults(.responsibilities, two) == ["2 valid_from bad_format", "3 valid_from bad_format"])
        #expect(faults(.responsibilities, two.replacingOccurrences(of: "2026-01-01", with: "2025-01-01")).isEmpty)
    }

    @Test("a tree that bites its tail is refused, with the circle")
    func cycles() {
        #expect(faults(.units, "code,name,parent\nPPU/A,A,PPU/B\nPPU/B,B,PPU/A\nPPU/C,C,PPU/C\n").count == 3)
        // Below a circle, but not in it: only the circle is at fault.
        #expect(faults(.units, "code,name,parent\nPPU/A,A,PPU/A\nPPU/B,B,PPU/A\n") == ["2 parent bad_format"])
        #expect(faults(.units, "code,name,parent\nPPU/B,B,PPU/A\nPPU/A,A,PPU/SEKDA\n").isEmpty)
        #expect(faults(.agencies, "code,name,parent\nA1,A,B1\nB1,B,A1\n").count == 2)
    }

    @Test("a missing column leaves what is stored, an empty cell empties it, a repeat changes nothing")
    func merging() throws {
        let stored: ImportRow.Values = [
            "code": "PPU/A", "name": "A", "agency": "PPU", "parent": "PPU", "calendar": "ID-64", "area_code": "64.09",
            "email": "a@contoh.id", "duties": nil, "dangers": "", "duty_phone": nil, "is_arbiter": "false",
            "is_coordinator": "false", "is_triage": "false", "joined": "true", "valid_from": "2000-01-01",
            "valid_to": nil,
        ]
        let same = plan(.units, "code,name\nPPU/A,A\n", stored: [stored])
        #expect(same.results.map(\.action) == [.unchanged] && same.writes.isEmpty)
        let emptied = plan(.units, "code,name,email\nPPU/A,A,\n", stored: [stored])
        #expect(emptied.results.map(\.action) == [.updated])
        let row = try #require(emptied.writes.first)
        #expect(row["email"] == .some(nil) && row["area_code"] == "64.09")
        let new = try #require(plan(.units, "code,name\nPPU/B,B\n").writes.first)
        #expect(new["calendar"] == "ID-64" && new["parent"] == "PPU" && new["joined"] == "true")
    }

    @Test("what is missing is ended, never deleted, and only for agencies that stand in the file")
    func ending() {
        let stored: [ImportRow.Values] = [
            [
                "office": "PPU/SEKDA", "category": "roads", "area_code": nil, "valid_from": "2000-01-01",
                "valid_to": nil,
            ],
            ["office": "KUKAR", "category": "roads", "area_code": nil, "valid_from": "2000-01-01", "valid_to": nil],
            [
                "office": "PPU", "category": "roads", "area_code": nil, "valid_from": "2000-01-01",
                "valid_to": "2010-01-01",
            ],
        ]
        let text = "office,category\nPPU,roads.damage\n"
        #expect(plan(.responsibilities, text, stored: stored).writes.count == 1)
        let ended = plan(.responsibilities, text, stored: stored, endMissing: true)
        #expect(ended.results.map(\.action) == [.created, .ended])
        #expect(ended.writes.last?["office"] == "PPU/SEKDA" && ended.writes.last?["valid_to"] == "2026-11-24")
    }

    @Test("two agencies may claim one area, and are warned which counts")
    func rivals() {
        let results = plan(.jurisdictions, "agency,area_code\nPPU,64.09\nKUKAR,64.09\n").results
        #expect(results.map(\.action) == [.created, .created])
        #expect(results.allSatisfy { $0.warnings.count == 1 })
    }

    @Test(
        "a boundary is a GeoJSON polygon",
        arguments: [
            (#"{"type":"Polygon","coordinates":[[[116,-1],[117,-1],[117,0],[116,-1]]]}"#, true),
            (#"{"type":"MultiPolygon","coordinates":[[[[116,-1],[117,-1],[117,0],[116,-1]]]]}"#, true),
            (#"{"type":"Point","coordinates":[116,-1]}"#, false), ("{}", false), ("[", false), ("null", false),
            (#"{"type":"Polygon","coordinates":[[[116,-1],[117,-1],[117,0]]]}"#, false),
            (#"{"type":"Polygon","coordinates":[[[-1,116],[-1,117],[0,117],[-1,116]]]}"#, false),
            (#"{"type":"Polygon","coordinates":[[["116",-1],[117,-1],[117,0],["116",-1]]]}"#, false),
            (#"{"type":"Polygon","coordinates":[]}"#, false), (#"{"type":"MultiPolygon","coordinates":[[]]}"#, false),
        ])
    func polygons(_ text: String, _ isFine: Bool) {
        #expect(((try? PolygonCheck.check(text)) != nil) == isFine, "\(text)")
    }

    @Test("any cells whatever are read without a crash, and a megabyte of them")
    func anything() {
        for text in [
            "code,name\n\"\"\"\"\"\"\n", "code,name\n,,,,\n", "code;name\n=cmd|' /C calc'!A0;x\n",
            "code,name\n\u{202E},\u{0}",
        ] {
            _ = file(.units, text)
        }
        let row = "PPU/A,\(String(repeating: "x", count: 90))\n"
        let text = "code,name\n" + String(repeating: row, count: 1_000_000 / row.utf8.count)
        let plan = plan(.units, text)
        #expect(plan.writes.count == 1)
        #expect(plan.results.count { $0.action == .refused } == plan.results.count - 1)
    }
}
