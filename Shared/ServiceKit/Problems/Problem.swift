public import HTTPTypes
public import Hummingbird
public import SinergiCore

/// An answer that something went wrong, as RFC 9457 and contract.md shape it. Throw it anywhere in a handler.
///
/// `detail` says what the reader can do, in the language of the request; internals never appear in it.
public struct Problem: Error, Sendable, HTTPResponseError {
    public let status: HTTPResponse.Status
    /// The last part of `type`; the vocabulary of contract.md.
    public let code: String
    /// Short name of the kind of problem, the same for every occurrence.
    public let title: Localized
    /// What to do about it.
    public var detail: Localized
    /// What is wrong with which field; only with 422.
    public var errors: [FieldError]
    /// The object as it is now; only with 409 and 412.
    public var current: JSONValue?
    /// Further members of the document, which its code explains.
    public var more = JSONObject()
    /// Further headers, such as `Retry-After` and `WWW-Authenticate`.
    public var headers: HTTPFields

    public init(
        status: HTTPResponse.Status, code: String, title: Localized, detail: Localized, errors: [FieldError] = [],
        current: JSONValue? = nil, headers: HTTPFields = [:]
    ) {
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.errors = errors
        self.current = current
        self.headers = headers
    }

    /// The same problem that shows the object as it is now.
    public func showing(_ current: JSONValue?) -> Problem {
        var problem = self
        problem.current = current
        return problem
    }

    /// The same problem with a more helpful explanation.
    public func explained(id: String, en: String) -> Problem {
        var problem = self
        problem.detail = Localized(id: id, en: en)
        return problem
    }
}

/// One field of a request that cannot stay as it is.
public struct FieldError: Error, Sendable, Hashable {
    /// JSON pointer as a fragment, `#/reporter/phone`; `#/limit` for a query parameter of that name.
    public let pointer: String
    /// `required`, `unknown_field`, `too_short`, `too_long`, `bad_format`, …: the vocabulary of contract.md.
    public let code: String
    /// What to do about it.
    public let detail: Localized

    /// - Parameter detail: `nil` for the standard sentence of `code`.
    public init(pointer: String, code: String, detail: Localized? = nil) {
        self.pointer = pointer
        self.code = code
        self.detail = detail ?? FieldError.standardDetail(code)
    }

    /// A pointer to a member, escaped as RFC 6901 asks (`~` and `/`) and safe in a URI fragment.
    public static func pointer(_ parts: [String]) -> String {
        parts.reduce(into: "#") { pointer, part in
            pointer += "/"
            for byte in part.utf8 {
                switch byte {
                case UInt8(ascii: "~"): pointer += "~0"
                case UInt8(ascii: "/"): pointer += "~1"
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F:
                    pointer.unicodeScalars.append(Unicode.Scalar(byte))
                default:
                    let digits = String(byte, radix: 16, uppercase: true)
                    pointer += digits.count == 1 ? "%0" + digits : "%" + digits
                }
            }
        }
    }

    private static func standardDetail(_ code: String) -> Localized {
        switch code {
        case "required": Localized(id: "Isian ini wajib.", en: "This field is required.")
        case "unknown_field":
            Localized(id: "Isian ini tidak dikenal. Hapus isian ini.", en: "This field is not known. Remove it.")
        case "too_short": Localized(id: "Isian ini terlalu pendek.", en: "This text is too short.")
        case "too_long": Localized(id: "Isian ini terlalu panjang.", en: "This text is too long.")
        case "outside_indonesia":
            Localized(
                id: "Titik ini di luar Indonesia. Periksa koordinatnya.",
                en: "This point is outside Indonesia. Check the coordinates.")
        case "coordinates_swapped":
            Localized(
                id: "Lintang dan bujur tertukar. Tukar keduanya.", en: "Latitude and longitude are swapped. Swap them.")
        case "unknown_area": Localized(id: "Kode wilayah ini tidak dikenal.", en: "This area code is not known.")
        case "area_mismatch":
            Localized(id: "Kode wilayah dan koordinat tidak cocok.", en: "Area code and coordinates do not match.")
        case "unknown_category": Localized(id: "Kategori ini tidak dikenal.", en: "This category is not known.")
        case "unknown_office":
            Localized(id: "Kode instansi atau unit ini tidak dikenal.", en: "This office code is not known.")
        default: Localized(id: "Bentuk isian ini tidak benar.", en: "This value has the wrong form.")
        }
    }
}
