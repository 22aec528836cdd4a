import ArgumentParser
import Foundation
import OperatorKit
import ServiceKit

extension Routing {
    /// `sinergi routing simulate`
    struct Simulate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Tries a draft of an agency's rules on its past cases: what would change, and what would be right.",
            discussion: """
                Asks the agency's routing service, with the rights of the token: role admin. A trial is kept with the draft and
                is what its activation asks for. With --file a draft is made first of a JSON array of rules, as
                POST /v1/rules/drafts takes them.
                """)

        @Option(help: "Base address of routing; the default is SINERGI_ROUTING_URL.")
        var url: String?

        @Option(help: "An admin's token; the default is SINERGI_TOKEN.")
        var token: String?

        @Option(help: "Id of the draft.")
        var draft: String?

        @Option(help: "Make a draft of the rules in this file and try it.")
        var file: String?

        @Flag(help: "With --file: the rules are added to those in force, instead of replacing them.")
        var adds = false

        @Option(help: "At most so many of the latest cases, 1 to 2000.")
        var cases = 600

        @Flag(help: "One JSON object on standard output.")
        var json = false

        func validate() throws {
            if (draft == nil) == (file == nil) { throw ValidationError("Give either --draft or --file.") }
            guard (1...2000).contains(cases) else { throw ValidationError("--cases is 1 to 2000.") }
        }

        func run() async throws {
            let id: String
            if let draft { id = draft } else { id = try await made() }
            let result = try await post("/v1/rules/drafts/\(id)/simulate", ["cases": .integer(cases)])
            print(json ? try JSONWriter.text(of: result) : SimulationTable.text(result, draft: id))
        }

        private func made() async throws -> String {
            guard let file else { return "" }
            let rules = try JSONParser.parse(Array(try Data(contentsOf: URL(fileURLWithPath: file))))
            let name = String(URL(fileURLWithPath: file).lastPathComponent.prefix(200))
            let made = try await post("/v1/rules/drafts", ["name": .string(name), "adds": .bool(adds), "rules": rules])
            guard let id = made["draft_id"]?.string else { throw OperatorError("Routing answered without a draft.") }
            return id
        }

        private func post(_ path: String, _ body: JSONValue) async throws -> JSONValue {
            let environment = ProcessInfo.processInfo.environment
            guard let base = url ?? environment["SINERGI_ROUTING_URL"],
                let token = token ?? environment["SINERGI_TOKEN"]
            else {
                throw ValidationError("Give --url and --token, or set SINERGI_ROUTING_URL and SINERGI_TOKEN.")
            }
            return try await RoutingCall(url: base, token: token).post(path, body)
        }
    }
}

/// A trial for people at a terminal.
enum SimulationTable {
    static func text(_ result: JSONValue, draft: String) -> String {
        func number(_ side: String?, _ name: String) -> String {
            let object = side.map { result[$0] } ?? result
            return object?[name]?.integer.map(String.init) ?? "–"
        }
        func precision(_ side: String) -> String {
            result[side]?["precision"]?.number.map { String(format: "%.1f %%", $0 * 100) } ?? "–"
        }
        var lines = [
            "draft \(draft), against version \(number(nil, "against_version")) in force",
            "\(number(nil, "cases")) cases, \(number(nil, "judged")) with a known outcome"
                + (result["complete"]?.bool == true ? "" : "; stopped at the time limit"),
            "", row("", "in force", "draft"),
        ]
        for (label, name) in [
            ("decided by rule or place", "automatic"), ("left to people", "to_people"), ("right", "right"),
            ("wrong", "wrong"), ("known outcome, left to people", "undecided"),
        ] { lines.append(row(label, number("active", name), number("draft", name))) }
        lines.append(row("right of those decided", precision("active"), precision("draft")))
        lines.append("")
        lines.append(
            "\(number(nil, "changed")) cases would go another way: \(number(nil, "better")) better, \(number(nil, "worse")) worse"
        )
        for example in result["examples"]?.array ?? [] {
            let sides = ["active", "draft"].map { example[$0]?["lead"]?.string ?? "a person" }
            lines.append(
                "  \(example["tracking_code"]?.string ?? "")  \(example["category"]?.string ?? "no category")  "
                    + "\(sides[0]) → \(sides[1])  was: \(example["outcome"]?.string ?? "open")  \(example["verdict"]?.string ?? "")"
            )
        }
        return lines.joined(separator: "\n")
    }

    private static func row(_ label: String, _ active: String, _ draft: String) -> String {
        func pad(_ text: String, _ width: Int) -> String { text.padding(toLength: width, withPad: " ", startingAt: 0) }
        return pad(label, 34) + pad(active, 12) + draft
    }
}
