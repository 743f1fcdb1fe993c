package org.postseal.gateway.smtp.client;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.config.NextHopConfig.Target;
import org.postseal.gateway.config.NextHopConfig.TlsMode;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.client.Exchangers.Answer;
import org.postseal.gateway.smtp.client.Transaction.Ended;
import org.postseal.policy.outcome.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Implements the SMTP client of one next hop, with pooled, pipelining connections behind a blocking call. Callers are
 * meant to be virtual threads. Without TLS they carry the octets themselves; with TLS, two event-loop threads of Netty
 * serve them all. Of a message, it keeps only the blocks that the peer has not yet taken.
 *
 * <p>If an address gives no session, or breaks it off before the final dot was sent, the next one is tried for the same
 * message until the time limit. After the final dot nothing is tried again, since the address may have the message.
 */
public final class NettyNextHop implements NextHop {
    private final ClientSettings settings;
    private final EventLoopGroup group;
    private final Connector connector;
    private final Endpoints endpoints;
    private final Optional<Exchangers> exchangers;
    private volatile boolean isClosed;

    /**
     * Makes a client.
     *
     * @throws IOException if the trust file cannot be read
     */
    public NettyNextHop(ClientSettings settings) throws IOException {
        this(settings, ByteBufAllocator.DEFAULT);
    }

    /** Makes a client with an allocator that a test can ask how much is held. */
    NettyNextHop(ClientSettings settings, ByteBufAllocator allocator) throws IOException {
        this.settings = settings;
        this.group = new MultiThreadIoEventLoopGroup(
                THREADS, new DefaultThreadFactory("mail-out", true), NioIoHandler.newFactory());
        try {
            this.connector = new Connector(settings, group, allocator);
            this.endpoints = new Endpoints(address -> new Endpoint(
                    address, connector, group.next(), settings.nextHop().limits()));
            this.exchangers = switch (settings.nextHop().target()) {
                case Target.Addresses _ -> Optional.empty();
                case Target.MailExchangers target ->
                    Optional.of(new Exchangers(
                            target, settings.hostName(), DNS_LIMIT, DNS_TOTAL, RandomGenerator.getDefault()));
            };
        } catch (IOException | RuntimeException failed) {
            var _ = group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw failed;
        }
    }

    /**
     * Reads trust anchors as the client does.
     *
     * @throws IOException if the file holds none
     */
    public static void requireTrust(Path anchors) throws IOException {
        InetSocketAddress nobody = InetSocketAddress.createUnresolved("localhost", 25);
        var _ = Connector.tlsFor(NextHopConfig.smtp(nobody, TlsMode.VERIFY, Optional.of(anchors)));
    }

    /**
     * Reads our client certificate as the client does.
     *
     * @throws IOException if it cannot be used
     */
    public static void requireClient(NextHopConfig.ClientTls files) throws IOException {
        var _ = Connector.tlsFor(new NextHopConfig(
                NextHopConfig.ONLY,
                new Target.Addresses(List.of(InetSocketAddress.createUnresolved("localhost", 25))),
                Peer.Protocol.SMTP,
                TlsMode.ENCRYPT,
                NextHopConfig.TlsFailure.DEFER,
                Optional.empty(),
                Optional.of(files),
                Optional.empty(),
                NextHopConfig.HopLimits.DEFAULT,
                false));
    }

    @Override
    public List<Outcome> send(Sendable unit, OutgoingEnvelope envelope, boolean allOrNothing) {
        return send(unit, envelope, allOrNothing, Acceptance.unheard());
    }

    @Override
    public List<Outcome> send(Sendable unit, OutgoingEnvelope envelope, boolean allOrNothing, Acceptance acceptance) {
        envelope.requireNamedBy(unit);
        Content content;
        try {
            content = Content.of(
                    envelope.traceFields(),
                    unit.message(),
                    envelope.parameters().smtpUtf8());
        } catch (IOException unreadable) {
            LOG.error("Message cannot be read", unreadable);
            return forAll(envelope, Reason.INTERNAL_ERROR, unreadable.toString());
        }
        if (isClosed) {
            return forAll(envelope, Reason.NEXT_HOP_UNAVAILABLE, "the client is closed");
        }
        Deadline deadline = deadline(envelope);
        if (deadline.isOver()) {
            return forAll(envelope, Reason.NEXT_HOP_UNAVAILABLE, "the time to hand it over has passed");
        }
        Message message = new Message(unit, envelope, content, allOrNothing, acceptance, settings, deadline);
        return switch (addresses(envelope, deadline)) {
            case Answer.Found(List<InetSocketAddress> addresses) -> send(message, addresses);
            case Answer.Nowhere(Reason reason, String detail) -> message.forAll(Outcome.of(reason, detail));
        };
    }

