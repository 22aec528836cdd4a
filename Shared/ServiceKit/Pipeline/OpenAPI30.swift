/// An OpenAPI 3.1 document as one of 3.0.3, for gateways that read no newer (product decision 28).
///
/// | 3.1 | 3.0.3 |
/// |---|---|
/// | `type: [string, null]` | `type: string`, `nullable: true` |
/// | `type: [string, integer]` | `anyOf` of one type each |
/// | `anyOf`, `oneOf` with `type: null` | the others, each `nullable` |
/// | `const` | `enum` of one |
/// | `examples` of a schema | its first as `example` |
/// | numbers in `exclusiveMinimum`, `exclusiveMaximum` | `minimum`, `maximum` and a flag |
/// | `$ref` beside other keywords | `allOf` of the reference, beside them |
/// | `patternProperties` | `additionalProperties: true` |
///
/// What 3.0.3 cannot say is left out, so the older document allows more and never less.
enum OpenAPI30 {
    /// - Parameter document: The whole document.
    static func document(_ document: JSONObject) -> JSONObject {
        var old = JSONObject()
        for (name, value) in document.members.map({ ($0.name, $0.value) }) {
            switch name {
            case "openapi": old[name] = .string("3.0.3")
            case "webhooks", "jsonSchemaDialect": continue
            case "info": old[name] = info(value)
            default: old[name] = part(value)
            }
        }
        return old
    }

    private static func info(_ value: JSONValue) -> JSONValue {
        guard var info = value.object else { return value }
        info["summary"] = nil
        if var license = info["license"]?.object {
            license["identifier"] = nil
            info["license"] = .object(license)
        }
        return .object(info)
    }

    /// Anything that is no schema; the members that are schemas are found by their names.
    private static func part(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let items): return .array(items.map(part))
        case .object(let object):
            var old = JSONObject()
            for member in object.members {
                switch member.name {
                case "schema": old[member.name] = schema(member.value)
                case "schemas": old[member.name] = each(member.value, schema)
                case "example", "examples", "default", "value": old[member.name] = member.value
                case "pathItems": continue
                default: old[member.name] = part(member.value)
                }
            }
            return .object(old)
        default: return value
        }
    }

    private static func each(_ value: JSONValue, _ change: (JSONValue) -> JSONValue) -> JSONValue {
        guard let object = value.object else { return value }
        return .object(JSONObject(object.members.map { (name: $0.name, value: change($0.value)) }))
    }

    static func schema(_ value: JSONValue) -> JSONValue {
        if let isAnything = value.bool {
            return .object(isAnything ? JSONObject() : ["not": .object(JSONObject())])
        }
        guard let object = value.object else { return value }
        var old = JSONObject()
        for member in object.members { keyword(member.name, member.value, into: &old) }
        takeTypes(object["type"], into: &old)
        takeConstant(object["const"], into: &old)
        takeBounds(object, into: &old)
        takeAlternatives(object, into: &old)
        if let reference = object["$ref"], object.members.count > 1 {
            old["$ref"] = nil
            old["allOf"] = .array([.object(["$ref": reference])] + (old["allOf"]?.array ?? []))
        }
        return .object(old)
    }

    /// Keywords that 3.0.3 has as well; those that change are taken by the others.
    private static func keyword(_ name: String, _ value: JSONValue, into old: inout JSONObject) {
        switch name {
        case "properties": old[name] = each(value, schema)
        case "items", "not": old[name] = schema(value)
        case "additionalProperties": old[name] = value.bool == nil ? schema(value) : value
        case "allOf": old[name] = .array((value.array ?? []).map(schema))
        case "examples": if let first = value.array?.first { old["example"] = first }
        // An empty list is refused there.
        case "required": if value.array?.isEmpty == false { old[name] = value }
        case "patternProperties":
            if old["additionalProperties"]?.bool != true { old["additionalProperties"] = .bool(true) }
        case "$ref", "title", "multipleOf", "maximum", "minimum", "maxLength", "minLength", "pattern", "maxItems",
            "minItems", "uniqueItems", "maxProperties", "minProperties", "enum", "description", "format",
            "default", "nullable", "discriminator", "readOnly", "writeOnly", "xml", "externalDocs", "example",
            "deprecated":
            old[name] = value
        default: if name.hasPrefix("x-") { old[name] = value }
        }
    }

    private static func takeTypes(_ type: JSONValue?, into old: inout JSONObject) {
        let named = type?.array?.compactMap(\.string) ?? type?.string.map { [$0] } ?? []
        let others = named.filter { $0 != "null" }
        let isNullable = others.count < named.count
        switch others.count {
        case 0 where isNullable:
            // Nothing but null: any type will do that allows it.
            old["type"] = "string"
            old["enum"] = .array([.null])
        case 0: return
        case 1: old["type"] = .string(others[0])
        default:
            old["anyOf"] = .array(
                others.map { type in
                    var one: JSONObject = ["type": .string(type)]
                    if type == "array" { one["items"] = .object(JSONObject()) }
                    if isNullable { one["nullable"] = .bool(true) }
                    return .object(one)
                })
            return
        }
        if isNullable { old["nullable"] = .bool(true) }
        // In 3.0.3 an array must say what it holds.
        if others == ["array"], old["items"] == nil { old["items"] = .object(JSONObject()) }
    }

    private static func takeConstant(_ constant: JSONValue?, into old: inout JSONObject) {
        guard let constant else { return }
        old["enum"] = .array([constant])
        guard old["type"] == nil else { return }
        if constant.string != nil { old["type"] = "string" }
        if constant.bool != nil { old["type"] = "boolean" }
        if constant.number != nil { old["type"] = "number" }
    }

    private static func takeBounds(_ object: JSONObject, into old: inout JSONObject) {
        for (exclusive, plain) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
            guard let bound = object[exclusive], bound.number != nil else { continue }
            old[plain] = bound
            old[exclusive] = .bool(true)
        }
    }

    private static func takeAlternatives(_ object: JSONObject, into old: inout JSONObject) {
        for name in ["anyOf", "oneOf"] {
            guard let all = object[name]?.array else { continue }
            let others = all.filter { $0["type"]?.string != "null" }
            let isNullable = others.count < all.count
            let converted = others.map { isNullable ? nullable(schema($0)) : schema($0) }
            if converted.count == 1, let only = converted.first?.object, old["allOf"] == nil {
                for member in only.members { old[member.name] = member.value }
            } else {
                old[name] = .array(converted)
            }
        }
    }

    /// A reference cannot be nullable itself: beside it stands what allows null.
    private static func nullable(_ schema: JSONValue) -> JSONValue {
        guard var object = schema.object else { return schema }
        if let reference = object["$ref"] {
            return .object(["nullable": .bool(true), "allOf": .array([.object(["$ref": reference])])])
        }
        object["nullable"] = .bool(true)
        if let values = object["enum"]?.array, !values.contains(.null) { object["enum"] = .array(values + [.null]) }
        return .object(object)
    }
}
