package org.postseal.gateway.road.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.AddressRange;
import org.postseal.gateway.config.UpstreamConfig;
import org.postseal.gateway.mail.Peer;

class UpstreamsTest {
    private static final Instant SINCE = JournalContract.NOW;
    private static final Duration RETENTION = Duration.ofDays(6);
    private static final Upstreams POOL = new Upstreams(
            List.of(new UpstreamConfig("pool", List.of(), List.of(AddressRange.of("192.0.2.0/24")), List.of())),
            SINCE,
            RETENTION);
    private static final Peer MEMBER = peer("192.0.2.7");
    private static final Peer STRANGER = peer("198.51.100.1");

    @Test
    void aPeerThatNoNameFitsKeepsItsAddress() throws JournalException {
        assertThat(POOL.of(MEMBER)).isEqualTo(new Upstream.Named("pool", Peer.Role.INBOUND));
        assertThat(POOL.of(STRANGER)).isEqualTo(new Upstream.Unnamed(STRANGER));
        assertThat(POOL.before(STRANGER, SINCE)).isEmpty();
        assertThat(Upstreams.UNNAMED.of(MEMBER)).isEqualTo(new Upstream.Unnamed(MEMBER));
        assertThat(Upstreams.UNNAMED.before(MEMBER, SINCE)).isEmpty();
    }

    @Test
    void inAFleetEachPeerNeedsAName() throws JournalException {
        Upstreams fleet = new Upstreams(POOL.named(), SINCE, RETENTION, true);
        assertThat(fleet.of(MEMBER)).isEqualTo(new Upstream.Named("pool", Peer.Role.INBOUND));
        assertThat(fleet.before(MEMBER, SINCE)).isEmpty();
        assertThatThrownBy(() -> fleet.of(STRANGER))
                .isInstanceOf(JournalException.class)
                .hasMessage("no name in upstreams fits 198.51.100.1");
    }

    /** A message that was on its way when the name came may write its row up to an hour later. */
    @Test
    void theOldKeyIsLookedUpWhileARowOfItCanBeLeft() throws JournalException {
        Optional<Upstream> before = Optional.of(new Upstream.Unnamed(MEMBER));
        Instant end = SINCE.plus(RETENTION).plus(Duration.ofHours(1));
        assertThat(POOL.before(MEMBER, SINCE)).isEqualTo(before);
        assertThat(POOL.before(MEMBER, end.minusMillis(1))).isEqualTo(before);
        assertThat(POOL.before(MEMBER, end)).isEmpty();
    }

    @Test
    void aRowThatIsNewerThanTheNameIsOfSomebodyElse() throws JournalException {
        assertThat(POOL.isOfBefore(written(SINCE.minus(RETENTION)))).isTrue();
        assertThat(POOL.isOfBefore(written(SINCE.plus(Duration.ofMinutes(59))))).isTrue();
        assertThat(POOL.isOfBefore(written(SINCE.plus(Duration.ofHours(1))))).isFalse();
    }

    private static JournalEntry written(Instant at) {
        return new JournalEntry(
                JournalContract.key(1),
                JournalState.ACCEPTED,
                "Q1",
                Optional.empty(),
                "r1@example.com",
                1,
                "250 2.0.0 queued as 4ABC",
                Optional.empty(),
                0,
                at);
    }

    private static Peer peer(String address) {
        return new Peer(
                new InetSocketAddress(InetAddress.ofLiteral(address), 12345),
                new Peer.Greeting("mx", true),
                new Peer.Listener(Peer.Protocol.SMTP, Peer.Role.INBOUND),
                false);
    }
}
