import Foundation
import Testing

@testable import RoutingClassifier

@Suite("Model file")
struct ModelFileTests {
    @Test("a stored model says the same as the one that was learnt")
    func roundTrip() throws {
        let classifier = try ClassifierTests.classifier()
        let data = try classifier.model.encoded()
        let again = Classifier(model: try RoutingModel(decoding: data), data: try LanguageData.bundled())
        let complaint = Complaint(text: "jalan rusak dan sampah", village: "Mawar", district: "Timur")
        #expect(classifier.classify(complaint) == again.classify(complaint))
        #expect(try RoutingModel(decoding: data).encoded() == data)
    }

    @Test("a damaged model is refused, whatever the damage")
    func damaged() throws {
        let data = try ClassifierTests.classifier().model.encoded()
        #expect(throws: ClassifierError.self) { try RoutingModel(decoding: Data()) }
        #expect(throws: ClassifierError.self) { try RoutingModel(decoding: Data("not a model at all".utf8)) }
        #expect(throws: ClassifierError.self) { try RoutingModel(decoding: data + Data([0])) }
        for step in stride(from: 0, to: data.count, by: max(1, data.count / 97)) {
            #expect(throws: ClassifierError.self, "cut at \(step)") { try RoutingModel(decoding: data.prefix(step)) }
            var flipped = data
            flipped[step] ^= 0x55
            #expect(throws: ClassifierError.self, "byte \(step)") { try RoutingModel(decoding: flipped) }
        }
        // A header that promises more weights than could be held.
        var huge = data
        huge.replaceSubrange(8..<12, with: [0xFF, 0xFF, 0xFF, 0x7F])
        #expect(throws: ClassifierError.self) { try RoutingModel(decoding: huge) }
    }
}
