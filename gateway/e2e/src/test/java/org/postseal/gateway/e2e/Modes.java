package org.postseal.gateway.e2e;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.HowtoPage;
import org.postseal.gateway.testkit.PostfixLayout;
import org.postseal.gateway.testkit.PrivatePostfix;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.TestPki;

/**
 * Starts a {@link ModeRoad} in each way that the documentation describes: with what each page shows, and other ports.
 */
final class Modes {
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
          signs:
            extends: default
            appliesTo: [carol@example.com]
            RequireSignedSMIMEMessages: true
        rules: [{ id: all, when: always, then: mailboxPolicy }]
        """;

    /** A policy that changes nothing. */
    static final String RELAY_EVERYTHING = """
        version: 1
        internal: [example.com]
        rules: [{ id: all, when: always, then: { sign: never, encrypt: never } }]
        """;

    private Modes() {}

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

    static ModeRoad start(Mode mode) {
        return start(mode, layout -> layout);
    }

    /** Starts a road with more settings in own Postfix. */
    static ModeRoad start(Mode mode, UnaryOperator<PostfixLayout> more) {
        Requirements.postfix();
        Requirements.programs("openssl");
        TestPki pki = users();
        GatewayProcess gateway = gateway(pki);
        PostfixLayout ours = new PostfixLayout("mail.example.com");
        PostfixLayout theirs = theirs();
        int submission = mode.isLmtp() ? gateway.submissionLmtp() : gateway.submissionSmtp();
        int inbound = mode.isLmtp() ? gateway.inboundLmtp() : gateway.inboundSmtp();
        RecipientGate gate = new RecipientGate();
        Map<String, String> places = gate.guard(ours.places(submission, inbound), ours.reinjectionPort());
        ours.as(mode.page(), "", places)
                .mailboxes(ModeRoad.ALICE, ModeRoad.PLAIN, ModeContract.GROUP)
                .alias(ModeContract.GROUP, ModeContract.GROUP, ModeRoad.BOB)
                .fullMailbox(ModeRoad.CAROL)
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

    /**
     * Starts a road after the queue over LMTP, with OpenDKIM, rspamd and ClamAV beside it, and the partner's OpenDKIM.
     * Mail from outside comes by the partner's Postfix.
     */
    static ModeRoad with(Milters milters) {
        TestPki pki = users();
        GatewayProcess gateway = gateway(pki);
        PostfixLayout ours = new PostfixLayout("mail.example.com");
        PostfixLayout theirs = theirs().setting("smtpd_milters = " + milters.partnersMilter());
        Map<String, String> places = new LinkedHashMap<>(milters.places());
        places.putAll(ours.places(gateway.submissionLmtp(), gateway.inboundLmtp()));
        RecipientGate gate = new RecipientGate();
        ours.as(Milters.PAGE, "", places)
                .mailboxes(ModeRoad.ALICE, ModeRoad.PLAIN, ModeRoad.CAROL)
                .alias("away@example.com", ModeRoad.NINA)
                .setting("smtpd_authorized_xclient_hosts = 127.0.0.0/8")
                .setting("mynetworks = 127.0.0.0/8, 192.0.2.0/24")
                .routeTo("partner.example", theirs.inboundPort());
        gateway.start(
                POLICY,
                Milters.PAGE.with(places).block("yaml"),
                List.of(gateway.submissionLmtp(), gateway.inboundLmtp()));
        theirs.routeTo("example.com", ours.inboundPort());
        return new ModeRoad(pki, gate, gateway, PrivatePostfix.start(ours), PrivatePostfix.start(theirs), theirs);
    }

    /**
     * Starts a road with the gateway between an internal Postfix and one at the edge. The edge also has the partner's
     * mailboxes.
     */
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
        internal.as(page, "internal/", places)
                .mailboxes(ModeRoad.ALICE, ModeRoad.PLAIN, ModeContract.GROUP)
                .alias(ModeContract.GROUP, ModeContract.GROUP, ModeRoad.BOB)
                .fullMailbox(ModeRoad.CAROL);
        gateway.start(
                POLICY, page.with(places).block("yaml"), List.of(gateway.submissionSmtp(), gateway.inboundSmtp()));
        return new ModeRoad(pki, gate, gateway, PrivatePostfix.start(internal), PrivatePostfix.start(edge), edge);
    }

    private static TestPki users() {
        return new TestPki()
                .user(ModeRoad.ALICE, KeyAlgorithm.RSA2048)
                .user(ModeRoad.CAROL, KeyAlgorithm.RSA2048)
                .user(ModeRoad.BOB, KeyAlgorithm.RSA2048)
                .user(ModeRoad.DORA, KeyAlgorithm.P256);
    }

    private static GatewayProcess gateway(TestPki pki) {
        return new GatewayProcess(pki)
                .own(List.of(pki.identity(ModeRoad.ALICE), pki.identity(ModeRoad.CAROL)))
                .partners(List.of(pki.identity(ModeRoad.BOB), pki.identity(ModeRoad.DORA)));
    }

    private static PostfixLayout theirs() {
        return new PostfixLayout("mail.partner.example")
                .setting("message_size_limit = 20480000")
                .mailboxes(ModeRoad.BOB, ModeRoad.DORA, ModeRoad.NINA);
    }
}
