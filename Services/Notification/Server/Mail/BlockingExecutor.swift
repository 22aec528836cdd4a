import Dispatch

/// Runs an actor on a serial queue of its own, so that a blocking C call stops nobody else.
///
/// The cooperative pool has as many threads as the machine has cores; one mail server that answers slowly could hold
/// them all.
final class BlockingExecutor: SerialExecutor {
    private let queue: DispatchQueue

    init(label: String) {
        queue = DispatchQueue(label: label)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
