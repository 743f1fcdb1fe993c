package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.deciding.FakeDirectory.YES;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.EncryptionSettings.Cipher;
import org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport;
import org.postseal.policy.protection.Protection;
import org.postseal.policy.protection.SigningSettings;
import org.postseal.policy.protection.SigningSettings.Digest;
import org.postseal.policy.protection.SigningSettings.RsaPadding;
import org.postseal.policy.settings.Setting;

/** Tests what organisation, domain, group and user demand together. */
class LevelsTest {
    private static final String LEVELS = """
            version: 1
            internal: [example.com, "*.example.com"]
            groups:
              clerks: [clerk@example.com, both@example.com, cfo@example.com]
              traders: [trader@example.com, both@example.com]
            mailboxPolicies:
              default:
                RequireSignedSMIMEMessages: true
                RequireSignedSMIMEAlgorithm: SHA1
                RequireEncryptionSMIMEAlgorithm: TripleDES
                recipientsRead: [AES256, AES256-GCM, PKCS1, OAEP-SHA256]
                mayWeaken: [RequireSignedSMIMEMessages]
              lab: { appliesTo: ["*.lab.example.com"], RequireSignedSMIMEMessages: false }
              deep: { appliesTo: ["*.deep.lab.example.com"], RequireEncryptedSMIMEMessages: true }
              host: { appliesTo: [x.lab.example.com], RequireEncryptionSMIMEAlgorithm: AES128 }
              clerks:
                appliesTo: [group:clerks]
                RequireSignedSMIMEMessages: false
                RequireEncryptedSMIMEMessages: false
                RequireSignedSMIMEAlgorithm: SHA512
              traders:
                appliesTo: [group:traders]
                RequireEncryptedSMIMEMessages: true
                RequireEncryptionSMIMEAlgorithm: AES256-GCM
                RSAKeyTransport: OAEP-SHA256
              chief:
                extends: traders
                appliesTo: [cfo@example.com]
                RSASignaturePadding: PSS
                RequireSignedSMIMEAlgorithm: SHA256
            rules:
              - { id: last, when: always, then: mailboxPolicy }
            """;

    private static SigningSettings signing(Digest digest, RsaPadding padding) {
        return new SigningSettings(digest, padding, true);
    }

    private static final SigningSettings SHA256 = signing(Digest.SHA256, RsaPadding.PKCS1);

    static Stream<Arguments> levels() {
        return Stream.of(
                Arguments.of("a@example.com", "default", new Protection.Signed(SHA256)),
                // The default lets others drop the signature.
                Arguments.of("a@one.lab.example.com", "lab", new Protection.Clear()),
                // The longest wildcard wins, and an exact name wins over any wildcard.
                Arguments.of(
                        "a@two.deep.lab.example.com",
                        "deep",
                        new Protection.SignedAndEncrypted(
                                SHA256, new EncryptionSettings(Cipher.AES256_GCM, RsaKeyTransport.OAEP_SHA256))),
                Arguments.of("a@x.lab.example.com", "host", new Protection.Signed(SHA256)),
                Arguments.of("clerk@example.com", "clerks", new Protection.Clear()),
                Arguments.of(
                        "trader@example.com",
                        "traders",
                        new Protection.SignedAndEncrypted(
                                SHA256, new EncryptionSettings(Cipher.AES256_GCM, RsaKeyTransport.OAEP_SHA256))),
                // Of two groups, the stricter one counts in each setting.
                Arguments.of(
                        "both@example.com",
                        "clerks+traders",
                        new Protection.SignedAndEncrypted(
                                signing(Digest.SHA512, RsaPadding.PKCS1),
                                new EncryptionSettings(Cipher.AES256_GCM, RsaKeyTransport.OAEP_SHA256))),
                // The user's own level adds to the group's, and its weaker digest does not count.
                Arguments.of(
                        "cfo@example.com",
                        "chief",
                        new Protection.Encrypted(
                                new EncryptionSettings(Cipher.AES256_GCM, RsaKeyTransport.OAEP_SHA256))));
    }

