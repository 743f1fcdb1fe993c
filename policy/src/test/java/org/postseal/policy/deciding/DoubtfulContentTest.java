package org.postseal.policy.deciding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.deciding.FakeDirectory.NO;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.policy.facts.EncryptionDoubt;
import org.postseal.policy.facts.Parts;

/** Tests that a doubtful ciphertext makes no exception from a demand to encrypt, and that a sound one still does. */
class DoubtfulContentTest {
    private static final Mail SEALED =
            Mail.ours("alice@example.com", "bob@out.example").encrypted();
    private static final Mail THEIRS =
            Mail.theirs("bob@out.example", "alice@example.com").encrypted();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            when: { content: [clear, signed, otherCms] }, then: { encrypt: required }             | rest | hit  | hit
            when: { content: clear }, then: reject                                                | rest | hit  | hit
            when: { content: encrypted }, then: reject                                            | hit  | hit  | hit
            when: { visible: true }, unless: { content: encrypted }, then: { encrypt: required }  | rest | hit  | hit
            when: { visible: true }, unless: { content: [clear, encrypted] }, then: reject        | rest | rest | rest
            when: { visible: true }, unless: { encryptedWith: AES256 }, then: reject              | rest | hit  | hit
            when: { encryptedWith: AES256 }, then: reject                                         | hit  | hit  | hit
            when: { content: encrypted }, then: mailboxPolicy                                     | hit  | rest | hit
            when: { encryptedWith: AES256 }, then: mailboxPolicy                                  | hit  | rest | hit
            when: { content: clear }, then: mailboxPolicy                                         | rest | rest | rest
            """)
    void isNoException(String rule, String sound, String doubtful, String theirsDoubtful) {
        assertThat(decides(rule, SEALED)).isEqualTo(sound);
        assertThat(decides(rule, SEALED.doubtful(EncryptionDoubt.CONTENT_READABLE)))
                .isEqualTo(doubtful);
        assertThat(decides(rule, THEIRS.doubtful(EncryptionDoubt.CONTENT_READABLE)))
                .isEqualTo(theirsDoubtful);
    }

    @Test
    void theCheckTellsWhatIsDecidedOtherwise() {
        RuleSet policy = Policies.rules(
                "{ id: sealed, when: { content: encrypted }, then: mailboxPolicy }",
                "{ id: hit, when: { visible: true }, then: { encrypt: required } }");

        assertThat(policy.demandsToEncrypt().changes())
                .contains("Rule hit demands encryption, unless mail comes encrypted (sealed):"
                        + " what only looks encrypted is bound now; before, it left as it came.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            when: { contentType: application/pdf }, then: { encrypt: required }                      | hit
            when: { contentType: image/* }, then: reject                                             | hit
            when: { contentType: application/pdf }, then: { encrypt: never }                         | rest
            when: { visible: true }, unless: { contentType: text/plain }, then: { encrypt: required } | hit
            """)
    void anUnclearLabelIsNoExceptionEither(String rule, String decided) {
        assertThat(decides(
                        rule, Mail.ours("alice@example.com", "bob@out.example").mediaType(Parts.UNCLEAR)))
                .isEqualTo(decided);
    }

    private static String decides(String rule, Mail mail) {
        return Policies.rules("{ id: hit, " + rule + " }")
                .decide(mail.facts(), new FakeDirectory(NO, NO))
                .explanation()
                .rule();
    }
}
