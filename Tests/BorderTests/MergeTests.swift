import Foundation
import Postgres
import SinergiCore
import Testing

/// Reports of one matter: merged, taken apart, split, gathered into clusters; and what other agencies see of it.
@Suite("Merging", .serialized)
struct MergeTests {
    private static func opened(accepted: Bool = false, confidential: Bool = false) async throws -> UUID {
        let id = UUID.v7()
        try await Border.as(Border.regency) { client async throws in
            let moves = Moves(client: client)
            _ = try await moves.open(id, confidential: confidential)
            if accepted {
                let handoff = UUID.v7()
                _ = try await moves.offer(id, to: "BKABA/DPU", handoff: handoff)
                _ = try await moves.accept(handoff)
            }
        }
        return id
    }

    private static func run(_ call: SQL, as agency: Border.Agency = Border.regency) async throws -> String? {
        try await Border.as(agency) { client async throws in
            try await client.text("SELECT \(call) ->> 'status' AS value")
        }
    }

    private static func merge(_ child: UUID, _ parent: UUID, expected: Int? = nil) -> SQL {
        "casework.merge_into(\(child), \(expected)::int, \(parent), 'Ani', 'Sama')"
    }

    /// Everything of a case that merging touches, as text.
    private static func state(_ id: UUID) async throws -> String {
        try await Border.superuser { client async throws in
            try await client.text(
                """
                SELECT concat_ws(' ', c.status, c.outcome, c.holder_office, c.lead_office, c.closed_at,
                    (SELECT string_agg(p.role || p.state || coalesce(p.until::text, '-'), ',' ORDER BY p.id) FROM casework.participation p WHERE p.case_id = c.id),
                    (SELECT string_agg(k.step || k.state || k.due_at || coalesce(k.paused_at::text, '-'), ',' ORDER BY k.id) FROM casework.clock k WHERE k.case_id = c.id),
                    (SELECT string_agg(h.state || coalesce(h.decided_at::text, '-'), ',' ORDER BY h.id) FROM casework.handoff h WHERE h.case_id = c.id)) AS value
                FROM casework."case" c WHERE c.id = \(id)
                """) ?? ""
        }
    }

    @Test("taken out again, a case is what it was: state, parts, offers, clocks", arguments: [false, true])
    func restores(accepted: Bool) async throws {
        let parent = try await Self.opened(accepted: true)
        let child = try await Self.opened(accepted: accepted)
        if !accepted {
            try await Border.as(Border.regency) { _ = try await Moves(client: $0).offer(child, to: "BKABA/DPU") }
        }
        let before = try await Self.state(child)
        #expect(try await Self.run(Self.merge(child, parent)) == "merged")
        #expect(try await Self.state(child) != before)
        _ = try await Self.run("casework.unmerge(\(child), NULL, 'Ani', 'Ternyata beda')")
        #expect(try await Self.state(child) == before)
        #expect(await failure { _ = try await Self.run("casework.unmerge(\(child), NULL, 'Ani', 'Lagi')") } == "SN409")
    }

    @Test("of two officers who merge the same case one is told that it changed, or that it is too late")
    func twoOfficers() async throws {
        let parent = try await Self.opened(accepted: true)
        let child = try await Self.opened(accepted: true)
        #expect(try await Self.run(Self.merge(child, parent, expected: 3)) == "merged")
        #expect(await failure { _ = try await Self.run(Self.merge(child, parent, expected: 3)) } == "SN412")
        #expect(await failure { _ = try await Self.run(Self.merge(child, parent)) } == "SN409")
        // No circle: what is merged takes nothing in.
        #expect(await failure { _ = try await Self.run(Self.merge(parent, child)) } == "SN409")
        #expect(await failure { _ = try await Self.run(Self.merge(parent, parent)) } == "SN422")
    }

