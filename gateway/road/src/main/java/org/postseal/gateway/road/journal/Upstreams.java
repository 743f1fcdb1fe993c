package org.postseal.gateway.road.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.config.UpstreamConfig;
import org.postseal.gateway.mail.Peer;

/**
 * Tells which upstream a peer is. Immutable.
 *
 * <p>A message may have begun before its upstream had the name. Its row then has the key that the peer had without one,
 * so that key is looked up too, as long as the journal keeps such a row. Nothing records when a name came, so that time
 * begins anew with each start.
 *
 * @param named what the configuration names; at most one fits a peer
 * @param since when these names took effect in this process
 * @param retention the time after which the journal removes a row
 * @param isFleet whether several gateways share the journal, which then has no rows of peers without a name
 */
public record Upstreams(List<UpstreamConfig> named, Instant since, Duration retention, boolean isFleet) {
    public static final Upstreams UNNAMED = new Upstreams(List.of(), Instant.EPOCH, Duration.ZERO);

    public Upstreams {
        named = List.copyOf(named);
    }

    /** Makes the upstreams of a gateway that is alone. */
    public Upstreams(List<UpstreamConfig> named, Instant since, Duration retention) {
        this(named, since, retention, false);
    }

    /**
     * Returns the upstream under which the rows of this peer are written.
     *
     * @throws JournalException if no name fits the peer of a fleet: its address may mean another peer to another
     *     gateway
     */
    public Upstream of(Peer peer) throws JournalException {
        Optional<UpstreamConfig> fitting = named(peer);
        if (isFleet && fitting.isEmpty()) {
            throw new JournalException(
                    "no name in upstreams fits " + peer.address().getAddress().getHostAddress());
        }
        return fitting.<Upstream>map(upstream -> new Upstream.Named(upstream.name(), peer.role()))
                .orElse(new Upstream.Unnamed(peer));
    }

    /** Returns the upstream that this peer may have been before it had a name, if rows of that time may be left. */
    public Optional<Upstream> before(Peer peer, Instant now) {
        return named(peer)
                .filter(_ -> !isFleet && now.isBefore(lastWritten().plus(retention)))
                .map(_ -> new Upstream.Unnamed(peer));
    }

    /**
     * Returns true if a row under the key without a name may be of an upstream that has a name now. A newer row is of
     * somebody else at the same address, whom no name fits.
     */
    public boolean isOfBefore(JournalEntry row) {
        return row.at().isBefore(lastWritten());
    }

    /** Messages that are on their way when the names take effect end with the key that they began with. */
    private Instant lastWritten() {
        return since.plus(ON_THE_WAY);
    }

    private Optional<UpstreamConfig> named(Peer peer) {
        return named.stream().filter(upstream -> upstream.fits(peer)).findFirst();
    }

    private static final Duration ON_THE_WAY = Duration.ofHours(1);
}
