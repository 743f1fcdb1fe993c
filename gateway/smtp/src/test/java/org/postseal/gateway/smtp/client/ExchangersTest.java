package org.postseal.gateway.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.CacheCount;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.config.NextHopConfig.Target;
import org.postseal.gateway.config.NextHopConfig.TlsMode;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.Script.Stage;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.ZoneServer;

/** Asks a name server of the test where a domain takes its mail (RFC 5321 §5.1, RFC 7505). */
@Tag("thorough")
class ExchangersTest {
    @AutoClose
    private static ZoneServer names;

    @BeforeAll
    static void start() throws IOException {
        names = new ZoneServer("""
            ordered.example. 60 IN MX 20 back.example.
            ordered.example. 60 IN MX 10 front.example.
            front.example. 60 IN A 192.0.2.1
            front.example. 60 IN AAAA 2001:db8::1
            back.example. 60 IN A 192.0.2.2
            equal.example. 60 IN MX 10 front.example.
            equal.example. 60 IN MX 10 back.example.
            single.example. 60 IN A 192.0.2.3
            null.example. 60 IN MX 0 .
            empty.example. 60 IN TXT "nobody"
            lost.example. 60 IN MX 10 gone.example.
            half.example. 60 IN MX 10 gone.example.
            half.example. 60 IN MX 20 back.example.
            dark.example. 60 IN MX 10 mx.broken.
            twilight.example. 60 IN MX 10 mx.broken.
            twilight.example. 60 IN MX 20 back.example.
            backup.example. 60 IN MX 10 front.example.
            backup.example. 60 IN MX 20 GW.example.com.
            backup.example. 60 IN MX 20 back.example.
            backup.example. 60 IN MX 30 single.example.
            circle.example. 60 IN MX 10 gw.example.com.
            circle.example. 60 IN MX 20 back.example.
            alias.example. 60 IN CNAME ordered.example.
            xn--bcher-kva.example. 60 IN MX 10 back.example.
            here.example. 60 IN MX 10 one.example.
            here.example. 60 IN MX 20 two.example.
            one.example. 60 IN A 127.0.0.1
            two.example. 60 IN A 127.0.0.2
            slow.example. 60 IN MX 1 back.example.
            mute.example. 60 IN MX 1 h1.silent.
            """ + many());
    }

