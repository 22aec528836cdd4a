import Exchange
import Identity
import Logging
import Tenancy

/// What one agency's intake has in this process: its keys, and the queues in which its calls share round trips.
struct IntakeDesk: Sendable {
    let scope: AgencyScope
    /// Derives codes and access keys, and recognises access keys.
    let door: DoorKey
    /// Signs the cookies of reporters who follow a complaint.
    let followKey: FollowCookie.Key
    /// Group commit of accepted complaints.
    let commits: CallGroup<NewComplaint, SubmissionOutcome>
    /// Look-ups of places.
    let places: CallGroup<PlaceQuestion, Result<PlaceAnswer, any Error>>

    init(scope: AgencyScope, door: DoorKey, database: AgencyDatabase, brake: DeliveryBrake, logger: Logger) {
        self.scope = scope
        self.door = door
        followKey = FollowCookie.Key(door: door, agency: scope.code)
        let writer = SubmissionWriter(store: ComplaintStore(database: database), scope: scope, logger: logger)
        commits = CallGroup { complaints in
            let start = ContinuousClock.now
            defer { brake.record(commit: ContinuousClock.now - start) }
            return await writer.write(complaints)
        }
        let store = PlaceStore(database: database)
        places = CallGroup { questions in
            do {
                return try await store.answers(to: questions, in: scope).map { .success($0) }
            } catch {
                return questions.map { _ in .failure(error) }
            }
        }
    }
}
