extension PostgresTransactionOptions {
    /// How much later than the server the client gives up, so that the server's answer normally comes first.
    static let grace: Duration = .seconds(1)

    /// What is sent before the first statement. Later statements of the same round trip are skipped when one of these
    /// fails, so nothing can run without its role.
    var opening: [SQL] {
        var statements = [begin]
        if let role {
            var sql = SQL(text: "SET LOCAL ROLE ")
            sql.append(identifier: role)
            // To the server this name means the login itself, quoted or not.
            if role.name == "none" { sql.refuse("\"none\" is no role") }
            statements.append(sql)
        }
        if let timeout {
            statements.append(SQL(text: "SET LOCAL statement_timeout = \(timeout.milliseconds(atLeast: 1))"))
        }
        if let settings = settingsStatement { statements.append(settings) }
        return statements
    }

    private var begin: SQL {
        switch (isolation, readOnly) {
        case (.readCommitted, false): SQL.begin
        case (.readCommitted, true): SQL(text: "BEGIN READ ONLY")
        case (.repeatableRead, false): SQL(text: "BEGIN ISOLATION LEVEL REPEATABLE READ")
        case (.repeatableRead, true): SQL(text: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        case (.serializable, false): SQL(text: "BEGIN ISOLATION LEVEL SERIALIZABLE")
        case (.serializable, true): SQL(text: "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY")
        }
    }

    private var settingsStatement: SQL? {
        guard !settings.isEmpty else { return nil }
        var sql = SQL(text: "SELECT ")
        for (index, setting) in settings.enumerated() {
            if index > 0 { sql.append(text: ", ") }
            sql.append(text: "set_config(")
            sql.append(value: setting.name)
            sql.append(text: ", ")
            sql.append(value: setting.value)
            sql.append(text: ", true)")
        }
        return sql
    }

    /// A scope that begins now.
    func makeScope(parent: LeaseScope? = nil) -> LeaseScope {
        LeaseScope(
            opening: opening, isReadOnly: readOnly, deadline: timeout.map { .now + $0 + Self.grace }, parent: parent)
    }
}

extension SQL {
    static let begin = SQL(text: "BEGIN")
}
