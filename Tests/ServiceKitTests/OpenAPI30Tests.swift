import Foundation
import Testing

@testable import ServiceKit

@Suite("OpenAPI 3.0.3 made of 3.1")
struct OpenAPI30Tests {
    private static let pairs: [(new: String, old: String)] = [
        (#"{"type":["string","null"],"maxLength":5}"#, #"{"type":"string","maxLength":5,"nullable":true}"#),
        (#"{"type":["string","integer"]}"#, #"{"anyOf":[{"type":"string"},{"type":"integer"}]}"#),
        (
            #"{"type":["string","integer","null"]}"#,
            #"{"anyOf":[{"type":"string","nullable":true},{"type":"integer","nullable":true}]}"#
        ),
        (#"{"type":["array","null"]}"#, #"{"type":"array","nullable":true,"items":{}}"#),
        (#"{"const":"1.0"}"#, #"{"enum":["1.0"],"type":"string"}"#),
        (#"{"type":["string","null"],"enum":["id",null]}"#, #"{"type":"string","enum":["id",null],"nullable":true}"#),
        (
            #"{"anyOf":[{"$ref":"/a"},{"type":"null"}],"description":"x"}"#,
            #"{"description":"x","nullable":true,"allOf":[{"$ref":"/a"}]}"#
        ),
        (
            #"{"oneOf":[{"type":"string"},{"$ref":"/a"},{"type":"null"}]}"#,
            #"{"oneOf":[{"type":"string","nullable":true},{"nullable":true,"allOf":[{"$ref":"/a"}]}]}"#
        ),
        (
            #"{"type":"object","examples":[{"type":["a","null"]},2]}"#,
            #"{"type":"object","example":{"type":["a","null"]}}"#
        ),
        (#"{"type":"integer","exclusiveMinimum":0}"#, #"{"type":"integer","minimum":0,"exclusiveMinimum":true}"#),
        (#"{"$ref":"/a","description":"x"}"#, #"{"allOf":[{"$ref":"/a"}],"description":"x"}"#),
        (#"{"$ref":"/a"}"#, #"{"$ref":"/a"}"#), (#"true"#, "{}"), (#"false"#, #"{"not":{}}"#),
        (
            #"{"type":"object","properties":{"type":{"type":["string","null"]},"const":{"type":"string"}},"patternProperties":{"^x":{}}}"#,
            #"{"type":"object","properties":{"type":{"type":"string","nullable":true},"const":{"type":"string"}},"additionalProperties":true}"#
        ),
    ]

    @Test("a schema says the same in the older words", arguments: pairs)
    func schemas(new: String, old: String) throws {
        let made = OpenAPI30.schema(try JSONParser.parse(Array(new.utf8)))
        #expect(try Self.dictionary(made) == Self.dictionary(try JSONParser.parse(Array(old.utf8))))
    }

    @Test("examples stay as they are, newer parts of the document go")
    func document() throws {
        let text = #"""
            {"openapi":"3.1.0","info":{"title":"x","summary":"y","license":{"name":"MIT","identifier":"MIT"}},"webhooks":{},
             "paths":{"/a":{"get":{"parameters":[{"name":"q","in":"query","schema":{"type":["string","null"]},"example":{"const":1}}]}}},
             "components":{"schemas":{"A":{"const":true}},"pathItems":{}}}
            """#
        let old = OpenAPI30.document(try #require(try JSONParser.parse(Array(text.utf8)).object))
        #expect(old["openapi"] == "3.0.3" && old["webhooks"] == nil && old["info"]?["summary"] == nil)
        #expect(old["info"]?["license"]?["identifier"] == nil && old["components"]?["pathItems"] == nil)
        let parameter = old["paths"]?["/a"]?["get"]?["parameters"]?.array?.first
        #expect(parameter?["schema"]?["nullable"] == true && parameter?["example"]?["const"] != nil)
        #expect(old["components"]?["schemas"]?["A"]?["enum"]?.array?.first == true)
    }

    /// Members have no order.
    private static func dictionary(_ value: JSONValue) throws -> NSDictionary {
        let data = Data(try JSONWriter.bytes(of: value))
        return try #require(try JSONSerialization.jsonObject(with: data) as? NSDictionary)
    }
}
