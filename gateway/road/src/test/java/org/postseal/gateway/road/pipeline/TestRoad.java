package org.postseal.gateway.road.pipeline;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.config.NextHopsConfig;
import org.postseal.gateway.config.RecipientsConfig;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.road.acme.Challenges;
import org.postseal.gateway.smime.VerifiedSigner;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.deciding.RuleSet;

/** A road between a test and a next hop that only notes what it is given. */
final class TestRoad {
    static final String HOST = "gw.example.com";
    static final String AUTHSERV = "postseal.gw.example.com";
    private static final Spool.Factory SPOOLS = new Spool.Factory();

    private final List<VerifiedSigner> learnt = new ArrayList<>();
    private final Road road;
    private final RecordingDelivery delivery = new RecordingDelivery();
    private final RecordingAudit audit = new RecordingAudit();

    TestRoad(String... rules) {
        this(Parties.STORE, rules);
    }

    TestRoad(CertificateStore store, String... rules) {
        this(true, store, rules);
    }

    TestRoad(boolean mayOpen, CertificateStore store, String... rules) {
        this(mayOpen, new PolicyInForce(rules(rules), store));
    }

    TestRoad(boolean mayOpen, PolicyInForce policy) {
        this(mayOpen, policy, LoopMarks.NONE);
    }

    /** Makes a road that accepts these local parts, although an MTA may read a route in them. */
    TestRoad(Set<String> allowLocalParts, PolicyInForce policy) {
        this(
                NextHopsConfig.only(hop(true)),
                policy,
                new OwnFields(HOST, AUTHSERV, LoopMarks.NONE),
                GroupLookup.none(),
                new PreparationWatch(),
                new CryptoGate(2),
                StageObserver.none(),
                new RecipientsConfig(allowLocalParts));
    }

    /** Makes a road on which challenges of ACME authorities are awaited. */
    static TestRoad awaiting(Challenges challenges, PolicyInForce policy) {
        return new TestRoad(
                NextHopsConfig.only(hop(true)),
                policy,
                new OwnFields(HOST, AUTHSERV, LoopMarks.NONE),
                GroupLookup.none(),
                new PreparationWatch(),
                new CryptoGate(2),
                StageObserver.none(),
                RecipientsConfig.DEFAULT,
                challenges);
    }

    /** Makes a road whose copies for the quarantine can be released. */
    static TestRoad holding(Holding holding, String... rules) {
        return new TestRoad(
                NextHopsConfig.only(hop(true)),
                new PolicyInForce(rules(rules), Parties.STORE),
                new OwnFields(HOST, AUTHSERV, LoopMarks.NONE, Optional.of(holding)),
                GroupLookup.none(),
                new PreparationWatch(),
                new CryptoGate(2),
                StageObserver.none(),
                RecipientsConfig.DEFAULT);
    }

    TestRoad(boolean mayOpen, PolicyInForce policy, LoopMarks loops) {
        this(NextHopsConfig.only(hop(mayOpen)), policy, loops);
    }

    TestRoad(NextHopsConfig nextHops, PolicyInForce policy) {
        this(nextHops, policy, LoopMarks.NONE);
    }

    /** Makes a road with groups of directory servers. */
    TestRoad(GroupLookup groups, String... rules) {
        this(NextHopsConfig.only(hop(true)), new PolicyInForce(rules(rules), Parties.STORE), LoopMarks.NONE, groups);
    }

    private TestRoad(NextHopsConfig nextHops, PolicyInForce policy, LoopMarks loops) {
        this(nextHops, policy, loops, GroupLookup.none());
    }

    private TestRoad(NextHopsConfig nextHops, PolicyInForce policy, LoopMarks loops, GroupLookup groups) {
        this(nextHops, policy, loops, groups, new PreparationWatch(), new CryptoGate(2), StageObserver.none());
    }

    /** Makes a road with another watch, which says when a message hangs, and with a gate that the test may look at. */
    TestRoad(PreparationWatch watch, CryptoGate gate, CertificateStore store, String... rules) {
        this(watch, gate, StageObserver.none(), new PolicyInForce(rules(rules), store));
    }

    /** Makes such a road with an observer of stages. */
    TestRoad(PreparationWatch watch, CryptoGate gate, StageObserver stages, PolicyInForce policy) {
        this(NextHopsConfig.only(hop(true)), policy, LoopMarks.NONE, GroupLookup.none(), watch, gate, stages);
    }

    private TestRoad(
            NextHopsConfig nextHops,
            PolicyInForce policy,
            LoopMarks loops,
            GroupLookup groups,
            PreparationWatch watch,
            CryptoGate gate,
            StageObserver stages) {
        this(
                nextHops,
                policy,
                new OwnFields(HOST, AUTHSERV, loops),
                groups,
                watch,
                gate,
                stages,
                RecipientsConfig.DEFAULT);
    }

