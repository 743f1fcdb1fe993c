package org.postseal.policy.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Handling;
import org.postseal.policy.record.FactsText;

/** Tests what a case can expect about opening; the rights of the recipient decide it. */
class OpeningCasesTest {
    private static final String READS = "readLegacyAlgorithms: TripleDES";
    private static final String NONE = "readLegacyAlgorithms: []";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // settings | of the message | then | done | openedWith | closedBecause
                READS + " | encryptedWith: TripleDES | mailboxPolicy | opened | TripleDES | -",
                NONE + " | encryptedWith: TripleDES | mailboxPolicy | keptClosed | - | cipherNotAllowed",
                READS + " | encryptedWith: DES | mailboxPolicy | keptClosed | - | cipherNotAllowed",
                NONE + " | encryptedWith: AES256-GCM | mailboxPolicy | opened | AES256-GCM | -",
                NONE + " | traits: reply | mailboxPolicy | opened | - | -",
                READS + " | 'encryptedWith: AES128, keyWrap: TripleDES' | mailboxPolicy | opened | AES128 | -",
                NONE
                        + " | 'encryptedWith: AES128, keyWrap: TripleDES' | mailboxPolicy "
                        + "| keptClosed | - | keyWrapNotAllowed",
                NONE + " | 'encryptedWith: AES128, keyWrap: AES' | mailboxPolicy | opened | AES128 | -",
                NONE + " | encryptedWith: AES128 | { decrypt: never } | decryptedThenClosed | - | notAsked",
                NONE
                        + " | encryptedWith: AES128 | { encrypt: required } | decryptedThenClosed "
                        + "| - | encryptionDemanded",
                NONE + " | encryptedWith: AES128 | { redirect: q@example.com } | decryptedThenClosed | - | redirected",
                NONE + " | encryptedWith: AES128 | reject | - | - | -",
                NONE
                        + " | 'encryptedWith: AES128, suspicious: openAddress' | mailboxPolicy "
                        + "| decryptedThenClosed | - | suspicious",
                NONE
                        + " | 'encryptedWith: AES128, suspicious: openAddress' "
                        + "| { onSuspicious: deliver } | opened | AES128 | -",
                NONE
                        + " | 'encryptedWith: AES128, unauthenticated: true' "
                        + "| { onUnauthenticated: leaveClosed } | decryptedThenClosed | - | unauthenticated",
                // Nothing is known about content that stays closed.
                NONE
                        + " | 'encryptedWith: DES, unauthenticated: true' "
                        + "| { onUnauthenticated: leaveClosed } | keptClosed | - | cipherNotAllowed",
                NONE
                        + " | 'encryptedWith: AES128, suspicious: headerless' "
                        + "| { onSuspicious: deliver } | keptClosed | - | notMime",
                NONE
                        + " | 'encryptedWith: AES128, suspicious: notOpened' "
                        + "| { onSuspicious: deliver } | keptClosed | - | notDecrypted",
                NONE
                        + " | 'encryptedWith: AES256-GCM, suspicious: notOpened' "
                        + "| { onSuspicious: { redirect: look@example.com } } | keptClosed | - | redirected",
                NONE
                        + " | 'encryptedWith: AES128, suspicious: headerless' "
                        + "| { onSuspicious: { redirect: look@example.com } } | keptClosed | - | redirected",
                "openHeaderless: true | 'encryptedWith: AES128, suspicious: headerless' "
                        + "| { onSuspicious: deliver } | opened | AES128 | -",
                "openHeaderless: true | 'encryptedWith: AES128, suspicious: headerless' "
                        + "| mailboxPolicy | decryptedThenClosed | - | suspicious",
            })
    void isDecidedByTheRecipientsRights(
            String settings, String message, String then, String done, String with, String because) {
        Outcome outcome = outcome(settings, then, "content: encrypted, " + message, "alice@example.com");

        assertThat(outcome.value(OutcomeKey.DONE)).isEqualTo(Optional.ofNullable(done));
        assertThat(outcome.value(OutcomeKey.OPENED_WITH)).isEqualTo(Optional.ofNullable(with));
        assertThat(outcome.value(OutcomeKey.CLOSED_BECAUSE)).isEqualTo(Optional.ofNullable(because));
    }

    /** The facts by which a partner is proved are those that a record keeps. */
    @ParameterizedTest
    @CsvSource({
        "'encryptedWith: TripleDES', keptClosed",
        "'encryptedWith: TripleDES, traits: dmarc', opened",
        "'encryptedWith: TripleDES, signedOutside: true', opened",
        "'encryptedWith: TripleDES, signature: valid', keptClosed",
        "'encryptedWith: DES, traits: dmarc', keptClosed"
    })
    void isDecidedByTheRightsOfAPartnerWhoIsProved(String message, String done) {
        RuleSet policy = ((RuleSet.Loaded) RuleSet.read("policy.yaml", """
                        version: 1
                        internal: [example.com]
                        partners: { old: { appliesTo: out.example, readLegacyAlgorithms: TripleDES } }
                        rules: [{ id: all, when: always, then: mailboxPolicy }]
                        """)).ruleSet();
        PolicyCase written = ofCase("content: encrypted, " + message, "alice@example.com", "{ direction: inbound }");
        MailAddress recipient = written.recipients().getFirst();
        Facts facts = written.facts(policy, recipient);

        assertThat(written.outcome(policy, recipient).value(OutcomeKey.DONE)).contains(done);
        assertThat(FactsText.read(FactsText.of(facts), facts.envelopeSender(), recipient, 1)
                        .orElseThrow())
                .extracting(
                        read -> read.message().traits(), read -> read.existing().ciphertext())
                .containsExactly(facts.message().traits(), facts.existing().ciphertext());
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "content: clear, alice@example.com, -, -",
                "content: signed, alice@example.com, verified, -",
                "content: otherCms, alice@example.com, inspected, -",
                "content: encrypted, bob@out.example, keptClosed, notAsked"
            })
    void otherMailIsNotOpened(String message, String to, String done, String because) {
        Outcome outcome = outcome(READS, "mailboxPolicy", message, to);

        assertThat(outcome.value(OutcomeKey.DONE)).isEqualTo(Optional.ofNullable(done));
        assertThat(outcome.value(OutcomeKey.CLOSED_BECAUSE)).isEqualTo(Optional.ofNullable(because));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "content: clear | mailboxPolicy | clear | clear",
                "content: clear | reject | clear | -",
                "content: signed | mailboxPolicy | clearSigned | asItCame",
                "content: signed | { strip: true } | clearSigned | clear",
                "'content: signed, contentType: application/pkcs7-mime' | mailboxPolicy | signedData | asItCame",
                "content: otherCms | mailboxPolicy | otherCms | clear",
                "content: encrypted | mailboxPolicy | encrypted | clear",
                "'content: encrypted, signature: valid' | mailboxPolicy | encrypted | signed",
                "'content: encrypted, signature: valid' | { strip: true } | encrypted | clear",
                "content: encrypted | { decrypt: never } | encrypted | asItCame",
                "content: encrypted | { redirect: q@example.com } | encrypted | asItCame",
                "'content: encrypted, encryptedWith: DES' | mailboxPolicy | encrypted | asItCame",
                "'content: encrypted, suspicious: notOpened' | { onSuspicious: deliver } | encrypted | attached",
                "'content: encrypted, unauthenticated: true' "
                        + "| { onUnauthenticated: leaveClosed } | encrypted | attached",
            })
    void saysWhatCameAndWhatLeaves(String message, String then, String came, String left) {
        Outcome outcome = outcome(NONE, then, message, "alice@example.com");

        assertThat(outcome.value(OutcomeKey.CAME)).contains(came);
        assertThat(outcome.value(OutcomeKey.LEFT)).isEqualTo(Optional.ofNullable(left));
    }

    /** A list that somebody takes away shows in a test, and as a difference between the two policies. */
    @Test
    void aLegacySettingThatIsMissingTurnsTheTestRed() {
        String expect = "{ done: opened, openedWith: TripleDES }";
        PolicyCase written = ofCase("content: encrypted, encryptedWith: TripleDES", "alice@example.com", expect);

        assertThat(written.run(policy(READS, "mailboxPolicy")).isPassed()).isTrue();
        PolicyCase.Result without = written.run(policy(NONE, "mailboxPolicy"));
        assertThat(ofCase("content: encrypted, encryptedWith: TripleDES", "alice@example.com", "{ incoming: open }")
                        .run(policy(NONE, "mailboxPolicy"))
                        .isPassed())
                .isFalse();
        assertThat(without.recipients().getFirst().differences().toString())
                .isEqualTo("[Difference[key=done, expected=opened, found=Optional[keptClosed]],"
                        + " Difference[key=openedWith, expected=TripleDES, found=Optional.empty]]");
        assertThat(Comparison.of(
                        written.outcome(
                                policy(READS, "mailboxPolicy"),
                                written.recipients().getFirst()),
                        written.outcome(
                                policy(NONE, "mailboxPolicy"),
                                written.recipients().getFirst())))
                .isInstanceOf(Comparison.Result.Different.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ done: openned } | unknown value 'openned' (nearest: opened)",
                "{ openedWith: TripelDES } | unknown value 'TripelDES' (nearest: TripleDES)",
                "{ closedBecause: noKeys } | unknown value 'noKeys' (nearest: noKey)",
                "{ openWith: AES128 } | unknown key (nearest: openedWith)"
            })
    void aWordThatIsNoneIsNamedWithTheNearest(String expect, String problem) {
        CaseFile.Reading reading = read("content: encrypted", "alice@example.com", expect);
        assertThat(reading).isInstanceOf(CaseFile.Reading.Broken.class);
        assertThat(((CaseFile.Reading.Broken) reading).problems().toString()).contains(problem);
    }

    static Stream<Enum<?>> words() {
        return Stream.<List<? extends Enum<?>>>of(
                        List.of(Handling.Came.values()),
                        List.of(Handling.Done.values()),
                        List.of(Handling.Closed.values()),
                        List.of(Handling.Left.values()))
                .flatMap(List::stream);
    }

    @ParameterizedTest
    @MethodSource("words")
    void thePageOnRecordsHasEachWord(Enum<?> word) throws IOException {
        assertThat(Files.readAllLines(Path.of("../docs/audit-words.md")))
                .anyMatch(line -> line.startsWith("| `")
                        && line.substring(0, line.indexOf(" | ", 2)).contains("`" + Handling.word(word) + "`"));
    }

    private static Outcome outcome(String settings, String then, String message, String to) {
        PolicyCase written = ofCase(message, to, "{ direction: inbound }");
        return written.outcome(policy(settings, then), written.recipients().getFirst());
    }

    private static PolicyCase ofCase(String message, String to, String expect) {
        CaseFile.Reading reading = read(message, to, expect);
        assertThat(reading).isInstanceOf(CaseFile.Reading.Loaded.class);
        return ((CaseFile.Reading.Loaded) reading).file().cases().getFirst();
    }

    private static CaseFile.Reading read(String message, String to, String expect) {
        return CaseFile.read("policy.test.yaml", """
                version: 1
                cases:
                  - name: one
                    message: { from: bob@out.example, %s }
                    to: %s
                    expect: %s
                """.formatted(message, to, expect), MessageFiles.none());
    }

    private static RuleSet policy(String settings, String then) {
        return ((RuleSet.Loaded) RuleSet.read("policy.yaml", """
                        version: 1
                        internal: [example.com]
                        mailboxPolicies: { reader: { appliesTo: alice@example.com, %s } }
                        rules: [{ id: all, when: always, then: %s }]
                        """.formatted(settings, then))).ruleSet();
    }
}
