package org.postseal.gateway.e2e;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.Peer;

/**
 * Two organisations with a gateway in one of the ways that the documentation describes: what each page shows is run, the ports changed. At the port where the gateway hands mail
 * on a {@link RecipientGate} can put recipients off.
 */
final class ModeRoad implements AutoCloseable {
    /** Own user whose mail leaves signed and encrypted. */
    static final String ALICE = "alice@example.com";
    /** Own user without wishes and without a key. */
    static final String PLAIN = "plain@example.com";

    static final String BOB = "bob@partner.example";
    static final String DORA = "dora@partner.example";
    /** A partner without a certificate. */
    static final String NINA = "nina@partner.example";

    private static final String POLICY = """
        version: 1
        internal: [example.com]
        mailboxPolicies:
          default: { RequireSignedSMIMEMessages: false, RequireEncryptedSMIMEMessages: false }
          alice:
            extends: default
            appliesTo: [alice@example.com]
            RequireSignedSMIMEMessages: true
            RequireEncryptedSMIMEMessages: true
            RequireEncryptionSMIMEAlgorithm: AES256
        rules: [{ id: all, when: always, then: mailboxPolicy }]
        """;

    /** How the gateway is put between mail servers. */
    enum Mode {
        AFTER_QUEUE_LMTP("howto-postfix.md", Peer.Protocol.LMTP),
        AFTER_QUEUE_SMTP("howto-postfix-smtp.md", Peer.Protocol.SMTP),
        BEFORE_QUEUE("howto-postfix-proxy.md", Peer.Protocol.SMTP);

        private final String page;
        private final Peer.Protocol protocol;

        Mode(String page, Peer.Protocol protocol) {
            this.page = page;
            this.protocol = protocol;
        }

        HowtoPage page() {
            return new HowtoPage(page);
        }

        boolean isLmtp() {
            return protocol == Peer.Protocol.LMTP;
        }
    }

    private final TestPki pki;
    private final OpenSslPeer openssl;
    private final RecipientGate gate;
    private final GatewayProcess gateway;
    private final PrivatePostfix own;
    private final PrivatePostfix partner;
    private final PostfixLayout outside;

    private ModeRoad(
            TestPki pki,
            RecipientGate gate,
            GatewayProcess gateway,
            PrivatePostfix own,
            PrivatePostfix partner,
            PostfixLayout outside) {
        this.pki = pki;
        this.openssl = new OpenSslPeer(pki);
        this.gate = gate;
        this.gateway = gateway;
        this.own = own;
        this.partner = partner;
        this.outside = outside;
    }

    static ModeRoad start(Mode mode) {
        return start(mode, layout -> layout);
    }

    /** With more in own Postfix. */
    static ModeRoad start(Mode mode, UnaryOperator<PostfixLayout> more) {
        Requirements.postfix();
        Requirements.programs("openssl");
        TestPki pki = users();
        GatewayProcess gateway = gateway(pki);
        PostfixLayout ours = new PostfixLayout("mail.example.com");
        PostfixLayout theirs = theirs();
        int submission = mode.isLmtp() ? gateway.submissionLmtp() : gateway.submissionSmtp();
        int inbound = mode.isLmtp() ? gateway.inboundLmtp() : gateway.inboundSmtp();
        Map<String, String> places = ours.places(submission, inbound);
        RecipientGate gate = new RecipientGate();
        gate.guard(ours.as(mode.page(), "", places), ours.reinjectionPort())
                .mailboxes(ALICE, PLAIN)
                .routeTo("partner.example", theirs.inboundPort());
        gateway.start(POLICY, mode.page().with(places).block("yaml"), List.of(submission, inbound));
        return new ModeRoad(
                pki,
                gate,
                gateway,
                PrivatePostfix.start(more.apply(ours)),
                PrivatePostfix.start(theirs.routeTo("example.com", ours.inboundPort())),
                ours);
    }

