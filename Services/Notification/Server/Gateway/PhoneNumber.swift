/// A telephone number in international form (E.164).
enum PhoneNumber {
    /// `0811-555-0123`, `+62 811 5550 123` and `62811…` all become `+628115550123`; `nil` for what is no number.
    static func normalized(_ text: String) -> String? {
        let digits = text.filter { $0.isASCII && $0.isNumber }
        guard text.allSatisfy({ ($0.isASCII && $0.isNumber) || "+-. ()".contains($0) }) else { return nil }
        let national: String
        if text.hasPrefix("+") || digits.hasPrefix("62") {
            national = digits
        } else if digits.hasPrefix("0") {
            national = "62" + digits.dropFirst()
        } else {
            return nil
        }
        return (8...15).contains(national.count) ? "+" + national : nil
    }
}
