/// The answer to one question of a category.
public enum AttributeValue: Codable, Sendable, Equatable {
    case text(String)
    case number(Double)
    case truth(Bool)
    case choices([String])

    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let truth = try? value.decode(Bool.self) {
            self = .truth(truth)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let choices = try? value.decode([String].self) {
            self = .choices(choices)
        } else {
            self = .text(try value.decode(String.self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .choices(let codes):
            var list = encoder.unkeyedContainer()
            for code in codes { try list.encode(code) }
        case .text(let text):
            var value = encoder.singleValueContainer()
            try value.encode(text)
        case .number(let number):
            var value = encoder.singleValueContainer()
            try value.encode(number)
        case .truth(let truth):
            var value = encoder.singleValueContainer()
            try value.encode(truth)
        }
    }
}