    private TestRoad(
            NextHopsConfig nextHops,
            PolicyInForce policy,
            OwnFields fields,
            GroupLookup groups,
            PreparationWatch watch,
            CryptoGate gate,
            StageObserver stages,
            RecipientsConfig recipients) {
        this(nextHops, policy, fields, groups, watch, gate, stages, recipients, Challenges.none());
    }

    private TestRoad(
            NextHopsConfig nextHops,
            PolicyInForce policy,
            OwnFields fields,
            GroupLookup groups,
            PreparationWatch watch,
            CryptoGate gate,
            StageObserver stages,
            RecipientsConfig recipients,
            Challenges challenges) {
        Admission admission = new Admission(new Origin(trusted()), recipients);
        this.road = new Road(
                new Preparer(fields, admission, nextHops, groups, new CmsWork(gate, learnt::add), challenges),
                policy,
                delivery,
                new Records(audit, new Notices(HOST, nextHops, new NoticeLimit(), delivery)),
                new Timing(watch, Duration.ofSeconds(60), stages, InstantSource.fixed(Parties.NOW)));
    }

    /** Returns the signers that the store would learn of. */
    List<VerifiedSigner> learnt() {
        return learnt;
    }

    private static NextHopConfig hop(boolean mayOpen) {
        InetAddress address = InetAddress.ofLiteral(mayOpen ? "127.0.0.1" : "192.0.2.1");
        return NextHopConfig.smtp(new InetSocketAddress(address, 25), NextHopConfig.TlsMode.NONE, Optional.empty());
    }

    /** Makes a road with these parameters of Set-SmimeConfig, in YAML flow style. */
    static TestRoad withSmime(String smime, CertificateStore store, String... rules) {
        return new TestRoad(true, new PolicyInForce(load("smime: { " + smime + " }\n" + text(rules)), store));
    }

    /** Makes a road with these lines of the policy before the rules. */
    static TestRoad with(String lines, String... rules) {
        return with(lines, Parties.STORE, rules);
    }

    /** Makes such a road with another store. */
    static TestRoad with(String lines, CertificateStore store, String... rules) {
        return new TestRoad(true, new PolicyInForce(load(text(rules).replace("rules:\n", lines + "rules:\n")), store));
    }

    /**
     * Reads rules in YAML flow style, without {@code - }. A rule that leaves everything to the mailbox policy is added,
     * unless the last one is for everything.
     */
    static RuleSet rules(String... rules) {
        return load(text(rules));
    }

    private static String text(String... rules) {
        StringBuilder yaml = new StringBuilder("""
                version: 1
                internal: [example.com]
                quarantine: quarantine@example.com
                rules:
                """);
        for (String rule : rules) {
            yaml.append("  - ").append(rule).append('\n');
        }
        if (rules.length == 0 || !rules[rules.length - 1].contains("when: always")) {
            yaml.append("  - { id: rest, when: always, then: mailboxPolicy }\n");
        }
        return yaml.toString();
    }

    /** Reads a whole policy. */
    static RuleSet load(String yaml) {
        return switch (RuleSet.read("policy.yaml", yaml)) {
            case RuleSet.Loaded(RuleSet loaded, var _) -> loaded;
            case RuleSet.Broken(var problems) -> throw new AssertionError(problems.toString());
        };
    }

    static Predicate<InetAddress> trusted() {
        return address ->
                address.isLoopbackAddress() || address.getHostAddress().equals("192.0.2.1");
    }

    List<Reply> send(Letter letter, String message) {
        return send(letter, RawMessage.of(octets(message)));
    }

    List<Reply> send(Letter letter, RawMessage message) {
        return send(letter.envelope(), message);
    }

    List<Reply> send(Envelope envelope, RawMessage message) {
        try (Spool.Scope scope = SPOOLS.open()) {
            return road.receive(envelope, message, scope);
        }
    }

    Road road() {
        return road;
    }

    List<RecordingDelivery.Sent> sent() {
        return delivery.sent();
    }

    RecordingDelivery delivery() {
        return delivery;
    }

    RecordingAudit audit() {
        return audit;
    }

    /** Returns one field of the audit event of each recipient. */
    <T> List<T> audited(Function<AuditEvent.RecipientDone, T> field) {
        return audit.events().stream().map(field).toList();
    }

    static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Makes a message in plain text. The header lines come first and end in LF here. */
    static String message(String headerLines, String body) {
        return (headerLines + "MIME-Version: 1.0\nContent-Type: text/plain; charset=us-ascii\n\n" + body)
                .replace("\n", "\r\n");
    }

    /** Makes a message from Alice with this To. */
    static String toAll(String to) {
        return message("From: Alice <alice@example.com>\nTo: " + to + "\nSubject: A  plan\n", "Hello\n.\nworld\n");
    }

    static final Peer.Protocol LMTP = Peer.Protocol.LMTP;
    static final Peer.Protocol SMTP = Peer.Protocol.SMTP;
}