    @ParameterizedTest
    @MethodSource("levels")
    void addUp(String sender, String mailboxPolicy, Protection protection) {
        Ruling ruling = Policies.decide(LEVELS, sender);
        assertThat(ruling.explanation().mailboxPolicy()).isEqualTo(mailboxPolicy);
        assertThat(ruling.decision()).isEqualTo(new Decision.Deliver(Decision.Incoming.AS_RECEIVED, protection));
    }

    @Test
    void explanationNamesValueAndLevelOfEachSetting() {
        assertThat(Policies.decide(LEVELS, "cfo@example.com").explanation().settings().stream()
                        .map(Setting::toString))
                .containsExactly(
                        "RequireSignedSMIMEMessages: false (group: mailbox policy clerks)",
                        "RequireSignedSMIMEAlgorithm: SHA512 (group: mailbox policy clerks)",
                        "RequireEncryptedSMIMEMessages: true (user: mailbox policy traders)",
                        "RequireEncryptionSMIMEAlgorithm: AES256-GCM (user: mailbox policy traders)",
                        "AllowSMIMEEncryptionAlgorithmNegotiation: AllowAnyAlgorithmNegotiation (built-in)",
                        "AllowSMIMESoftCerts: true (built-in)",
                        "enforcement: minimum (built-in)",
                        "allowLegacyAlgorithms: [] (built-in)",
                        "readLegacyAlgorithms: [] (built-in)",
                        "RSAKeyTransport: OAEP-SHA256 (user: mailbox policy traders)",
                        "RSASignaturePadding: PSS (user: mailbox policy chief)",
                        "signer: own (built-in)",
                        "mlKem: beside (built-in)",
                        "encryptFor: [] (built-in)",
                        "acceptSenderEncryption: forRecipient (built-in)",
                        "keyAlgorithms: [RSA, EC, Brainpool, Ed25519, Ed448, X25519, X448, ML-KEM] (built-in)",
                        "minimumKeySize.RSA: 2048 (built-in)",
                        "minimumKeySize.EC: 256 (built-in)",
                        "minimumKeySize.ML-KEM: 512 (built-in)",
                        "minimumKeySize.ML-DSA: 44 (built-in)",
                        "recipientsRead: [AES256, AES256-GCM, PKCS1, OAEP-SHA256]"
                                + " (organisation: mailbox policy default)",
                        "headerProtection: true (built-in)",
                        "hideSubject: false (built-in)",
                        "legacyDisplay: true (built-in)",
                        "believeDomainSignatures: false (built-in)",
                        "openHeaderless: false (built-in)",
                        "OWABCCEncryptedEmailForking: 0 (built-in)",
                        "OWAClearSign: true (built-in)",
                        "OWAIncludeCertificateChainAndRootCertificate: false (built-in)",
                        "OWAIncludeCertificateChainWithoutRootCertificate: true (built-in)",
                        "OWAIncludeSMIMECapabilitiesInMessage: true (built-in)",
                        "OWAOnlyUseSmartCard: false (built-in)",
                        "OWASignedEmailCertificateInclusion: true (built-in)",
                        "OWATripleWrapSignedEncryptedMail: false (built-in)",
                        "OWAUseKeyIdentifier: false (built-in)");
        assertThat(Policies.decide(LEVELS, "a@one.lab.example.com")
                        .explanation()
                        .settings())
                .contains(new Setting("RequireSignedSMIMEMessages", "false", "domain: mailbox policy lab"));
    }

    @Test
    void smimeSectionSpeaksForTheOrganisation() {
        String policy = """
                version: 1
                internal: [example.com]
                smime: { OWAAlwaysSign: true, OWAAlwaysEncrypt: true, OWAClearSign: false }
                rules: [{ id: last, when: always, then: mailboxPolicy }]
                """;
        Ruling ruling = Policies.decide(policy, "a@example.com");
        assertThat(ruling.decision())
                .isEqualTo(new Decision.Deliver(
                        Decision.Incoming.AS_RECEIVED,
                        new Protection.SignedAndEncrypted(
                                new SigningSettings(Digest.SHA256, RsaPadding.PKCS1, false),
                                new EncryptionSettings(Cipher.AES256_CBC, RsaKeyTransport.PKCS1))));
        assertThat(ruling.explanation().steps())
                .containsExactly(
                        "direction outbound: the origin may submit for us, bob@out.example is outside",
                        "rule last matches: always",
                        "OWAAlwaysSign asks sign: required",
                        "OWAAlwaysEncrypt asks encrypt: required",
                        "signed with the key of a@example.com",
                        "encrypted for bob@out.example with AES256_CBC");
    }

