package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.deciding.DecisionTable.CLEAR;
import static org.postseal.policy.deciding.DecisionTable.KEPT;
import static org.postseal.policy.deciding.DecisionTable.defer;
import static org.postseal.policy.deciding.DecisionTable.reject;
import static org.postseal.policy.deciding.DecisionTable.send;
import static org.postseal.policy.deciding.FakeDirectory.DOWN;
import static org.postseal.policy.deciding.FakeDirectory.NO;
import static org.postseal.policy.deciding.FakeDirectory.YES;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.DirectoryFacts.Fact;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.Capabilities;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.EncryptionSettings.Cipher;
import org.postseal.policy.protection.EncryptionSettings.MlKem;
import org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport;
import org.postseal.policy.protection.KeyFacts;
import org.postseal.policy.protection.KeyKind;
import org.postseal.policy.protection.Protection;

/** Tests who reads mail that is encrypted for others. */
class FurtherReadersTest {
    private static final String ARCHIVE = "archive@example.com";
    private static final String ALICE = "alice@example.com";
    private static final Mail MAIL = Mail.ours(ALICE, "bob@out.example");
    private static final Fact WEAK = new Fact.Available(new KeyFacts(KeyKind.RSA, 2048), Capabilities.UNKNOWN);
    private static final Fact BY_ML_KEM = new Fact.Available(new KeyFacts(KeyKind.ML_KEM, 768), Capabilities.UNKNOWN);
    private static final Fact CBC = reads(KeyKind.RSA, Set.of(Cipher.AES256_CBC), RsaKeyTransport.PKCS1);
    private static final Fact GCM =
            reads(KeyKind.RSA, Set.of(Cipher.AES256_GCM, Cipher.AES256_CBC), RsaKeyTransport.OAEP_SHA256);
    private static final Fact GCM_BY_EC =
            reads(KeyKind.EC, Set.of(Cipher.AES256_GCM, Cipher.AES256_CBC), RsaKeyTransport.PKCS1);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            [archive@example.com]         | -               | -               | archive@example.com
            [sender, archive@example.com] | -               | -               | alice@example.com archive@example.com
            sender                        | -               | -               | alice@example.com
            sender                        | [b@law.example] | -               | b@law.example
            [sender, archive@example.com] | []              | -               | ''
            [sender, archive@example.com] | []              | [b@law.example] | b@law.example
            [sender, archive@example.com] | -               | []              | ''
            [Alice@EXAMPLE.com, sender]   | -               | -               | alice@example.com
            [bob@out.example]             | -               | -               | bob@out.example
            """)
    void aLevelStandsOverTheOneBefore(String organisation, String user, String rule, String expected) {
        RuleSet policy = policy("encryptFor: " + organisation, user.equals("-") ? "" : "encryptFor: " + user, rule);
        FakeDirectory directory = new FakeDirectory(YES, YES)
                .reader(ARCHIVE, YES)
                .reader(ALICE, YES)
                .reader("b@law.example", YES);

        Ruling ruling = policy.decide(MAIL.facts(), directory);

        assertThat(ruling.decision()).isEqualTo(send(readBy(expected.split(" "))));
        assertThat(directory.readersAsked())
                .isEqualTo(Set.copyOf(
                        addresses(expected.replace("bob@out.example", "").split(" "))));
    }

    @Test
    void ofSeveralGroupsAllCount() {
        RuleSet policy = Policies.load("""
                version: 1
                internal: [example.com]
                groups: { one: [alice@example.com], two: [alice@example.com] }
                mailboxPolicies:
                  default: { RequireEncryptedSMIMEMessages: true }
                  one: { appliesTo: "group:one", encryptFor: [archive@example.com] }
                  two: { appliesTo: "group:two", encryptFor: [sender] }
                rules: [{ id: rest, when: always, then: mailboxPolicy }]
                """);
        FakeDirectory directory =
                new FakeDirectory(YES, YES).reader(ARCHIVE, YES).reader(ALICE, YES);

        assertThat(policy.decide(MAIL.facts(), directory).decision()).isEqualTo(send(readBy(ALICE, ARCHIVE)));
    }

    static Stream<Arguments> withoutACertificate() {
        String strong = ", minimumKeySize: { RSA: 3072 }";
        return Stream.of(
                // The columns are: archive, sender, recipient, levels, rule and decision.
                Arguments.of(NO, YES, YES, "", "-", defer(Reason.READER_CERTIFICATE_MISSING)),
                Arguments.of(WEAK, YES, YES, strong, "-", defer(Reason.READER_CERTIFICATE_MISSING)),
                Arguments.of(DOWN, YES, YES, "", "-", defer(Reason.CERTIFICATE_LOOKUP_FAILED)),
                Arguments.of(YES, NO, YES, "", "-", send(readBy(ARCHIVE))),
                Arguments.of(YES, WEAK, YES, strong, "-", send(readBy(ARCHIVE))),
                Arguments.of(YES, DOWN, YES, "", "-", defer(Reason.CERTIFICATE_LOOKUP_FAILED)),
                Arguments.of(NO, NO, NO, "", "-", reject(Reason.NO_RECIPIENT_CERTIFICATE)));
    }

    @ParameterizedTest
    @MethodSource
    void withoutACertificate(Fact archive, Fact sender, Fact recipient, String more, String rule, Decision expected) {
        RuleSet policy = policy("encryptFor: [sender, archive@example.com]" + more, "", rule);
        FakeDirectory directory =
                new FakeDirectory(recipient, YES).reader(ARCHIVE, archive).reader(ALICE, sender);

        assertThat(policy.decide(MAIL.facts(), directory).decision()).isEqualTo(expected);
    }

    static Stream<Arguments> whereEncryptionIsOptional() {
        return Stream.of(
                Arguments.of("", NO, YES, defer(Reason.READER_CERTIFICATE_MISSING)),
                Arguments.of("", DOWN, YES, defer(Reason.CERTIFICATE_LOOKUP_FAILED)),
                Arguments.of(", onLookupFailure: deliver", DOWN, YES, send(CLEAR)),
                Arguments.of(", onMissingCertificate: sendClear", NO, YES, defer(Reason.READER_CERTIFICATE_MISSING)),
                Arguments.of("", NO, NO, send(CLEAR)));
    }

    @ParameterizedTest
    @MethodSource
    void whereEncryptionIsOptional(String more, Fact archive, Fact recipient, Decision expected) {
        RuleSet policy = Policies.rules("{ id: maybe, when: { direction: outbound }, then:"
                + " { encrypt: ifPossible, encryptFor: archive@example.com" + more + " } }");
        FakeDirectory directory = new FakeDirectory(recipient, YES).reader(ARCHIVE, archive);

        assertThat(policy.decide(MAIL.facts(), directory).decision()).isEqualTo(expected);
    }

    @Test
    void whoCannotReadItIsNamed() {
        RuleSet policy = policy("encryptFor: [sender, archive@example.com]", "", "-");

        assertThat(policy.decide(MAIL.facts(), new FakeDirectory(YES, YES).reader(ARCHIVE, YES))
                        .explanation()
                        .steps())
                .endsWith(
                        "encrypted for bob@out.example with AES256_CBC",
                        "archive@example.com can read it too: encryptFor",
                        "the sender cannot read it:"
                                + " certificate of alice@example.com, a reader by encryptFor: no certificate");
        assertThat(policy.decide(MAIL.facts(), new FakeDirectory(YES, YES))
                        .explanation()
                        .steps())
                .endsWith("deferred: certificate of archive@example.com, a reader by encryptFor: no certificate");
    }

    static Stream<Arguments> senders() {
        return Stream.of(
                Arguments.of("sender", YES, YES, false),
                Arguments.of("[sender, archive@example.com]", YES, YES, false),
                Arguments.of("sender", BY_ML_KEM, YES, true),
                Arguments.of("[sender, archive@example.com]", YES, BY_ML_KEM, true),
                Arguments.of("[sender, alice@example.com]", YES, YES, true));
    }

    /** The sender's key would be the first one for ML-KEM in a copy that the recipient might then not open. */
    @ParameterizedTest
    @MethodSource
    void senders(String wanted, Fact recipient, Fact archive, boolean reads) {
        Ruling ruling = policy("encryptFor: " + wanted, "", "-")
                .decide(
                        MAIL.facts(),
                        new FakeDirectory(recipient, YES)
                                .reader(ARCHIVE, archive)
                                .reader(ALICE, BY_ML_KEM));

        Protection expected = readBy(Stream.of(reads ? ALICE : "", wanted.contains(ARCHIVE) ? ARCHIVE : "")
                .filter(reader -> !reader.isEmpty())
                .toArray(String[]::new));
        assertThat(ruling.decision()).isEqualTo(send(expected));
        String why = "the sender cannot read it: their certificate is for ML-KEM, and the recipient's mail program"
                + " might then open nothing";
        assertThat(ruling.explanation().steps().contains(why)).isEqualTo(!reads);
    }

    static Stream<Arguments> algorithms() {
        String blocked = "RequireEncryptionSMIMEAlgorithm: AES256-GCM, AllowSMIMEEncryptionAlgorithmNegotiation:"
                + " BlockNegotiation, ";
        String preferred = "RequireEncryptionSMIMEAlgorithm: AES256-GCM, ";
        return Stream.of(
                Arguments.of(preferred, GCM, GCM, encrypted(Cipher.AES256_GCM, RsaKeyTransport.OAEP_SHA256)),
                Arguments.of(preferred, GCM, CBC, encrypted(Cipher.AES256_CBC, RsaKeyTransport.PKCS1)),
                Arguments.of(preferred, CBC, GCM, encrypted(Cipher.AES256_CBC, RsaKeyTransport.PKCS1)),
                Arguments.of(preferred, GCM_BY_EC, GCM, encrypted(Cipher.AES256_GCM, RsaKeyTransport.OAEP_SHA256)),
                Arguments.of(preferred, GCM, GCM_BY_EC, encrypted(Cipher.AES256_GCM, RsaKeyTransport.OAEP_SHA256)),
                Arguments.of(blocked, GCM, GCM, encrypted(Cipher.AES256_GCM, RsaKeyTransport.OAEP_SHA256)),
                Arguments.of(blocked, GCM, CBC, defer(Reason.READER_CERTIFICATE_MISSING)),
                Arguments.of(blocked, GCM, YES, defer(Reason.READER_CERTIFICATE_MISSING)),
                Arguments.of(blocked, CBC, CBC, reject(Reason.ALGORITHM_NOT_ALLOWED)));
    }

    /** The weakest reader decides, as long as the policy allows it. */
    @ParameterizedTest
    @MethodSource
    void algorithms(String settings, Fact recipient, Fact archive, Decision expected) {
        RuleSet policy = policy(settings + "encryptFor: archive@example.com", "", "-");
        FakeDirectory directory = new FakeDirectory(recipient, YES).reader(ARCHIVE, archive);

        assertThat(policy.decide(MAIL.facts(), directory).decision()).isEqualTo(expected);
    }

    @Test
    void aSenderWhoReadsNothingThatIsAllowedMakesNothingWeaker() {
        RuleSet policy = policy(
                "RequireEncryptionSMIMEAlgorithm: AES256-GCM, AllowSMIMEEncryptionAlgorithmNegotiation:"
                        + " BlockNegotiation, encryptFor: sender",
                "",
                "-");
        Ruling ruling = policy.decide(MAIL.facts(), new FakeDirectory(GCM, YES).reader(ALICE, CBC));

        assertThat(ruling.decision())
                .isEqualTo(send(new Protection.Encrypted(
                        new EncryptionSettings(Cipher.AES256_GCM, RsaKeyTransport.OAEP_SHA256))));
        assertThat(ruling.explanation().steps())
                .endsWith("the sender cannot read it: the policy allows nothing that the recipient and the readers by"
                        + " encryptFor all read, and BlockNegotiation forbids another");
    }

    /** A sender with a foreign From does not escape the archive, and the address in From gets no copy. */
    static Stream<Arguments> otherMail() {
        Mail foreign = Mail.ours("eve@far.example", "bob@out.example").envelopeSender(ALICE);
        Mail forwarded = Mail.theirs(ALICE, "bob@out.example");
        String encrypt = "{ id: enc, when: always, then: { encrypt: required } }";
        String all =
                "{ id: enc, when: always, then: { encrypt: required, encryptFor: [sender, archive@example.com] } }";
        return Stream.of(
                Arguments.of(foreign, encrypt, Set.of(ARCHIVE), readBy(ARCHIVE)),
                Arguments.of(forwarded, encrypt, Set.of(), readBy()),
                Arguments.of(forwarded, all, Set.of(ARCHIVE), readBy(ARCHIVE)),
                Arguments.of(MAIL.encrypted(), all, Set.of(), KEPT),
                Arguments.of(MAIL, "{ id: not, when: always, then: { encrypt: never } }", Set.of(), CLEAR));
    }

    @ParameterizedTest
    @MethodSource
    void otherMail(Mail mail, String rule, Set<String> asked, Protection expected) {
        RuleSet policy = Policies.load("""
                version: 1
                internal: [example.com]
                mailboxPolicies: { default: { encryptFor: [sender, archive@example.com] } }
                rules:
                  - %s
                """.formatted(rule));
        FakeDirectory directory = new FakeDirectory(YES, YES)
                .reader(ARCHIVE, YES)
                .reader(ALICE, YES)
                .reader("eve@far.example", YES);

        assertThat(policy.decide(mail.facts(), directory).decision()).isEqualTo(send(expected));
        assertThat(directory.readersAsked()).isEqualTo(Set.copyOf(addresses(asked.toArray(String[]::new))));
    }

    private static RuleSet policy(String organisation, String user, String rule) {
        return Policies.load("""
                version: 1
                internal: [example.com]
                mailboxPolicies:
                  default: { RequireEncryptedSMIMEMessages: true, %s }
                %s
                rules:
                %s
                  - { id: rest, when: always, then: mailboxPolicy }
                """.formatted(
                organisation,
                user.isEmpty() ? "" : "  alice: { appliesTo: alice@example.com, " + user + " }",
                rule.equals("-")
                        ? ""
                        : "  - { id: rule, when: { direction: outbound }, then: { encryptFor: " + rule + " } }"));
    }

    private static Protection readBy(String... readers) {
        return new Protection.Encrypted(new EncryptionSettings(
                Cipher.AES256_CBC, RsaKeyTransport.PKCS1, false, MlKem.BESIDE, addresses(readers)));
    }

    private static Decision encrypted(Cipher cipher, RsaKeyTransport transport) {
        return send(new Protection.Encrypted(
                new EncryptionSettings(cipher, transport, false, MlKem.BESIDE, addresses(ARCHIVE))));
    }

    private static List<MailAddress> addresses(String... texts) {
        return Arrays.stream(texts)
                .filter(text -> !text.isEmpty())
                .map(MailAddress::of)
                .toList();
    }

    private static Fact reads(KeyKind kind, Set<Cipher> ciphers, RsaKeyTransport transport) {
        return new Fact.Available(
                new KeyFacts(kind, kind == KeyKind.EC ? 256 : 3072),
                new Capabilities(
                        Capabilities.Source.VERIFIED_MAIL, ciphers, EnumSet.of(RsaKeyTransport.PKCS1, transport)));
    }
}
