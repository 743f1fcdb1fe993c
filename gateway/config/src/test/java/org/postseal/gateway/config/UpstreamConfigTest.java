package org.postseal.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.AddressRange;
import org.postseal.gateway.mail.Peer;

class UpstreamConfigTest {
    private static final InetSocketAddress HERE = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 10024);
    private static final InetSocketAddress THERE = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 10025);
    private static final Optional<String> SUBJECT = Optional.of("CN=mx.example.com,O=Example");

    @Test
    void aPeerFitsWhatEachListSays() {
        UpstreamConfig pool = upstream(List.of(HERE), List.of("192.0.2.0/24", "2001:db8::/32"), SUBJECT.stream());
        assertThat(pool.fits(peer("192.0.2.7", HERE, SUBJECT))).isTrue();
        assertThat(pool.fits(peer("2001:db8:7::1", HERE, SUBJECT))).isTrue();
        assertThat(pool.fits(peer("192.0.3.7", HERE, SUBJECT))).isFalse();
        assertThat(pool.fits(peer("192.0.2.7", THERE, SUBJECT))).isFalse();
        assertThat(pool.fits(peer("192.0.2.7", HERE, Optional.empty()))).isFalse();
        assertThat(pool.fits(peer("192.0.2.7", HERE, Optional.of("CN=other")))).isFalse();
    }

    @Test
    void aListThatIsEmptyTakesEverybody() {
        assertThat(upstream(List.of(HERE), List.of(), Stream.of()).fits(peer("203.0.113.1", HERE, SUBJECT)))
                .isTrue();
        assertThat(upstream(List.of(), List.of("203.0.113.1"), Stream.of())
                        .fits(peer("203.0.113.1", THERE, Optional.empty())))
                .isTrue();
        assertThat(upstream(List.of(), List.of(), SUBJECT.stream()).fits(peer("203.0.113.1", THERE, SUBJECT)))
                .isTrue();
    }

    /** A proxy that knows no address would otherwise make its own clients a mail server that stands beside it. */
    @Test
    void theAddressOfAProxyIsNobodysNetwork() {
        UpstreamConfig local = upstream(List.of(), List.of("127.0.0.0/8"), Stream.of());
        InetAddress proxy = InetAddress.ofLiteral("127.0.0.1");
        assertThat(local.fits(peer("127.0.0.1", Optional.empty(), HERE, Optional.empty())))
                .isTrue();
        assertThat(local.fits(peer("127.0.0.1", Optional.of(proxy), HERE, Optional.empty())))
                .isFalse();
        assertThat(upstream(List.of(), List.of("192.0.2.1"), Stream.of())
                        .fits(peer("192.0.2.1", Optional.of(proxy), HERE, Optional.empty())))
                .as("whom the proxy names")
                .isTrue();
    }

    /** What is told apart in the configuration is told apart in the mail: no peer fits two names. */
    @Test
    void whoeverFitsTwoIsSeenInTheConfiguration() {
        Random random = new Random(57);
        int both = 0;
        for (int i = 0; i < 200_000; i++) {
            UpstreamConfig one = any(random);
            UpstreamConfig other = any(random);
            Peer peer = peer(
                    "192.0.2." + random.nextInt(8),
                    random.nextBoolean() ? HERE : THERE,
                    Optional.of("CN=" + random.nextInt(3)).filter(_ -> random.nextBoolean()));
            if (one.fits(peer) && other.fits(peer)) {
                both++;
                assertThat(one.overlaps(other))
                        .as("%s, %s, %s", one, other, peer)
                        .isTrue();
            }
            assertThat(one.overlaps(other)).isEqualTo(other.overlaps(one));
        }
        assertThat(both).isGreaterThan(1000);
    }

    private static UpstreamConfig any(Random random) {
        List<InetSocketAddress> listeners = new ArrayList<>(List.of(HERE, THERE));
        listeners.removeIf(_ -> random.nextBoolean());
        List<String> networks = random.ints(random.nextInt(3), 0, 8)
                .mapToObj(last -> "192.0.2." + last + "/" + (29 + random.nextInt(4)))
                .toList();
        return upstream(
                listeners, networks, random.ints(random.nextInt(3), 0, 3).mapToObj(number -> "CN=" + number));
    }

    private static UpstreamConfig upstream(
            List<InetSocketAddress> listeners, List<String> networks, Stream<String> certificates) {
        return new UpstreamConfig(
                "pool",
                listeners,
                networks.stream().map(text -> AddressRange.of(text)).toList(),
                certificates.toList());
    }

    private static Peer peer(String address, InetSocketAddress listener, Optional<String> subject) {
        return peer(address, Optional.empty(), listener, subject);
    }

    private static Peer peer(
            String address, Optional<InetAddress> proxy, InetSocketAddress listener, Optional<String> subject) {
        return new Peer(
                new InetSocketAddress(InetAddress.ofLiteral(address), 12345),
                new Peer.Greeting("mx", true),
                new Peer.Listener(Peer.Protocol.SMTP, Peer.Role.BOTH, Peer.Authors.REVERSE_PATH, Optional.of(listener)),
                true,
                Optional.empty(),
                Optional.of(new Peer.Tls("TLSv1.3", "TLS_AES_128_GCM_SHA256", subject)),
                proxy,
                Optional.empty());
    }
}
