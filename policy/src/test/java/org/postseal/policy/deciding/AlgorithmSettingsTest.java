package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.deciding.FakeDirectory.YES;

import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.KeyPlace;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.Capabilities;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.EncryptionSettings.Cipher;
import org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport;
import org.postseal.policy.protection.KeyFacts;
import org.postseal.policy.protection.KeyKind;
import org.postseal.policy.protection.Protection;
import org.postseal.policy.protection.SigningSettings;
import org.postseal.policy.protection.SigningSettings.Digest;
import org.postseal.policy.protection.SigningSettings.RsaPadding;

/** Tests which keys count, and which algorithms sign and encrypt, by the settings of mailbox policies and rules. */
@Tag("thorough")
class AlgorithmSettingsTest {
    private static final Set<String> OLD =
            Set.of("MD5", "SHA1", "TripleDES", "DES", "RC2128bit", "RC264bit", "RC240bit");
    private static final String EXACT = ", enforcement: exact, recipientsRead: [AES128, AES192, AES256,"
            + " AES128-GCM, AES192-GCM, AES256-GCM, PKCS1, OAEP-SHA256]";

    @ParameterizedTest
    @CsvSource({
        "RSA, 2048, -, SignedAndEncrypted",
        "RSA, 3071, 'minimumKeySize: { RSA: 3072 }', NO_SIGNING_KEY",
        "RSA, 3072, 'minimumKeySize: { RSA: 3072 }', SignedAndEncrypted",
        "EC, 256, 'minimumKeySize: { RSA: 3072 }', SignedAndEncrypted",
        "EC, 256, 'minimumKeySize: { EC: 384 }', NO_SIGNING_KEY",
        "EC, 384, 'profile: cnsa-1', SignedAndEncrypted",
        "EC, 256, 'profile: cnsa-1', NO_SIGNING_KEY",
        "EC, 256, 'profile: edi-energy-2025', NO_SIGNING_KEY",
        "BRAINPOOL, 256, -, SignedAndEncrypted",
        "BRAINPOOL, 256, 'minimumKeySize: { EC: 384 }', NO_SIGNING_KEY",
        "BRAINPOOL, 256, 'keyAlgorithms: [RSA, EC]', NO_SIGNING_KEY",
        "BRAINPOOL, 384, 'profile: cnsa-1', NO_SIGNING_KEY",
        "BRAINPOOL, 384, 'profile: bsi-tr-02102-2026', SignedAndEncrypted",
        "RSA, 2048, 'profile: bsi-tr-02102-2026', NO_SIGNING_KEY",
        "ML_DSA, 87, 'keyAlgorithms: [RSA, ML-DSA], minimumKeySize: { ML-DSA: 87 }', SignedAndEncrypted",
        "ML_DSA, 65, 'keyAlgorithms: [RSA, ML-DSA], minimumKeySize: { ML-DSA: 87 }', NO_SIGNING_KEY",
        "ML_KEM, 768, 'profile: cnsa-2', NO_SIGNING_KEY",
        "RSA, 4096, 'profile: cnsa-2', NO_SIGNING_KEY",
        "ED25519, 256, 'keyAlgorithms: [RSA, EC]', NO_SIGNING_KEY",
        "ED25519, 256, 'keyAlgorithms: [RSA, Ed25519]', SignedAndEncrypted"
    })
    void smallKeysCountAsNone(KeyKind kind, int bits, String setting, String outcome) {
        String policy = """
                version: 1
                internal: [example.com]
                mailboxPolicies: { default: { RequireSignedSMIMEMessages: true, %s } }
                rules:
                  - { id: e, when: { subject: e }, then: { sign: never, encrypt: required } }
                  - { id: last, when: always, then: { sign: required, encrypt: required } }
                """.formatted(setting.equals("-") ? "" : setting);
        DirectoryFacts.Fact key = new DirectoryFacts.Fact.Available(new KeyFacts(kind, bits), Capabilities.UNKNOWN);
        Mail mail = Mail.ours("a@example.com", "bob@out.example");
        assertThat(outcome(policy, mail, new FakeDirectory(YES, key))).isEqualTo(outcome);
        // The recipient's key is judged in the same way.
        assertThat(outcome(
                        policy.replace("RequireSignedSMIMEMessages: true, ", ""),
                        mail.header("Subject", "e"),
                        new FakeDirectory(key, YES)))
                .isEqualTo(outcome.equals("NO_SIGNING_KEY") ? "NO_RECIPIENT_CERTIFICATE" : "Encrypted");
    }

    private static String outcome(String policy, Mail mail, DirectoryFacts directory) {
        return switch (Policies.load(policy).decide(mail.facts(), directory).decision()) {
            case Decision.Deliver deliver -> deliver.protection().getClass().getSimpleName();
            case Decision.Reject reject -> reject.reason().name();
            case Decision.Defer defer -> defer.reason().name();
            case Decision.Redirect redirect -> redirect.reason().name();
            case Decision.Answer _ -> throw new AssertionError("no rule answers");
        };
    }

