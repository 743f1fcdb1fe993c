package org.postseal.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.FakeDirectory.YES;

import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.EncryptionSettings.Cipher;
import org.postseal.policy.EncryptionSettings.RsaKeyTransport;
import org.postseal.policy.SigningSettings.Digest;
import org.postseal.policy.SigningSettings.RsaPadding;

/** What organisation, domain, group and user together ask, and with which algorithms. */
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
              clerks: { appliesTo: [group:clerks], RequireSignedSMIMEMessages: false, RequireEncryptedSMIMEMessages: false, RequireSignedSMIMEAlgorithm: SHA512 }
              traders: { appliesTo: [group:traders], RequireEncryptedSMIMEMessages: true, RequireEncryptionSMIMEAlgorithm: AES256-GCM, RSAKeyTransport: OAEP-SHA256 }
              chief: { extends: traders, appliesTo: [cfo@example.com], RSASignaturePadding: PSS, RequireSignedSMIMEAlgorithm: SHA256 }
            rules:
              - { id: last, when: always, then: mailboxPolicy }
            """;

    private static SigningSettings signing(Digest digest, RsaPadding padding) {
        return new SigningSettings(digest, padding, true);
    }

    private static final SigningSettings SHA256 = signing(Digest.SHA256, RsaPadding.PKCS1);

    private static final Set<String> OLD =
            Set.of("MD5", "SHA1", "TripleDES", "DES", "RC2128bit", "RC264bit", "RC240bit");
    private static final String EXACT = ", enforcement: exact, recipientsRead: [AES128, AES192, AES256,"
            + " AES128-GCM, AES192-GCM, AES256-GCM, PKCS1, OAEP-SHA256]";

    static Stream<Arguments> levels() {
        return Stream.of(
                Arguments.of("a@example.com", "default", new Protection.Signed(SHA256)),
                // the default lets others drop the signature
                Arguments.of("a@one.lab.example.com", "lab", new Protection.Clear()),
                // the longest wildcard wins, an exact name over any wildcard
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
                // of two groups the stricter in each setting
                Arguments.of(
                        "both@example.com",
                        "clerks+traders",
                        new Protection.SignedAndEncrypted(
                                signing(Digest.SHA512, RsaPadding.PKCS1),
                                new EncryptionSettings(Cipher.AES256_GCM, RsaKeyTransport.OAEP_SHA256))),
                // the user's own level adds to the group's, and its weaker digest does not count
                Arguments.of(
                        "cfo@example.com",
                        "chief",
                        new Protection.Encrypted(
                                new EncryptionSettings(Cipher.AES256_GCM, RsaKeyTransport.OAEP_SHA256))));
    }

    @ParameterizedTest
    @MethodSource("levels")
    void addUp(String sender, String mailboxPolicy, Protection protection) {
        Ruling ruling = decide(LEVELS, sender);
        assertThat(ruling.explanation().mailboxPolicy()).isEqualTo(mailboxPolicy);
        assertThat(ruling.decision()).isEqualTo(new Decision.Deliver(Decision.Incoming.AS_RECEIVED, protection));
    }

    @Test
    void explanationNamesValueAndLevelOfEachSetting() {
        assertThat(decide(LEVELS, "cfo@example.com").explanation().settings().stream()
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
                        "keyAlgorithms: [RSA, EC, Ed25519, Ed448, X25519, X448, ML-KEM] (built-in)",
                        "minimumKeySize.RSA: 2048 (built-in)",
                        "minimumKeySize.EC: 256 (built-in)",
                        "recipientsRead: [AES256, AES256-GCM, PKCS1, OAEP-SHA256] (organisation: mailbox policy default)",
                        "headerProtection: true (built-in)",
                        "hideSubject: false (built-in)",
                        "legacyDisplay: true (built-in)",
                        "believeDomainSignatures: false (built-in)",
                        "OWABCCEncryptedEmailForking: 0 (built-in)",
                        "OWAClearSign: true (built-in)",
                        "OWAIncludeCertificateChainAndRootCertificate: false (built-in)",
                        "OWAIncludeCertificateChainWithoutRootCertificate: true (built-in)",
                        "OWAIncludeSMIMECapabilitiesInMessage: true (built-in)",
                        "OWAOnlyUseSmartCard: false (built-in)",
                        "OWASignedEmailCertificateInclusion: true (built-in)",
                        "OWATripleWrapSignedEncryptedMail: false (built-in)",
                        "OWAUseKeyIdentifier: false (built-in)");
        assertThat(decide(LEVELS, "a@one.lab.example.com").explanation().settings())
                .contains(new Setting("RequireSignedSMIMEMessages", "false", "domain: mailbox policy lab"));
    }

    @ParameterizedTest
    @CsvSource({
        "RSA, 2048, -, SignedAndEncrypted",
        "RSA, 3071, 'minimumKeySize: { RSA: 3072 }', NO_SIGNING_KEY",
        "RSA, 3072, 'minimumKeySize: { RSA: 3072 }', SignedAndEncrypted",
        "EC, 256, 'minimumKeySize: { RSA: 3072 }', SignedAndEncrypted",
        "EC, 256, 'minimumKeySize: { EC: 384 }', NO_SIGNING_KEY",
        "EC, 384, 'profile: cnsa', SignedAndEncrypted",
        "EC, 256, 'profile: cnsa', NO_SIGNING_KEY",
        "EC, 256, 'profile: edi-energy', NO_SIGNING_KEY",
        "RSA, 2048, 'profile: bsi-tr-02102', NO_SIGNING_KEY",
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
        // the recipient's key is judged alike
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
                new Protection.SignedAndEncrypted(signing(digest, padding), new EncryptionSettings(cipher, transport)));
        boolean isOld = OLD.contains(value);
        String byMailboxPolicy = """
                version: 1
                internal: [example.com]
                mailboxPolicies:
                  default: { RequireSignedSMIMEMessages: true, RequireEncryptedSMIMEMessages: true, %s: %s%s }
                rules: [{ id: last, when: always, then: mailboxPolicy }]
                """.formatted(key, value, isOld ? "" : EXACT);
        assertThat(decide(byMailboxPolicy, "a@example.com").decision()).isEqualTo(expected);
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
        assertThat(decide(policy, "a@example.com").decision())
                .isEqualTo(new Decision.Deliver(
                        Decision.Incoming.AS_RECEIVED,
                        new Protection.SignedAndEncrypted(
                                signing(Digest.SHA384, RsaPadding.PSS),
                                new EncryptionSettings(Cipher.AES128_GCM, RsaKeyTransport.OAEP_SHA256))));
    }

    @Test
    void smimeSectionSpeaksForTheOrganisation() {
        String policy = """
                version: 1
                internal: [example.com]
                smime: { OWAAlwaysSign: true, OWAAlwaysEncrypt: true, OWAClearSign: false }
                rules: [{ id: last, when: always, then: mailboxPolicy }]
                """;
        Ruling ruling = decide(policy, "a@example.com");
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
    void softCertificatesForbiddenMeansOnlyKeysInHardwareSign() {
        String policy = """
                version: 1
                internal: [example.com]
                mailboxPolicies:
                  default: { RequireSignedSMIMEMessages: true, AllowSMIMESoftCerts: false }
                rules: [{ id: last, when: always, then: mailboxPolicy }]
                """;
        assertThat(decide(policy, "a@example.com").decision()).isEqualTo(new Decision.Reject(Reason.NO_SIGNING_KEY));
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
        assertThat(decide(policy, "a@example.com").decision())
                .isEqualTo(new Decision.Deliver(Decision.Incoming.AS_RECEIVED, new Protection.Clear()));
    }

    @Test
    void oneGroupCannotGiveUpWhatAnotherHolds() {
        String policy = """
                version: 1
                internal: [example.com]
                groups: { lax: [a@example.com, only@example.com], firm: [a@example.com] }
                mailboxPolicies:
                  lax: { appliesTo: [group:lax], RequireSignedSMIMEMessages: true, mayWeaken: RequireSignedSMIMEMessages }
                  firm: { appliesTo: [group:firm], RequireSignedSMIMEMessages: true }
                rules:
                  - { id: lists, when: { recipientDomain: out.example }, then: { sign: never } }
                  - { id: last, when: always, then: mailboxPolicy }
                """;
        assertThat(decide(policy, "a@example.com").decision())
                .isEqualTo(new Decision.Deliver(Decision.Incoming.AS_RECEIVED, new Protection.Signed(SHA256)));
        assertThat(decide(policy, "only@example.com").decision())
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
        assertThat(decide(policy, "one@example.com").decision())
                .isEqualTo(new Decision.Deliver(
                        Decision.Incoming.AS_RECEIVED, new Protection.Signed(signing(Digest.SHA256, RsaPadding.PSS))));
        assertThat(decide(policy, "a@example.com").decision()).isEqualTo(new Decision.Reject(Reason.NO_SIGNING_KEY));
        assertThat(decide(policy.replace("AllowSMIMESoftCerts: false, ", ""), "a@example.com")
                        .decision())
                .isEqualTo(new Decision.Deliver(
                        Decision.Incoming.AS_RECEIVED, new Protection.Signed(signing(Digest.SHA256, RsaPadding.PSS))));
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
        assertThat(decide(policy, "a@example.com").decision())
                .isEqualTo(new Decision.Deliver(
                        Decision.Incoming.AS_RECEIVED,
                        new Protection.Encrypted(new EncryptionSettings(Cipher.AES256_CBC, RsaKeyTransport.PKCS1))));
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

    private static Ruling decide(String policy, String sender) {
        return Policies.load(policy).decide(Mail.ours(sender, "bob@out.example").facts(), new FakeDirectory(YES, YES));
    }

    @ParameterizedTest
    @CsvSource({
        "a@example.com, '[TripleDES]', '[TRIPLE_DES]'",
        "board@example.com, '[]', '[]'",
        "a@lab.example.com, '[TripleDES]', '[TRIPLE_DES]'",
        // of two groups the stricter: what both allow
        "both@example.com, '[]', '[]'",
        "a@elsewhere.example, '[TripleDES]', '[]'"
    })
    void oldAlgorithmsAreAllowedByName(String address, String explained, String read) {
        RuleSet policy = Policies.load("""
                version: 1
                internal: [example.com, lab.example.com]
                groups:
                  one: [both@example.com]
                  two: { ldap: cn=two, server: corp }
                mailboxPolicies:
                  default: { allowLegacyAlgorithms: TripleDES }
                  board: { appliesTo: board@example.com, allowLegacyAlgorithms: [] }
                  one: { appliesTo: group:one, RequireSignedSMIMEMessages: true }
                  two: { appliesTo: group:two, allowLegacyAlgorithms: [] }
                rules: [{ id: last, when: always, then: { encrypt: ifPossible } }]
                """);
        MailAddress who = MailAddress.of(address);
        DirectoryFacts directory = new FakeDirectory(FakeDirectory.YES, FakeDirectory.YES)
                .with("both@example.com", "two", new DirectoryFacts.Membership.Member());
        assertThat(policy.readingRights(who, directory).legacy()).hasToString(read);
        assertThat(policy.decide(
                                Mail.ours(address, "bob@out.example").facts(),
                                new FakeDirectory(FakeDirectory.YES, FakeDirectory.YES)
                                        .with("both@example.com", "two", new DirectoryFacts.Membership.Member()))
                        .explanation()
                        .settings())
                .filteredOn(setting -> setting.name().equals("allowLegacyAlgorithms"))
                .singleElement()
                .satisfies(setting -> assertThat(setting.value()).isEqualTo(explained));
    }

    @Test
    void nothingOldIsReadWhileAGroupCannotBeAsked() {
        RuleSet policy = Policies.load("""
                version: 1
                internal: [example.com]
                groups:
                  board: { ldap: cn=board, server: corp }
                mailboxPolicies:
                  default: { allowLegacyAlgorithms: TripleDES }
                  board: { appliesTo: group:board, allowLegacyAlgorithms: [] }
                rules: [{ id: last, when: always, then: mailboxPolicy }]
                """);
        DirectoryFacts away = new FakeDirectory(FakeDirectory.YES, FakeDirectory.YES)
                .with("a@example.com", "board", new DirectoryFacts.Membership.LookupFailed("away"));
        assertThat(policy.readingRights(MailAddress.of("a@example.com"), away)).isEqualTo(ReadingRights.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "a@example.com, '{}', true, organisation: mailbox policy default",
        "old@example.com, '{SHA1=allowLegacyAlgorithms (user: mailbox policy old)}', false, user: mailbox policy old",
        "dora@example.com, '{TRIPLE_DES=readLegacyAlgorithms (group: mailbox policy archive)}', true,"
                + " organisation: mailbox policy default",
        "a@elsewhere.example, '{}', false, ''"
    })
    void whatIsOpenedAndBelievedIsSaidByTheLevelsOfTheRecipient(
            String address, String legacy, boolean domains, String domainsFrom) {
        RuleSet policy = Policies.load("""
                version: 1
                internal: [example.com]
                groups:
                  archive: [dora@example.com]
                  board: { ldap: cn=board, server: corp }
                mailboxPolicies:
                  default: { believeDomainSignatures: true }
                  old: { appliesTo: old@example.com, allowLegacyAlgorithms: SHA1, believeDomainSignatures: false }
                  archive: { appliesTo: group:archive, readLegacyAlgorithms: TripleDES }
                  board: { appliesTo: group:board, RequireSignedSMIMEMessages: true }
                rules: [{ id: last, when: always, then: mailboxPolicy }]
                """);
        // a group whose policy has no say on this is not asked for
        DirectoryFacts directory = new FakeDirectory(FakeDirectory.YES, FakeDirectory.YES)
                .with(address, "board", new DirectoryFacts.Membership.LookupFailed("away"));

        ReadingRights rights = policy.readingRights(MailAddress.of(address), directory);

        assertThat(rights.legacyBy()).hasToString(legacy);
        assertThat(rights.domainSignatures()).isEqualTo(domains);
        assertThat(rights.domainSignaturesFrom()).isEqualTo(domainsFrom);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "allowLegacyAlgorithms: TripleDES                             | TRIPLE_DES_CBC | allowLegacyAlgorithms",
                "readLegacyAlgorithms: TripleDES                              | -              | readLegacyAlgorithms",
                "allowLegacyAlgorithms: TripleDES, readLegacyAlgorithms: SHA1 | TRIPLE_DES_CBC | allowLegacyAlgorithms",
                "allowLegacyAlgorithms: TripleDES, readLegacyAlgorithms: []   | TRIPLE_DES_CBC | allowLegacyAlgorithms",
                "allowLegacyAlgorithms: [], readLegacyAlgorithms: TripleDES   | -              | readLegacyAlgorithms",
                "allowLegacyAlgorithms: TripleDES, readLegacyAlgorithms: TripleDES | TRIPLE_DES_CBC | allowLegacyAlgorithms",
                "readLegacyAlgorithms: []                                     | -              | -"
            })
    void whatIsOnlyReadIsNeverMade(String lists, String made, String readBy) {
        RuleSet policy = Policies.load("""
                version: 1
                internal: [example.com]
                mailboxPolicies: { default: { RequireEncryptedSMIMEMessages: true, %s } }
                rules: [{ id: last, when: always, then: mailboxPolicy }]
                """.formatted(lists));
        DirectoryFacts.Fact readsTripleDes = new DirectoryFacts.Fact.Available(
                new KeyFacts(KeyKind.RSA, 2048),
                new Capabilities(
                        Capabilities.Source.VERIFIED_MAIL,
                        Set.of(Cipher.TRIPLE_DES_CBC),
                        Set.of(RsaKeyTransport.PKCS1)));

        assertThat(policy.decide(
                                Mail.ours("a@example.com", "bob@out.example").facts(),
                                new FakeDirectory(readsTripleDes, YES))
                        .decision())
                .isEqualTo(
                        made.equals("-")
                                ? new Decision.Reject(Reason.ALGORITHM_NOT_ALLOWED)
                                : DecisionTable.send(new Protection.Encrypted(
                                        new EncryptionSettings(Cipher.valueOf(made), RsaKeyTransport.PKCS1))));
        assertThat(policy.readingRights(MailAddress.of("a@example.com"), new FakeDirectory(YES, YES))
                        .legacyBy()
                        .get(LegacyAlgorithm.TRIPLE_DES))
                .isEqualTo(readBy.equals("-") ? null : readBy + " (organisation: mailbox policy default)");
    }

    @ParameterizedTest
    @CsvSource({"allowLegacyAlgorithms, SHA1", "readLegacyAlgorithms, SHA256"})
    void noSignatureIsMadeByADigestThatIsOnlyRead(String list, SigningSettings.Digest digest) {
        RuleSet policy = Policies.load("""
                version: 1
                internal: [example.com]
                smime: { OWASigningAlgorithms: 8004 }
                mailboxPolicies: { default: { RequireSignedSMIMEMessages: true, %s: SHA1 } }
                rules: [{ id: last, when: always, then: mailboxPolicy }]
                """.formatted(list));

        assertThat(policy.decide(Mail.ours("a@example.com", "bob@out.example").facts(), new FakeDirectory(YES, YES))
                        .decision())
                .isEqualTo(DecisionTable.send(
                        new Protection.Signed(new SigningSettings(digest, SigningSettings.RsaPadding.PKCS1, true))));
    }
}