    @Override
    public OpenedPassage forOpened(NextHopConfig.Way way, boolean needsSmtpUtf8) {
        if (isClosed) {
            return OpenedPassage.Open.ANY;
        }
        OpenedNeeds needs = new OpenedNeeds(settings.nextHop(), needsSmtpUtf8);
        return switch (settings.nextHop().target()) {
            // A server that cannot be asked now does not count, since the message cannot be sent to it either. If it
            // comes back before the message is sent and lacks something, the message is deferred before MAIL.
            case Target.Addresses(List<InetSocketAddress> addresses) ->
                endpoints.of(addresses).stream()
                        .flatMap(endpoint ->
                                endpoint.announced(settings.timeouts().slot()).stream())
                        .map(needs::of)
                        .reduce(OpenedPassage.Open.ANY, OpenedPassage::and);
            case Target.MailExchangers _ -> new OpenedPassage.Barred("not opened: its servers are found by MX");
        };
    }

    @Override
    public void close() {
        isClosed = true;
        endpoints.close();
        connector.close();
        var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private Answer addresses(OutgoingEnvelope envelope, Deadline deadline) {
        return switch (settings.nextHop().target()) {
            case Target.Addresses(List<InetSocketAddress> addresses) -> new Answer.Found(addresses);
            case Target.MailExchangers _ ->
                exchangers.orElseThrow().of(envelope.way().domain().orElseThrow(), deadline);
        };
    }

    /** Returns the deadline of the message. The time that it has spent with us counts. */
    private Deadline deadline(OutgoingEnvelope envelope) {
        Duration spent = envelope.received()
                .map(end -> Duration.between(end, Instant.now()))
                .filter(time -> !time.isNegative())
                .orElse(Duration.ZERO);
        return settings.nextHop()
                .limits()
                .handOver()
                .map(limit -> Deadline.in(limit.minus(spent)))
                .orElse(Deadline.NONE);
    }

    private List<Outcome> send(Message message, List<InetSocketAddress> addresses) {
        long start = System.nanoTime();
        Duration limit = settings.nextHop().limits().timeLimit();
        List<Endpoint> left = new ArrayList<>(endpoints.of(addresses));
        List<String> failures = new ArrayList<>();
        while (true) {
            Endpoint endpoint = next(left);
            Ended ended = endpoint.send(message, settings.timeouts().slot());
            switch (ended) {
                case Ended.Settled(List<Outcome> outcomes) -> {
                    return outcomes;
                }
                case Ended.Lost(List<Outcome> outcomes, String why) -> {
                    LOG.warn("Next hop {} at {} failed: {}", settings.nextHop().name(), endpoint.address(), why);
                    failures.add(endpoint.address() + ": " + why);
                    boolean isLate = System.nanoTime() - start >= limit.toNanos()
                            || message.deadline().isOver();
                    if (left.isEmpty() || isLate) {
                        return failures.size() == 1 ? outcomes : withAll(failures, outcomes);
                    }
                }
                case Ended.Stale _ -> throw new IllegalStateException("a new connection is not stale");
            }
        }
    }

    /** Takes the next address off the list: the first one that has not failed lately, or else the first one. */
    private static Endpoint next(List<Endpoint> left) {
        Endpoint next = left.stream()
                .filter(endpoint -> endpoint.health().mayLead())
                .findFirst()
                .orElseGet(left::getFirst);
        left.remove(next);
        return next;
    }

    /** Gives the failures of all addresses as the detail of each outcome that is not the next hop's own. */
    private static List<Outcome> withAll(List<String> failures, List<Outcome> outcomes) {
        return outcomes.stream()
                .map(outcome -> outcome.isFromNextHop()
                        ? outcome
                        : new Outcome(
                                outcome.reply(),
                                outcome.inDoubt(),
                                outcome.reason(),
                                Optional.of(String.join("; ", failures))))
                .toList();
    }

    private static List<Outcome> forAll(OutgoingEnvelope envelope, Reason reason, String detail) {
        return Collections.nCopies(envelope.recipients().size(), Outcome.of(reason, detail));
    }

    private static final Logger LOG = LoggerFactory.getLogger(NettyNextHop.class);
    private static final int THREADS = 2;
    private static final Duration DNS_LIMIT = Duration.ofSeconds(10);
    private static final Duration DNS_TOTAL = Duration.ofSeconds(30);
}