    /** Returns a zone with twenty hosts that answer and twenty that do not. All fit into one datagram. */
    private static String many() {
        StringBuilder zone = new StringBuilder();
        for (int i = 1; i <= 20; i++) {
            zone.append("many.example. 60 IN MX ")
                    .append(i)
                    .append(" h")
                    .append(i)
                    .append(".many.example.\n");
            zone.append("h%d.many.example. 60 IN A 192.0.2.%d\n".formatted(i, i));
            zone.append("slow.example. 60 IN MX ")
                    .append(i + 1)
                    .append(" h")
                    .append(i)
                    .append(".silent.\n");
            zone.append("mute.example. 60 IN MX ")
                    .append(i + 1)
                    .append(" h")
                    .append(i)
                    .append(".silent.\n");
        }
        return zone.toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ordered.example"
                        + " | [2001:db8:0:0:0:0:0:1 front.example, 192.0.2.1 front.example, 192.0.2.2 back.example]",
                "single.example | [192.0.2.3 single.example]",
                "alias.example | [2001:db8:0:0:0:0:0:1 front.example, 192.0.2.1 front.example, 192.0.2.2 back.example]",
                "bücher.example | [192.0.2.2 back.example]",
                "half.example | [192.0.2.2 back.example]",
                "twilight.example | [192.0.2.2 back.example]",
                "backup.example | [2001:db8:0:0:0:0:0:1 front.example, 192.0.2.1 front.example]",
                "[192.0.2.7] | [192.0.2.7 192.0.2.7]",
                "[IPv6:2001:db8::7] | [2001:db8:0:0:0:0:0:7 2001:db8:0:0:0:0:0:7]",
                "null.example | NULL_MX",
                "empty.example | DOMAIN_UNKNOWN",
                "lost.example | DOMAIN_UNKNOWN",
                "nowhere.example | DOMAIN_UNKNOWN",
                "circle.example | MX_LEADS_HERE",
                "dark.example | MX_LOOKUP_FAILED",
                "x.broken | MX_LOOKUP_FAILED",
                "x.silent | MX_LOOKUP_FAILED"
            })
    void theAnswerIsReadByTheRules(String domain, String expected) {
        assertThat(describe(exchangers().of(Domain.of(domain), Deadline.NONE))).isEqualTo(expected);
    }

    @Test
    void whatIsKnownAndWhatIsAskedAreCounted() {
        Exchangers exchangers = exchangers();
        CacheCount count = CacheCount.of("dns");
        long misses = count.misses();
        var _ = exchangers.of(Domain.of("ordered.example"), Deadline.NONE);
        assertThat(count.misses()).isGreaterThan(misses);
        long hits = count.hits();
        var _ = exchangers.of(Domain.of("ordered.example"), Deadline.NONE);
        // These are at least its MX and the three addresses.
        assertThat(count.hits()).isGreaterThanOrEqualTo(hits + 4);
    }

    @Test
    void nobodyIsAskedForMoreAddressesThanAreTried() {
        Exchangers patient = new Exchangers(
                target(25), "gw.example.com", Duration.ofSeconds(30), Duration.ofMinutes(5), new Random(1));
        assertThat(patient.of(Domain.of("many.example"), Deadline.NONE))
                .isInstanceOfSatisfying(
                        Exchangers.Answer.Found.class,
                        found -> assertThat(found.addresses()).hasSize(10));
        assertThat(names.questions()).contains("h10.many.example A").doesNotContain("h11.many.example AAAA");
    }

    /** One after the other, the hosts would take eighty seconds each. */
    @Test
    @Timeout(100)
    void hostsThatDoNotAnswerHaveOneTimeLimitTogether() {
        Exchangers hasty = new Exchangers(
                target(25), "gw.example.com", Duration.ofSeconds(2), Duration.ofSeconds(5), new Random(1));
        assertThat(describe(hasty.of(Domain.of("slow.example"), Deadline.NONE))).isEqualTo("[192.0.2.2 back.example]");
        assertThat(describe(exchangers().of(Domain.of("mute.example"), Deadline.in(Duration.ofSeconds(3)))))
                .isEqualTo("MX_LOOKUP_FAILED");
    }

    @Test
    void amongEqualsItIsAtRandom() {
        Exchangers exchangers = exchangers();
        Set<String> orders = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            orders.add(describe(exchangers.of(Domain.of("equal.example"), Deadline.NONE)));
        }
        assertThat(orders)
                .containsExactlyInAnyOrder(
                        "[2001:db8:0:0:0:0:0:1 front.example, 192.0.2.1 front.example, 192.0.2.2 back.example]",
                        "[192.0.2.2 back.example, 2001:db8:0:0:0:0:0:1 front.example, 192.0.2.1 front.example]");
    }

    @Test
    void theSecondBestTakesTheMailWhenTheBestIsDown() throws IOException {
        // The next hop listens on 127.0.0.1 only. Nothing answers at the address of the second name.
        try (ScriptedNextHop one = new ScriptedNextHop();
                NettyNextHop client = client(one.port())) {
            assertThat(send(client, "bob@here.example")).isEqualTo("250");
            assertThat(one.completed()).isEqualTo(1);
        }
        try (ScriptedNextHop one = new ScriptedNextHop(Script.at(Stage.GREETING, new Action.Close()));
                NettyNextHop client = client(one.port())) {
            assertThat(send(client, "bob@here.example")).isEqualTo("451");
            assertThat(one.connections()).isEqualTo(1);
        }
    }

    @Test
    void whatTheDnsRefusesIsRefused() throws IOException {
        try (NettyNextHop client = client(25)) {
            assertThat(send(client, "bob@null.example")).isEqualTo("556");
            assertThat(send(client, "bob@nowhere.example")).isEqualTo("550");
            assertThat(send(client, "bob@x.broken")).isEqualTo("451");
        }
    }

    private static String send(NettyNextHop client, String recipient) {
        MailAddress address = MailAddress.of(recipient);
        OutgoingEnvelope envelope = Messages.envelope(List.of(Recipient.of(address)), MailParameters.NONE)
                .by(hop(25).way(address));
        return String.valueOf(client.send(Messages.unit(envelope), envelope, false)
                .getFirst()
                .reply()
                .code());
    }

    private static NettyNextHop client(int port) throws IOException {
        return new NettyNextHop(
                new ClientSettings(hop(port), "gw.example.com", ClientSettings.Timeouts.all(Duration.ofSeconds(20))));
    }

    private static NextHopConfig hop(int port) {
        return NextHopConfig.smtp("world", target(port), TlsMode.NONE, Optional.empty());
    }

    private static Target.MailExchangers target(int port) {
        return new Target.MailExchangers(port, List.of(names.address()));
    }

    private static Exchangers exchangers() {
        return new Exchangers(
                target(25), "gw.example.com", Duration.ofSeconds(2), Duration.ofSeconds(15), new Random(1));
    }

    private static String describe(Exchangers.Answer answer) {
        return switch (answer) {
            case Exchangers.Answer.Found(List<InetSocketAddress> addresses) -> {
                List<String> all = new ArrayList<>();
                addresses.forEach(
                        address -> all.add(address.getAddress().getHostAddress() + " " + address.getHostString()));
                yield all.toString();
            }
            case Exchangers.Answer.Nowhere(var reason, var _) -> reason.name();
        };
    }
}