    @ParameterizedTest
    @CsvSource({
        "RequireSignedSMIMEAlgorithm, MD5, SHA256, AES256_CBC, PKCS1, PKCS1",
        "RequireSignedSMIMEAlgorithm, SHA1, SHA256, AES256_CBC, PKCS1, PKCS1",
        "RequireSignedSMIMEAlgorithm, SHA256, SHA256, AES256_CBC, PKCS1, PKCS1",
        "RequireSignedSMIMEAlgorithm, SHA384, SHA384, AES256_CBC, PKCS1, PKCS1",
        "RequireSignedSMIMEAlgorithm, SHA512, SHA512, AES256_CBC, PKCS1, PKCS1",
        "RequireEncryptionSMIMEAlgorithm, TripleDES, SHA256, AES256_CBC, PKCS1, PKCS1",
        "RequireEncryptionSMIMEAlgorithm, DES, SHA256, AES256_CBC, PKCS1, PKCS1",
        "RequireEncryptionSMIMEAlgorithm, RC2128bit, SHA256, AES256_CBC, PKCS1, PKCS1",
        "RequireEncryptionSMIMEAlgorithm, RC264bit, SHA256, AES256_CBC, PKCS1, PKCS1",
        "RequireEncryptionSMIMEAlgorithm, RC240bit, SHA256, AES256_CBC, PKCS1, PKCS1",
        "RequireEncryptionSMIMEAlgorithm, AES128, SHA256, AES128_CBC, PKCS1, PKCS1",
        "RequireEncryptionSMIMEAlgorithm, AES192, SHA256, AES192_CBC, PKCS1, PKCS1",
        "RequireEncryptionSMIMEAlgorithm, AES256, SHA256, AES256_CBC, PKCS1, PKCS1",
        "RequireEncryptionSMIMEAlgorithm, AES128-GCM, SHA256, AES128_GCM, PKCS1, PKCS1",
        "RequireEncryptionSMIMEAlgorithm, AES192-GCM, SHA256, AES192_GCM, PKCS1, PKCS1",
        "RequireEncryptionSMIMEAlgorithm, AES256-GCM, SHA256, AES256_GCM, PKCS1, PKCS1",
        "RSAKeyTransport, OAEP-SHA256, SHA256, AES256_CBC, OAEP_SHA256, PKCS1",
        "RSASignaturePadding, PSS, SHA256, AES256_CBC, PKCS1, PSS",
        "AllowSMIMEEncryptionAlgorithmNegotiation, BlockNegotiation, SHA256, AES256_CBC, PKCS1, PKCS1"
    })
    void algorithmsByName(
            String key, String value, Digest digest, Cipher cipher, RsaKeyTransport transport, RsaPadding padding) {
        Decision expected = new Decision.Deliver(
                Decision.Incoming.AS_RECEIVED,
                new Protection.SignedAndEncrypted(
                        new SigningSettings(digest, padding, true), new EncryptionSettings(cipher, transport)));
        boolean isOld = OLD.contains(value);
        String byMailboxPolicy = """
                version: 1
                internal: [example.com]
                mailboxPolicies:
                  default: { RequireSignedSMIMEMessages: true, RequireEncryptedSMIMEMessages: true, %s: %s%s }
                rules: [{ id: last, when: always, then: mailboxPolicy }]
                """.formatted(key, value, isOld ? "" : EXACT);
        assertThat(Policies.decide(byMailboxPolicy, "a@example.com").decision()).isEqualTo(expected);
    }

    @Test
    void ruleSetsAlgorithmsButCannotWeakenThem() {
        String policy = """
                version: 1
                internal: [example.com]
                mailboxPolicies: { default: { RequireSignedSMIMEAlgorithm: SHA384 } }
                rules:
                  - id: gcm
                    when: { direction: outbound }
                    then:
                      sign: required
                      encrypt: required
                      RequireSignedSMIMEAlgorithm: SHA256
                      RequireEncryptionSMIMEAlgorithm: AES128-GCM
                      RSAKeyTransport: OAEP-SHA256
                      RSASignaturePadding: PSS
                      recipientsRead: [AES128-GCM, OAEP-SHA256]
                  - { id: last, when: always, then: mailboxPolicy }
                """;
        assertThat(Policies.decide(policy, "a@example.com").decision())
                .isEqualTo(new Decision.Deliver(
                        Decision.Incoming.AS_RECEIVED,
                        new Protection.SignedAndEncrypted(
                                new SigningSettings(Digest.SHA384, RsaPadding.PSS, true),
                                new EncryptionSettings(Cipher.AES128_GCM, RsaKeyTransport.OAEP_SHA256))));
    }

    @Test
    void softCertificatesForbiddenMeansOnlyKeysInHardwareSign() {
        String policy = """
                version: 1
                internal: [example.com]
                mailboxPolicies:
                  default: { RequireSignedSMIMEMessages: true, AllowSMIMESoftCerts: false }
                rules: [{ id: last, when: always, then: mailboxPolicy }]
                """;
        assertThat(Policies.decide(policy, "a@example.com").decision())
                .isEqualTo(new Decision.Reject(Reason.NO_SIGNING_KEY));
        assertThat(Policies.load(policy)
                        .decide(
                                Mail.ours("a@example.com", "bob@out.example").facts(),
                                new FakeDirectory(FakeDirectory.NO, FakeDirectory.YES, KeyPlace.HARDWARE))
                        .decision())
                .isEqualTo(new Decision.Deliver(
                        Decision.Incoming.AS_RECEIVED,
                        new Protection.Signed(
                                new SigningSettings(Digest.SHA256, RsaPadding.PKCS1, true, KeyPlace.HARDWARE))));
    }

    @Test
    void ruleCannotWeakenTheCipher() {
        String policy = """
                version: 1
                internal: [example.com]
                mailboxPolicies: { default: { RequireEncryptionSMIMEAlgorithm: AES256 } }
                rules:
                  - id: weak
                    when: { direction: outbound }
                    then: { encrypt: required, RequireEncryptionSMIMEAlgorithm: AES128 }
                  - { id: last, when: always, then: mailboxPolicy }
                """;
        assertThat(Policies.decide(policy, "a@example.com").decision())
                .isEqualTo(new Decision.Deliver(
                        Decision.Incoming.AS_RECEIVED,
                        new Protection.Encrypted(new EncryptionSettings(Cipher.AES256_CBC, RsaKeyTransport.PKCS1))));
    }
}
