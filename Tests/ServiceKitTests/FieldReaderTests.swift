import Foundation
import HTTPTypes
import SinergiCore
import Testing

@testable import ServiceKit

@Suite("Bodies")
struct FieldReaderTests {
    private struct Reporter: Equatable {
        var name: String?
        var phone: String?
    }
    private struct Body: RequestBodyFields {
        let description: String
        let title: String?
        let latitude: Double?
        let anonymous: Bool?
        let kind: Kind?
        let reporter: Reporter?
        let offices: [String]?

        init(fields: inout FieldReader) {
            description = fields.requiredString("description", min: 10, max: 100)
            title = fields.string("title", max: 5)
            latitude = fields.number("lat")
            anonymous = fields.bool("anonymous")
            kind = fields.choice("kind")
            reporter = fields.object("reporter") { inner in
                Reporter(name: inner.string("name", max: 10), phone: inner.string("phone", max: 10))
            }
            offices = fields.objects("offices", max: 2) { $0.requiredString("office", max: 10) }
        }
    }

    private func errors(_ text: String) throws -> [String: String] {
        do {
            _ = try JSONBody.read(Body.self, from: JSONParser.parse(Array(text.utf8)))
            return [:]
        } catch let problem as Problem {
            #expect(problem.status.code == 422)
            #expect(problem.code == "validation")
            return Dictionary(problem.errors.map { ($0.pointer, $0.code) }, uniquingKeysWith: { $1 })
        }
    }

    @Test("a good body is read")
    func good() throws {
        let body = try JSONBody.read(
            Body.self,
            from: [
                "description": "Lampu padam sejak kemarin", "title": nil, "lat": -1, "anonymous": true,
                "kind": "complaint",
                "reporter": ["name": "Siti", "phone": " "], "offices": [["office": "PLN"]],
            ])
        #expect(body.latitude == -1)
        #expect(body.reporter == Reporter(name: "Siti", phone: nil))
        #expect(body.offices == ["PLN"])
        #expect(body.title == nil)
    }

    @Test("all faults come back at once, each with its pointer")
    func faults() throws {
        #expect(
            try errors(
                #"{"description":"pendek","title":"panjang","lat":"x","anonymous":1,"kind":"other","extra~/é":1,"#
                    + #""reporter":{"name":5,"age":3},"offices":[{},{"office":7},3]}"#)
                == [
                    "#/description": "too_short", "#/title": "too_long", "#/lat": "bad_format",
                    "#/anonymous": "bad_format",
                    "#/kind": "bad_format", "#/extra~0~1%C3%A9": "unknown_field", "#/reporter/name": "bad_format",
                    "#/reporter/age": "unknown_field", "#/offices": "too_long",
                ])
        #expect(
            try errors(#"{"offices":[{},{"office":7}],"reporter":[]}"#)
                == [
                    "#/description": "required", "#/offices/0/office": "required", "#/offices/1/office": "bad_format",
                    "#/reporter": "bad_format",
                ])
    }

    @Test("a body that is no object is one error")
    func noObject() throws {
        #expect(try errors("[]") == ["#": "bad_format"])
    }

    @Test("lengths count code points, blanks at the edges are no content, zero characters are refused")
    func lengths() throws {
        #expect(try errors(#"{"description":"          "}"#) == ["#/description": "too_short"])
        #expect(try errors("{\"description\":\"0123456789\\u0000\"}") == ["#/description": "bad_format"])
        let hundred = String(repeating: "é", count: 100)
        #expect(try errors("{\"description\":\"\(hundred)\"}") == [:])
        #expect(try errors("{\"description\":\"\(hundred)é\"}") == ["#/description": "too_long"])
    }

    @Test("forms are read into the same body")
    func forms() throws {
        let text =
            "description=Lampu+padam%20sejak+kemarin&lat=-1%2C05&anonymous=on&kind=&title=&reporter.name=Siti&csrf_token=x"
        let form = try FormBody(bytes: Array(text.utf8))
        #expect(form["csrf_token"] == "x")
        let body = try form.read(Body.self).get()
        #expect(body.description == "Lampu padam sejak kemarin")
        #expect(body.latitude == -1.05)
        #expect(body.anonymous == true)
        #expect(body.kind == nil)
        #expect(body.reporter?.name == "Siti")
        #expect(throws: Problem.self) { try FormBody(bytes: Array("a=%FF".utf8)) }
        #expect(throws: Problem.self) { try FormBody(bytes: Array("a=%4".utf8)) }
    }
}
