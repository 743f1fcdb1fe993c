package org.postseal.gateway.e2e;

import java.util.List;
import java.util.stream.Stream;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.TestPki;

/**
 * Own users of {@code example.com} and users of {@code partner.example}, with their keys and the policy. The address of
 * our sender says what the sender wants: {@code sign}, {@code cbc}, {@code gcm}, {@code both}, {@code both-gcm}, each
 * with an RSA or an EC key; the others want nothing.
 */
public final class Users implements AutoCloseable {
    public static final String BOB_RSA = "bob@partner.example";
    public static final String DORA_EC = "dora@partner.example";
    /** A partner without a certificate. */
    public static final String NINA = "nina@partner.example";

    public static final String ALICE_RSA = "alice@example.com";
    public static final String CAROL_EC = "carol@example.com";
    /** Own users who want nothing: one with a key, one without. */
    public static final String MALLORY = "mallory@example.com";

    public static final String PLAIN = "plain@example.com";

    public static final List<String> SENDERS = Stream.of("sign", "cbc", "gcm", "both", "both-gcm")
            .flatMap(wish -> Stream.of(wish + ".rsa@example.com", wish + ".ec@example.com"))
            .toList();

    private static final List<String> OWN = Stream.concat(SENDERS.stream(), Stream.of(ALICE_RSA, CAROL_EC, MALLORY))
            .toList();
    private static final List<String> PARTNERS = List.of(BOB_RSA, DORA_EC);

    /** The policy does what the mailbox policy of the sender wants. */
    public static final String POLICY = """
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
            recipientsRead: [AES256-GCM, PKCS1]
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
            recipientsRead: [AES256-GCM, PKCS1]
        rules:
          - id: as-the-mailbox-wants
            when: always
            then: mailboxPolicy
        """;

    private final TestPki pki = new TestPki();

    public Users() {
        this(KeyAlgorithm.RSA2048);
    }

    /** @param rsa the algorithm of RSA keys */
    public Users(KeyAlgorithm rsa) {
        Stream.concat(OWN.stream(), PARTNERS.stream())
                .forEach(address -> pki.user(address, isEc(address) ? KeyAlgorithm.P256 : rsa));
    }

    private static boolean isEc(String address) {
        return address.contains(".ec@") || List.of(CAROL_EC, DORA_EC).contains(address);
    }

    public TestPki pki() {
        return pki;
    }

    /** Makes a gateway with the keys of own users and the certificates of partners. It is not started. */
    public GatewayProcess gateway() {
        return new GatewayProcess(pki)
                .own(OWN.stream().map(pki::identity).toList())
                .partners(PARTNERS.stream().map(pki::identity).toList());
    }

    static String[] mailboxes() {
        return Stream.concat(OWN.stream(), Stream.of(PLAIN)).toArray(String[]::new);
    }

    @Override
    public void close() {
        pki.close();
    }
}
