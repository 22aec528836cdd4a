import NIOCore

/// Keeps a connection's unread bytes few: NIO reads pieces of up to 64 kB and lets ten of them wait for whoever works on the
/// request, which is 640 kB for each of a hundred uploads that a slow database holds up.
final class SmallReads: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    /// Bytes of one read at most.
    static let maximum = 16_384

    func handlerAdded(context: ChannelHandlerContext) {
        let allocator = AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 2048, maximum: Self.maximum)
        // A connection that is already closed has nothing to read.
        try? context.channel.syncOptions?.setOption(.recvAllocator, value: allocator)
    }
}
