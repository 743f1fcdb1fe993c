package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.postseal.certstore.key.KeyAlgorithm;

/**
 * Two organisations: {@code example.com}, whose Postfix filters through the gateway, and {@code partner.example} with a Postfix of its own. What a sender of ours
 * wants is in the address: {@code sign}, {@code cbc}, {@code gcm}, {@code both}, {@code both-gcm}, each with an RSA or an EC key; {@code plain} wants nothing.
 */
final class MailRoad implements AutoCloseable {
    static final String BOB_RSA = "bob@partner.example";
    static final String DORA_EC = "dora@partner.example";
    /** A partner without a certificate. */
    static final String NINA = "nina@partner.example";

    static final String ALICE_RSA = "alice@example.com";
    static final String CAROL_EC = "carol@example.com";
    /** Own users that want nothing: one with a key, one without. */
    static final String MALLORY = "mallory@example.com";

    static final String PLAIN = "plain@example.com";

    static final List<String> SENDERS = Stream.of("sign", "cbc", "gcm", "both", "both-gcm")
            .flatMap(wish -> Stream.of(wish + ".rsa@example.com", wish + ".ec@example.com"))
            .toList();

    private static final String POLICY = """
            version: 1
            internal: [example.com]
            mailboxPolicies:
              default:
                RequireSignedSMIMEMessages: false
                RequireEncryptedSMIMEMessages: false
              sign:
                extends: default
                appliesTo: [sign.rsa@example.com, sign.ec@example.com]
                RequireSignedSMIMEMessages: true
                RequireSignedSMIMEAlgorithm: SHA256
              cbc:
                extends: default
                appliesTo: [cbc.rsa@example.com, cbc.ec@example.com]
                RequireEncryptedSMIMEMessages: true
                RequireEncryptionSMIMEAlgorithm: AES256
              gcm:
                extends: default
                appliesTo: [gcm.rsa@example.com, gcm.ec@example.com]
                RequireEncryptedSMIMEMessages: true
                RequireEncryptionSMIMEAlgorithm: AES256-GCM
              both:
                extends: default
                appliesTo: [both.rsa@example.com, both.ec@example.com]
                RequireSignedSMIMEMessages: true
                RequireSignedSMIMEAlgorithm: SHA256
                RequireEncryptedSMIMEMessages: true
                RequireEncryptionSMIMEAlgorithm: AES256
              both-gcm:
                extends: default
                appliesTo: [both-gcm.rsa@example.com, both-gcm.ec@example.com]
                RequireSignedSMIMEMessages: true
                RequireSignedSMIMEAlgorithm: SHA256
                RequireEncryptedSMIMEMessages: true
                RequireEncryptionSMIMEAlgorithm: AES256-GCM
            rules:
              - id: as-the-mailbox-wants
                when: always
                then: mailboxPolicy
            """;

    private final TestPki pki;
    private final List<SmimePeer> peers;
    private final GatewayProcess gateway;
    private final PrivatePostfix own;
    private final PrivatePostfix partner;

    private MailRoad(
            TestPki pki, List<SmimePeer> peers, GatewayProcess gateway, PrivatePostfix own, PrivatePostfix partner) {
        this.pki = pki;
        this.peers = peers;
        this.gateway = gateway;
        this.own = own;
        this.partner = partner;
    }

    static MailRoad start() {
        return start(layout -> layout, 0);
    }

    /**
     * @param more what own Postfix has besides
     * @param nextHop where the gateway hands mail on; 0 for own Postfix's re-injection port
     */
    static MailRoad start(UnaryOperator<PostfixLayout> more, int nextHop) {
        Requirements.postfix();
        Requirements.peers();
        TestPki pki = new TestPki();
        List<String> own = Stream.concat(SENDERS.stream(), Stream.of(ALICE_RSA, CAROL_EC, MALLORY))
                .toList();
        for (String address :
                Stream.concat(own.stream(), Stream.of(BOB_RSA, DORA_EC)).toList()) {
            pki.user(
                    address,
                    address.contains(".ec@") || List.of(CAROL_EC, DORA_EC).contains(address)
                            ? KeyAlgorithm.P256
                            : KeyAlgorithm.RSA2048);
        }
        GatewayProcess gateway = new GatewayProcess(pki)
                .own(own.stream().map(pki::identity).toList())
                .partners(List.of(pki.identity(BOB_RSA), pki.identity(DORA_EC)));
        PostfixLayout ours = new PostfixLayout("mail.example.com");
        PostfixLayout theirs = new PostfixLayout("mail.partner.example");
        ours.filters(gateway.submissionLmtp(), gateway.inboundLmtp())
                .mailboxes(Stream.concat(own.stream(), Stream.of(PLAIN)).toArray(String[]::new))
                .routeTo("partner.example", theirs.inboundPort());
        theirs.mailboxes(BOB_RSA, DORA_EC, NINA).routeTo("example.com", ours.inboundPort());
        gateway.start(POLICY, nextHop == 0 ? ours.reinjectionPort() : nextHop);
        return new MailRoad(
                pki, SmimePeer.all(pki), gateway, PrivatePostfix.start(more.apply(ours)), PrivatePostfix.start(theirs));
    }

    TestPki pki() {
        return pki;
    }

    /** openssl, gpgsm, NSS; they hold everybody's keys. */
    List<SmimePeer> peers() {
        return peers;
    }

    OpenSslPeer openssl() {
        return (OpenSslPeer) peers.getFirst();
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

    /** An own user sends. */
    void submit(SmimeMail message, String sender, String... recipients) {
        SmtpSender.send(own.layout().submissionPort(), sender, Arrays.asList(recipients), message.octets());
    }

    /** A partner sends: into its own Postfix, which sends to ours. */
    void sendFromPartner(SmimeMail message, String sender, String... recipients) {
        SmtpSender.send(partner.layout().submissionPort(), sender, Arrays.asList(recipients), message.octets());
    }

    /** What arrived in a mailbox of either side. */
    SmimeMail arrived(String recipient, String id) {
        PrivatePostfix side = recipient.endsWith("@partner.example") ? partner : own;
        try {
            return new SmimeMail(side.awaitMail(recipient, mark(id)));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\ngateway:\n" + gateway.log() + "\nown:\n" + own.log(), e);
        }
    }

    static String mark(String id) {
        return "<" + id + "@test>";
    }

    /** The decrypted or signed octets as an entity. */
    static SmimeMail entity(byte[] octets) {
        return new SmimeMail(octets);
    }

    static byte[] octets(String text) {
        return text.getBytes(ISO_8859_1);
    }

    @Override
    public void close() {
        Closing.all(peers.toArray(AutoCloseable[]::new));
        Closing.all(partner, own, gateway, pki);
    }
}