    /** The gateway between an internal Postfix and one at the edge, which is also where the partner's mailboxes are. */
    static ModeRoad relay() {
        Requirements.postfix();
        Requirements.programs("openssl");
        TestPki pki = users();
        GatewayProcess gateway = gateway(pki);
        PostfixLayout internal = new PostfixLayout("mail.example.com");
        PostfixLayout edge = theirs();
        String certificate = gateway.file("tls.pem").toString();
        String key = gateway.file("tls.key").toString();
        Command.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=host",
                        "-addext",
                        "subjectAltName=IP:127.0.0.1",
                        "-keyout",
                        key,
                        "-out",
                        certificate)
                .output();
        Map<String, String> places = new LinkedHashMap<>(Map.of(
                "10.0.0.5:2524", "127.0.0.1:" + gateway.submissionSmtp(),
                "10.0.0.5:2525", "127.0.0.1:" + gateway.inboundSmtp(),
                "10.0.0.5]:2524", "127.0.0.1]:" + gateway.submissionSmtp(),
                "10.0.0.5]:2525", "127.0.0.1]:" + gateway.inboundSmtp(),
                "10.0.0.10:25", "127.0.0.1:" + internal.inboundPort(),
                "10.0.0.20:25", "127.0.0.1:" + edge.inboundPort()));
        for (String address : List.of("10.0.0.5", "10.0.0.10", "10.0.0.20")) {
            places.put(address, "127.0.0.1");
        }
        for (String file : List.of("gateway.pem", "ca.pem", "/etc/postfix/internal.pem", "/etc/postfix/edge.pem")) {
            places.put(file, certificate);
        }
        for (String file : List.of("gateway.key", "/etc/postfix/internal.key", "/etc/postfix/edge.key")) {
            places.put(file, key);
        }
        HowtoPage page = new HowtoPage("howto-relay.md");
        RecipientGate gate = new RecipientGate();
        gate.guard(edge.as(page, "edge/", places), edge.inboundPort());
        internal.as(page, "internal/", places).mailboxes(ALICE, PLAIN);
        gateway.start(
                POLICY, page.with(places).block("yaml"), List.of(gateway.submissionSmtp(), gateway.inboundSmtp()));
        return new ModeRoad(pki, gate, gateway, PrivatePostfix.start(internal), PrivatePostfix.start(edge), edge);
    }

    private static TestPki users() {
        return new TestPki()
                .user(ALICE, KeyAlgorithm.RSA2048)
                .user(BOB, KeyAlgorithm.RSA2048)
                .user(DORA, KeyAlgorithm.P256);
    }

    private static GatewayProcess gateway(TestPki pki) {
        return new GatewayProcess(pki)
                .own(List.of(pki.identity(ALICE)))
                .partners(List.of(pki.identity(BOB), pki.identity(DORA)));
    }

    private static PostfixLayout theirs() {
        return new PostfixLayout("mail.partner.example").mailboxes(BOB, DORA, NINA);
    }

    Identity identity(String address) {
        return pki.identity(address);
    }

    OpenSslPeer openssl() {
        return openssl;
    }

    GatewayProcess gateway() {
        return gateway;
    }

    PrivatePostfix own() {
        return own;
    }

    PrivatePostfix partner() {
        return partner;
    }

    /** Puts off whom it is told to, where the gateway hands mail on. */
    RecipientGate gate() {
        return gate;
    }

    /** An own user sends. */
    SmtpSender.Outcome submit(SmimeMail message, String sender, String... recipients) {
        return send(own.layout().submissionPort(), message, sender, recipients);
    }

    /** A partner's mail server sends to the port where mail from outside comes in. */
    SmtpSender.Outcome sendFromOutside(SmimeMail message, String sender, String... recipients) {
        return send(outside.inboundPort(), message, sender, recipients);
    }

    private static SmtpSender.Outcome send(int port, SmimeMail message, String sender, String... recipients) {
        try (SmtpSender connection = SmtpSender.smtp(port)) {
            return connection.send(sender, Arrays.asList(recipients), message.octets());
        }
    }

    /** What arrived in a mailbox of either side. */
    SmimeMail arrived(String recipient, String id) {
        try {
            return new SmimeMail(side(recipient).awaitMail(recipient, MailRoad.mark(id)));
        } catch (AssertionError e) {
            throw new AssertionError(
                    e.getMessage() + "\ngateway:\n" + gateway.log() + gateway.audit(id) + "\nown:\n" + own.log()
                            + "\npartner:\n" + partner.log(),
                    e);
        }
    }

    /** How many of it are in the mailbox. */
    int count(String recipient, String id) {
        return side(recipient).mailsWith(recipient, MailRoad.mark(id)).size();
    }

    /** Every delivery status notification in these mailboxes. */
    List<SmimeMail> notifications(String... addresses) {
        return Stream.of(addresses)
                .flatMap(address -> side(address).mailbox(address).stream())
                .map(SmimeMail::new)
                .filter(message -> message.kind().equals("multipart/report"))
                .toList();
    }

    private PrivatePostfix side(String address) {
        return address.endsWith("@partner.example") ? partner : own;
    }

    @Override
    public void close() {
        Closing.all(partner, own, gateway, gate, openssl, pki);
    }
}
