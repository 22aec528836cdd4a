/// The `api_key` of an Open311 client: its name and a signature by the agency's door key, so that nothing need be stored and
/// every copy of intake knows it.
public enum Open311Key {
    /// - Parameter client: Letters, digits and hyphens; names the client in logs and as the source of its complaints.
    /// - Returns: `nil` for a name of another form.
    public static func make(client: String, agency: String, door: DoorKey) -> String? {
        guard isName(client) else { return nil }
        return "\(client).\(signature(client, agency, door))"
    }

    /// The client whose key this is; `nil` for a key that is not of this agency.
    public static func client(of key: String, agency: String, door: DoorKey) -> String? {
        guard let dot = key.lastIndex(of: "."), key.utf8.count <= 200 else { return nil }
        let client = String(key[..<dot])
        guard isName(client), ConstantTime.equal(String(key[key.index(after: dot)...]), signature(client, agency, door))
        else { return nil }
        return client
    }

    /// A keyed hash of a text that can be no access key: it holds blanks.
    private static func signature(_ client: String, _ agency: String, _ door: DoorKey) -> String {
        Base64URL.text(door.hash(accessKey: "open311 key of \(client) at \(agency)"))
    }

    private static func isName(_ text: String) -> Bool {
        (1...60).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == 0x2D }
    }
}
