import Configuration

/// Reads single keys and turns every failure into an error that names the key.
struct ConfigurationKeys {
    let reader: ConfigReader

    func text(_ key: String, default: String? = nil, isSecret: Bool = false) throws(ConfigurationError) -> String {
        if let value = reader.string(forKey: ConfigKey(key), isSecret: isSecret), !value.isEmpty { return value }
        // A required key that is empty is as good as missing; one of another kind deserves its own words.
        guard reader.string(forKey: ConfigKey(key), isSecret: isSecret) != nil || !exists(key) else {
            throw ConfigurationError(key: key, reason: "must be text")
        }
        guard let value = `default` else { throw ConfigurationError(key: key, reason: "is required") }
        return value
    }

    func number(_ key: String, default: Int, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
        guard let value = reader.int(forKey: ConfigKey(key)) else {
            guard !exists(key) else { throw ConfigurationError(key: key, reason: "must be a whole number") }
            return `default`
        }
        guard range.contains(value) else {
            throw ConfigurationError(key: key, reason: "must be \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func flag(_ key: String, default: Bool) throws(ConfigurationError) -> Bool {
        if let value = reader.bool(forKey: ConfigKey(key)) { return value }
        guard !exists(key) else { throw ConfigurationError(key: key, reason: "must be true or false") }
        return `default`
    }

    /// A URL without a slash at its end.
    func address(
        _ key: String, default: String? = nil, schemes: [String] = ["http", "https"]
    ) throws(ConfigurationError) -> String {
        var value = try text(key, default: `default`)
        while value.last == "/" { value.removeLast() }
        guard let end = value.firstRange(of: "://"), schemes.contains(value[..<end.lowerBound].lowercased()),
            end.upperBound < value.endIndex
        else {
            let beginnings = schemes.map { $0 + "://" }.joined(separator: " or ")
            throw ConfigurationError(key: key, reason: "must begin with \(beginnings)")
        }
        return value
    }

    /// The reader answers `nil` also for a value of another kind.
    private func exists(_ key: String) -> Bool {
        let key = ConfigKey(key)
        return reader.string(forKey: key, isSecret: true) != nil || reader.double(forKey: key) != nil
            || reader.bool(forKey: key) != nil || reader.stringArray(forKey: key) != nil
    }
}