    @Test
    void weakenedWhereAllowed() {
        String policy = """
                version: 1
                internal: [example.com]
                mailboxPolicies:
                  default: { RequireSignedSMIMEMessages: true, mayWeaken: RequireSignedSMIMEMessages }
                rules:
                  - { id: lists, when: { recipientDomain: out.example }, then: { sign: never } }
                  - { id: last, when: always, then: mailboxPolicy }
                """;
        assertThat(Policies.decide(policy, "a@example.com").decision())
                .isEqualTo(new Decision.Deliver(Decision.Incoming.AS_RECEIVED, new Protection.Clear()));
    }

    @Test
    void oneGroupCannotGiveUpWhatAnotherHolds() {
        String policy = """
                version: 1
                internal: [example.com]
                groups: { lax: [a@example.com, only@example.com], firm: [a@example.com] }
                mailboxPolicies:
                  lax:
                    appliesTo: [group:lax]
                    RequireSignedSMIMEMessages: true
                    mayWeaken: RequireSignedSMIMEMessages
                  firm: { appliesTo: [group:firm], RequireSignedSMIMEMessages: true }
                rules:
                  - { id: lists, when: { recipientDomain: out.example }, then: { sign: never } }
                  - { id: last, when: always, then: mailboxPolicy }
                """;
        assertThat(Policies.decide(policy, "a@example.com").decision())
                .isEqualTo(new Decision.Deliver(Decision.Incoming.AS_RECEIVED, new Protection.Signed(SHA256)));
        assertThat(Policies.decide(policy, "only@example.com").decision())
                .isEqualTo(new Decision.Deliver(Decision.Incoming.AS_RECEIVED, new Protection.Clear()));
    }

    @Test
    void ofTwoGroupsTheStricterCountsInEachSetting() {
        String policy = """
                version: 1
                internal: [example.com]
                groups: { one: [a@example.com, one@example.com], other: [a@example.com] }
                mailboxPolicies:
                  one: { appliesTo: [group:one], RequireSignedSMIMEMessages: true, RSASignaturePadding: PSS }
                  other: { appliesTo: [group:other], AllowSMIMESoftCerts: false, RSASignaturePadding: PKCS1 }
                rules:
                  - { id: soft, when: { recipientDomain: out.example }, then: { sign: ifPossible } }
                  - { id: last, when: always, then: mailboxPolicy }
                """;
        assertThat(Policies.decide(policy, "one@example.com").decision())
                .isEqualTo(new Decision.Deliver(
                        Decision.Incoming.AS_RECEIVED, new Protection.Signed(signing(Digest.SHA256, RsaPadding.PSS))));
        assertThat(Policies.decide(policy, "a@example.com").decision())
                .isEqualTo(new Decision.Reject(Reason.NO_SIGNING_KEY));
        assertThat(Policies.decide(policy.replace("AllowSMIMESoftCerts: false, ", ""), "a@example.com")
                        .decision())
                .isEqualTo(new Decision.Deliver(
                        Decision.Incoming.AS_RECEIVED, new Protection.Signed(signing(Digest.SHA256, RsaPadding.PSS))));
    }

    @Test
    void mailFromOutsideOwesNothingToOurLevelsWhoeverHandsItOver() {
        String policy = """
                version: 1
                internal: [example.com]
                mailboxPolicies: { default: { RequireSignedSMIMEMessages: true, RequireEncryptedSMIMEMessages: true } }
                rules: [{ id: last, when: always, then: mailboxPolicy }]
                """;
        Decision expected = new Decision.Deliver(Decision.Incoming.OPEN, new Protection.Clear());
        for (Mail mail : new Mail[] {
            Mail.theirs("bob@out.example", "a@example.com"), Mail.ours("bob@out.example", "a@example.com")
        }) {
            assertThat(Policies.load(policy)
                            .decide(mail.facts(), new FakeDirectory(YES, YES))
                            .decision())
                    .isEqualTo(expected);
        }
    }
}
