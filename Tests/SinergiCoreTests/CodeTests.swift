import Foundation
import SinergiCore
import Testing

@Suite("Codes")
struct CodeTests {
    @Test("a tracking code reads back, whatever the case and the hyphens")
    func tracking() throws {
        for _ in 0..<200 {
            let code = try TrackingCode(prefix: "PPU", bits: UInt64.random(in: 0...UInt64.max))
            #expect(try TrackingCode(code.text) == code)
            #expect(try TrackingCode(code.text.lowercased().replacing("-", with: "")) == code)
            #expect(try TrackingCode(" " + code.text.replacing("-", with: " ")) == code)
            #expect(code.text.count == "PPU-7K3M9-QXA2T-84C".count)
        }
    }

    @Test("letters that look like digits are taken as these")
    func lookalikes() throws {
        let code = try TrackingCode(prefix: "PLN", bits: 1 << 55 | 1)
        let typed = "PLN" + code.text.dropFirst(3).replacing("0", with: "O").replacing("1", with: "l")
        #expect(try TrackingCode(typed) == code)
    }

    @Test("every single wrong character and every swap of neighbours is found")
    func checkCharacter() throws {
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        let text = try TrackingCode(prefix: "KALTIM", bits: 0x5A3_1C92_77E0_4B1D).text
        let characters = Array(text)
        for place in 7..<characters.count where characters[place] != "-" {
            for other in alphabet where other != characters[place] {
                var changed = characters
                changed[place] = other
                #expect(throws: CodeError.self) { try TrackingCode(String(changed)) }
            }
            if place + 1 < characters.count, characters[place] != characters[place + 1], characters[place + 1] != "-" {
                var swapped = characters
                swapped.swapAt(place, place + 1)
                #expect(throws: CodeError.self) { try TrackingCode(String(swapped)) }
            }
        }
        #expect(throws: CodeError.self) { try TrackingCode(text.replacing("KALTIM", with: "KALTIN")) }
    }

    @Test(
        "what is no tracking code is refused",
        arguments: ["", "PPU", "PPU-7K3M9", "7K3M9QXA2T84C", "PPU-7K3M9-QXA2T-8U!", "P-7K3M9-QXA2T-84C"])
    func noTracking(_ text: String) {
        #expect(throws: CodeError.self) { try TrackingCode(text) }
    }

    @Test("offices are agencies or their units")
    func offices() throws {
        #expect(try OfficeCode("PPU").unit == nil)
        let unit = try OfficeCode("KALTIM/BIRO-ORG")
        #expect(unit.agency.text == "KALTIM")
        #expect(unit.unit == "BIRO-ORG")
        #expect(unit.text == "KALTIM/BIRO-ORG")
    }

    @Test(
        "what is no office is refused",
        arguments: ["", "ppu", "PPU/", "/DLH", "PPU/DLH/X", "PPU/dlh", "9PU", "PPU DLH", "P", "PPU/-A"])
    func noOffice(_ text: String) {
        #expect(throws: CodeError.self) { try OfficeCode(text) }
    }

    @Test("areas know their level and what they lie in")
    func areas() throws {
        let village = try AreaCode("64.09.01.1001")
        #expect(village.level == .village)
        #expect(village.parent?.text == "64.09.01")
        #expect(village.isWithin(try AreaCode("64.09")))
        #expect(village.isWithin(village))
        #expect(!(try AreaCode("64.09").isWithin(village)))
        #expect(!(try AreaCode("64.091".replacing("91", with: "9"))).isWithin(try AreaCode("64.02")))
        #expect(try AreaCode("64").parent == nil)
    }

    @Test(
        "what is no area is refused",
        arguments: ["", "6", "64.9", "6409", "64.09.01.4001", "64.09.01.1001.1", "64.", "aa.bb"])
    func noArea(_ text: String) {
        #expect(throws: CodeError.self) { try AreaCode(text) }
    }

    @Test("categories have two levels")
    func categories() throws {
        #expect(try CategoryCode("roads.damage").parent?.text == "roads")
        #expect(try CategoryCode("roads").parent == nil)
        for text in ["", "Roads", "roads.", "roads.damage.deep", ".x", "roads-damage"] {
            #expect(throws: CodeError.self) { try CategoryCode(text) }
        }
    }

    @Test("codes are strings on the wire, and bad ones are refused there")
    func wire() throws {
        let offices = try JSONDecoder().decode([OfficeCode].self, from: Data(#"["PPU/DLH"]"#.utf8))
        #expect(String(decoding: try JSONEncoder().encode(offices.map(\.text)), as: UTF8.self) == #"["PPU\/DLH"]"#)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([OfficeCode].self, from: Data(#"["ppu"]"#.utf8))
        }
    }
}

@Suite("Ids")
struct IdentifierTests {
    @Test("a UUIDv7 carries its time and sorts by it")
    func version7() throws {
        let time = Date(timeIntervalSince1970: 1_795_500_000.125)
        let early = UUID.v7(at: time)
        let late = UUID.v7(at: time.addingTimeInterval(0.002))
        #expect(early.time == time)
        #expect(early < late)
        #expect(early.text.prefix(15).hasSuffix("7"))
        #expect("89ab".contains(Array(early.text)[19]))
        #expect(UUID.v7() != UUID.v7())
    }

    @Test("the example of RFC 9562 appendix A.6 comes out")
    func example() {
        let id = UUID.v7(milliseconds: 0x017F_22E2_79B0, random: (0xCC3, 0x18C4_DC0C_0C07_398F << 2))
        #expect(id.text == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
    }

    @Test("ids are lower case on the wire and read in any case")
    func wire() throws {
        let id = CaseID.new()
        let text = String(decoding: try JSONEncoder().encode([id]), as: UTF8.self)
        #expect(text == "[\"\(id)\"]")
        #expect(text == text.lowercased())
        #expect(try JSONDecoder().decode([CaseID].self, from: Data(text.uppercased().utf8)) == [id])
        #expect(CaseID("no") == nil)
    }
}
