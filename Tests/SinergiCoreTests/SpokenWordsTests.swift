import SinergiCore
import Testing

@Suite("Words to write down")
struct SpokenWordsTests {
    @Test("a key is 24 words, and they lead back to it, however they are typed")
    func keys() {
        for seed in 0..<50 {
            let key = (0..<32).map { UInt8(truncatingIfNeeded: ($0 + 1) * (seed + 3) * 37) }
            let words = SpokenWords.words(of: key)
            #expect(words.count == 24)
            #expect(SpokenWords.bytes(of: words.joined(separator: " "), bits: 256) == key)
            #expect(SpokenWords.bytes(of: words.joined(separator: ", ").uppercased() + "\n", bits: 256) == key)
        }
    }

    @Test("a wrong, a missing and a foreign word are found")
    func mistakes() {
        let key = (0..<32).map { UInt8($0 * 7) }
        let words = SpokenWords.words(of: key)
        let unnoticed = words.indices.count { place in
            var wrong = words
            wrong[place] = wrong[place] == "badu" ? "wosu" : "badu"
            return SpokenWords.bytes(of: wrong.joined(separator: " "), bits: 256) != nil
        }
        // Eight bits of check.
        #expect(unnoticed <= 1)
        #expect(SpokenWords.bytes(of: words.dropLast().joined(separator: " "), bits: 256) == nil)
        #expect(SpokenWords.bytes(of: (words.dropLast() + ["xyzz"]).joined(separator: " "), bits: 256) == nil)
    }

    @Test("a tracking code as words")
    func codes() throws {
        let code = try TrackingCode(prefix: "PPU", bits: 0x0ABC_DEF0_1234_5678)
        #expect(code.words.split(separator: " ").count == 7)
        #expect(try TrackingCode(spoken: code.words) == code)
        #expect(try TrackingCode(spoken: code.words.lowercased()) == code)
        #expect(try TrackingCode(spoken: code.text) == code)
        #expect(throws: CodeError.self) { try TrackingCode(spoken: "PPU badu badu badu badu badu badi") }
    }
}