    @Test("another agency merges nothing of others, takes nothing apart, and learns nothing")
    func others() async throws {
        let parent = try await Self.opened(accepted: true)
        let child = try await Self.opened(accepted: true)
        for agency in [Border.stranger, Border.neighbour] {
            #expect(await failure { _ = try await Self.run(Self.merge(child, parent), as: agency) } == "SN404")
            #expect(
                await failure { _ = try await Self.run("casework.unmerge(\(child), NULL, 'X', 'X')", as: agency) }
                    == "SN404")
            #expect(
                await failure {
                    _ = try await Self.run(
                        #"casework.split_off(\#(child), NULL, 'X', '[]'::jsonb, 'X')"#, as: agency)
                } == "SN404")
            let alike = try await Border.as(agency) { client async throws in
                try await client.number(
                    "SELECT count(*) AS value FROM casework.similar(\(child), 'x', NULL, true, 50)")
            }
            #expect(alike == 0)
        }
        // Its own case, and one of the regency's that it has no part in.
        let own = UUID.v7()
        try await Border.as(Border.neighbour) { _ = try await Moves(client: $0).open(own) }
        #expect(await failure { _ = try await Self.run(Self.merge(own, parent), as: Border.neighbour) } == "SN404")
        #expect(await failure { _ = try await Self.run(Self.merge(child, own)) } == "SN404")
    }

    @Test("who holds only one of both, because the other was handed over, does not merge them")
    func halfHeld() async throws {
        let parent = try await Self.opened(accepted: true)
        let child = UUID.v7()
        let handoff = UUID.v7()
        try await Border.as(Border.regency) { client async throws in
            let moves = Moves(client: client)
            _ = try await moves.open(child)
            _ = try await moves.offer(child, to: "BKABB", handoff: handoff)
        }
        try await Border.as(Border.neighbour) { _ = try await Moves(client: $0).accept(handoff) }
        #expect(await failure { _ = try await Self.run(Self.merge(child, parent)) } == "SN409")
        #expect(await failure { _ = try await Self.run(Self.merge(parent, child)) } == "SN409")
    }

    @Test("a secret case is never merged, compared or counted, and none becomes secret while others follow it")
    func secrets() async throws {
        let parent = try await Self.opened(accepted: true)
        let child = try await Self.opened(accepted: true)
        let secret = try await Self.opened(confidential: true)
        #expect(await failure { _ = try await Self.run(Self.merge(secret, parent)) } == "SN409")
        #expect(await failure { _ = try await Self.run(Self.merge(child, secret)) } == "SN409")
        let alike = try await Border.as(Border.regency) { client async throws in
            _ = try await client.query("SELECT casework.note_matter(\(secret), 'border', '99.01', 'x')")
            return (
                try await client.number(
                    "SELECT count(*) AS value FROM casework.similar(\(secret), 'x', NULL, true, 50)"),
                try await client.number(
                    "SELECT count(*) AS value FROM casework.similar(\(child), 'x', NULL, true, 50) s WHERE s.case_id = \(secret)"
                ),
                try await client.number("SELECT count(*) AS value FROM casework.matter WHERE case_id = \(secret)")
            )
        }
        #expect(alike == (0, 0, 0))
        _ = try await Self.run(Self.merge(child, parent))
        #expect(
            await failure {
                _ = try await Self.run(
                    #"casework.verify(\#(parent), NULL, 'Ani', '{"confidential":true}'::jsonb, NULL)"#)
            } == "SN409")
    }

    @Test("what the parent's offices do is told to the child's reporter, once; what its own reporter says is not")
    func follows() async throws {
        let parent = try await Self.opened(accepted: true)
        let child = try await Self.opened(accepted: true)
        _ = try await Self.run(Self.merge(child, parent))
        try await Border.as(Border.regency) { client async throws in
            _ = try await Moves(client: client).answer(parent, officer: BorderFixture.officer(of: Border.regency))
        }
        let told = try await Border.superuser { client async throws in
            try await client.text(
                """
                SELECT concat_ws(' ', (SELECT count(*) FROM casework.answer a WHERE a.case_id = \(child) AND a.state = 'published'),
                    (SELECT string_agg(e.type, ',' ORDER BY e.seq) FROM casework.entry e WHERE e.case_id = \(child) AND e.visibility = 'reporter' AND e.seq > 4)) AS value
                """)
        }
        #expect(told?.hasPrefix("1 ") == true && told?.hasSuffix("merged,answer_published") == true, "\(told ?? "")")
        // Withdrawn by its own reporter: whoever followed goes on as before.
        let own = try await Self.opened(accepted: true)
        let follower = try await Self.opened(accepted: true)
        _ = try await Self.run(Self.merge(follower, own))
        _ = try await Self.run("casework.reporter_withdraw(\(own), 'Sudah beres')")
        #expect(try await Self.state(follower).hasPrefix("in_progress"))
    }

    @Test("five of a matter are a surge for their agency alone, and the duty office is rung once")
    func surge() async throws {
        // A matter of its own, so that nothing else is counted.
        let code = "surge.\(UUID.v7().uuidString.suffix(8))"
        try await Border.superuser { client async throws in
            _ = try await client.query(
                "INSERT INTO casework.surge_limit (agency, code, reports, minutes, quiet) VALUES (9102, \(code), 5, 60, 60)"
            )
        }
        var members: [UUID] = []
        for _ in 0..<6 { members.append(try await Self.opened()) }
        let gathered = try await Border.as(Border.regency) { [members] client async throws in
            for (place, id) in members.prefix(5).enumerated() {
                if place == 4 {
                    _ = try await client.query("SELECT casework.gather_surges()")
                    let early = try await client.number(
                        "SELECT count(*) AS value FROM casework.cluster WHERE code = \(code)")
                    #expect(early == 0)
                }
                _ = try await client.query("SELECT casework.note_matter(\(id), \(code), '99.01', 'air mati')")
            }
            _ = try await client.query("SELECT casework.gather_surges()")
            _ = try await client.query("SELECT casework.note_matter(\(members[5]), \(code), '99.01', 'air mati')")
            _ = try await client.query("SELECT casework.gather_surges()")
            _ = try await client.query("SELECT casework.gather_surges()")
            return (
                try await client.number(
                    """
                    SELECT count(*) AS value FROM casework.cluster k JOIN casework.matter m ON m.agency = k.agency AND m.cluster = k.id
                    WHERE k.code = \(code)
                    """),
                try await client.number(
                    """
                    SELECT count(*) AS value FROM casework.cluster k JOIN casework.entry e ON e.case_id = k.first_case AND e.type = 'surge_rung'
                    WHERE k.code = \(code)
                    """)
            )
        }
        #expect(gathered == (6, 1))
        for agency in [Border.neighbour, Border.province, Border.stranger] {
            let seen = try await Border.as(agency) { client async throws in
                try await client.number("SELECT count(*) AS value FROM casework.cluster WHERE code = \(code)")
            }
            #expect(seen == 0)
        }
        // An officer's word stands: taken out, the machine leaves it out.
        try await Border.as(Border.regency) { [members] client async throws in
            _ = try await client.query("SELECT casework.place_in_cluster(\(members[5]), NULL)")
            _ = try await client.query("SELECT casework.gather_surges()")
            let left = try await client.number(
                "SELECT count(*) AS value FROM casework.matter WHERE code = \(code) AND cluster IS NOT NULL")
            #expect(left == 5)
        }
    }
}
