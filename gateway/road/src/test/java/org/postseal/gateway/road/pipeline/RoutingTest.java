package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.config.NextHopConfig.Target;
import org.postseal.gateway.config.NextHopConfig.TlsMode;
import org.postseal.gateway.config.NextHopsConfig;
import org.postseal.gateway.config.NextHopsConfig.Route;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.people.DomainSet;

/** Each copy goes to the next hop of its recipient. An opened copy goes only where it may be carried. */
class RoutingTest {
    private static final MailAddress FAR = MailAddress.of("alice@far.example.com");
    private static final Set<Direction> ALL = EnumSet.allOf(Direction.class);

    /** The hop {@code far} is reached over a network, and the others are on this machine. */
    private static final NextHopsConfig HOPS = new NextHopsConfig(
            List.of(
                    hop("partner", "127.0.0.1"),
                    hop("far", "192.0.2.1"),
                    hop("ours", "127.0.0.1"),
                    hop("world", "::1")),
            List.of(
                    new Route(Optional.of(domain("partner.example")), ALL, "partner"),
                    new Route(Optional.of(domain("far.example.com")), ALL, "far"),
                    new Route(Optional.empty(), EnumSet.of(Direction.INBOUND, Direction.INTERNAL), "ours"),
                    new Route(Optional.empty(), ALL, "world")));

    @Test
    void recipientsOfOneCopyGoWhereTheirMailGoes() {
        TestRoad road = road("{ sign: never, encrypt: never }");

        road.send(
                Letter.submitted(
                        LMTP, Parties.BOB, Parties.ANNA, Parties.CARL, MailAddress.of("eve@elsewhere.example")),
                TestRoad.toAll("bob@partner.example"));

        assertThat(road.sent().stream().map(RoutingTest::way))
                .containsExactly(
                        "partner [bob@partner.example, carl@partner.example]",
                        "ours [anna@example.com]",
                        "world [eve@elsewhere.example]");
        assertThat(road.sent().stream().map(RecordingDelivery.Sent::octets).distinct())
                .hasSize(3)
                .allSatisfy(octets ->
                        assertThat(octets).isEqualTo(road.sent().getFirst().octets()));
        assertThat(road.audited(done -> done.delivery().unit()))
                .containsExactly(Optional.of(1), Optional.of(2), Optional.of(1), Optional.of(3));
    }

    @Test
    void theSameAddressHasAnotherWayInAnotherDirection() {
        TestRoad road = road("mailboxPolicy");
        MailAddress eve = MailAddress.of("eve@elsewhere.example");

        road.send(Letter.inbound(LMTP, Parties.ANNA), fromBob("hello"));
        road.send(Letter.inbound(LMTP, eve), fromBob("hello"));

        assertThat(road.sent().stream().map(RoutingTest::way))
                .containsExactly("ours [anna@example.com]", "world [eve@elsewhere.example]");
    }

    /** Both recipients have the key, and one of them is reached over a network in clear. */
    @Test
    void whatIsOpenedForOneStaysClosedForAnotherWhoIsReachedInClear() throws Exception {
        byte[] sealed = SealedCopy.encrypt(fromBob("hello"), Parties.ALICE);
        for (List<MailAddress> order : List.of(List.of(Parties.ALICE, FAR), List.of(FAR, Parties.ALICE))) {
            TestRoad road = road("mailboxPolicy");

            road.send(Letter.inbound(LMTP, order.toArray(MailAddress[]::new)), RawMessage.of(sealed));

            assertThat(road.sent()).hasSize(2).allSatisfy(sent -> {
                if (sent.recipients().equals(List.of(FAR.toString()))) {
                    assertThat(way(sent)).isEqualTo("far [alice@far.example.com]");
                    assertThat(sent.octets()).isEqualTo(sealed);
                } else {
                    assertThat(way(sent)).isEqualTo("ours [alice@example.com]");
                    assertThat(sent.unit()).isInstanceOf(Sendable.Opened.class);
                }
            });
        }
    }

    @Test
    void aRedirectedCopyGoesWhereTheQuarantineIs() {
        TestRoad road = road("{ redirect: quarantine@example.com }");

        road.send(Letter.submitted(LMTP, Parties.BOB, Parties.CARL), TestRoad.toAll("bob@partner.example"));

        assertThat(road.sent().stream().map(RoutingTest::way)).containsExactly("ours [quarantine@example.com]");
        assertThat(road.audited(done -> done.delivery().unit())).containsExactly(Optional.of(1), Optional.of(1));
    }

    @Test
    void whatMustNotBeLookedIntoGoesWhereTheQuarantineIs() {
        TestRoad road = road("mailboxPolicy");

        assertThat(road.road()
                        .receiveUnread(
                                Letter.submitted(LMTP, Parties.BOB, Parties.CARL)
                                        .envelope(),
                                RawMessage.of(TestRoad.octets(TestRoad.toAll("bob@partner.example"))),
                                Reason.POISON,
                                true))
                .hasSize(2)
                .allMatch(Reply::isPositive);

        assertThat(road.sent().stream().map(RoutingTest::way)).containsExactly("ours [quarantine@example.com]");
    }

    private static String fromBob(String body) {
        return TestRoad.message("From: Bob <bob@partner.example>\nTo: alice@example.com\n", body + "\n");
    }

    private static String way(RecordingDelivery.Sent sent) {
        return sent.envelope().way().hop() + " " + sent.recipients();
    }

    private static TestRoad road(String action) {
        String policy = """
            version: 1
            internal: [example.com, "*.example.com"]
            quarantine: quarantine@example.com
            rules: [{ id: all, when: always, then: %s }]
            """.formatted(action);
        RuleSet rules = switch (RuleSet.read("policy.yaml", policy)) {
            case RuleSet.Loaded(RuleSet loaded, var _) -> loaded;
            case RuleSet.Broken(var problems) -> throw new AssertionError(problems.toString());
        };
        return new TestRoad(HOPS, new PolicyInForce(rules, new AlteredStore() {
            @Override
            public List<KeyHandle> decryptionKeys(MailAddress recipient) {
                return Parties.STORE.decryptionKeys(recipient.equals(FAR) ? Parties.ALICE : recipient);
            }
        }));
    }

    private static NextHopConfig hop(String name, String address) {
        return NextHopConfig.smtp(
                name,
                new Target.Addresses(List.of(new InetSocketAddress(InetAddress.ofLiteral(address), 25))),
                TlsMode.NONE,
                Optional.empty());
    }

    private static DomainSet domain(String name) {
        DomainSet domains = new DomainSet();
        domains.add(DomainSet.Entry.parse(name).orElseThrow());
        return domains;
    }
}
