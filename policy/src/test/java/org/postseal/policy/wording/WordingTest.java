package org.postseal.policy.wording;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.outcome.Reason;

class WordingTest {
    private static final MailAddress BOB = MailAddress.of("bob@bank.example");
    private static final List<String> LANGUAGES = BuiltInWords.LANGUAGES;

    private static Wording words(String lines) {
        String yaml = "version: 1\ninternal: [example.com]\nwords:\n  contact: help@example.com\n" + lines.indent(2)
                + "rules: [{ id: all, when: always, then: mailboxPolicy }]\n";
        return switch (RuleSet.read("policy.yaml", yaml)) {
            case RuleSet.Loaded(RuleSet loaded, var _) -> loaded.wording();
            case RuleSet.Broken(var problems) -> throw new AssertionError(problems.toString());
        };
    }

    private static Wording.Refusal refusal(Reason reason, String text, String sender, String recipient) {
        return new Wording.Refusal(
                reason,
                Optional.of(text).filter(name -> !name.isEmpty()),
                MailAddress.of(recipient),
                Optional.of(sender).filter(name -> !name.isEmpty()).map(MailAddress::of),
                Optional.of("Größe {contact}"));
    }

    private static Wording.Refusal refusal(Reason reason) {
        return refusal(reason, "", "alice@example.com", "bob@bank.example");
    }

    @ParameterizedTest
    @EnumSource
    void withoutTheSectionEveryReplyHasItsFixedText(Reason reason) {
        assertThat(Wording.NONE.reply(refusal(reason), true)).isEmpty();
    }

    /** So that no reply tells one failure of decryption from another. */
    @ParameterizedTest
    @EnumSource
    void reasonsWithOnePublicTextHaveOneSetOfWords(Reason reason) {
        Wording wording = words("default: [de, en, fr]");
        for (Reason other : Reason.values()) {
            if (other.publicText().equals(reason.publicText())) {
                assertThat(wording.reply(refusal(other), true)).isEqualTo(wording.reply(refusal(reason), true));
            }
        }
    }

    @Test
    void allLanguagesKnowTheSameReasons() {
        for (String language : LANGUAGES) {
            assertThat(BuiltInWords.in(language).sentences().keySet())
                    .containsExactlyInAnyOrderElementsOf(BuiltInWords.WORDED);
            BuiltInWords.in(language)
                    .sentences()
                    .forEach((reason, sentence) -> assertThat(sentence.advice().isPresent())
                            .as(language + reason)
                            .isEqualTo(reason != Reason.POLICY_REFUSED));
        }
        assertThat(Arrays.stream(Reason.values()).filter(BuiltInWords.WORDED::contains))
                .containsExactlyElementsOf(BuiltInWords.WORDED);
    }

    /** The built-in words are readable in ASCII in each of their languages, and name contact and recipient. */
    @ParameterizedTest
    @FieldSource("LANGUAGES")
    void builtInWordsCanBeSaidInAscii(String language) {
        Wording wording = words("default: " + language);
        for (Reason reason : BuiltInWords.WORDED) {
            String said = wording.reply(refusal(reason), false).getFirst();
            assertThat(said).matches("[ -~]+").doesNotContain("{", "?").endsWith(": help@example.com");
            assertThat(wording.reply(refusal(reason), true).getFirst()).doesNotContain("{", "?");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // the sender comes before the recipient, and the first that fits before the second
                "marie@example.com | bob@bank.example | fr",
                "luc@paris.example.com | bob@bank.de | fr",
                "alice@example.com | bob@bank.de | de",
                "alice@example.com | bob@sub.bank.de | de",
                "alice@example.com | bob@bank.example | en,de",
                "'' | bob@bank.de | de",
                "'' | bob@bank.example | en,de"
            })
    void choosesLanguages(String sender, String recipient, String languages) {
        Wording wording = words("""
            default: [en, de]
            languages:
              fr: { senders: [marie@example.com, "*.example.com"] }
              de: { senders: luc@paris.example.com, recipientDomains: [bank.de, "*.bank.de"] }
            texts: { t: { en: en, de: de, fr: fr } }
            """);
        assertThat(wording.reply(refusal(Reason.POLICY_REFUSED, "t", sender, recipient), false))
                .containsExactly(languages.split(","));
    }

    @Test
    void theTextOfTheRuleComesBeforeThatOfTheReason() {
        Wording wording = words("""
            default: [de, el, en]
            reasons: { NO_SIGNING_KEY: { de: "Grund für {recipient}", en: Reason } }
            texts: { t: { de: "Regel: {reason}. {advice}", el: Κανόνας } }
            """);
        assertThat(wording.reply(refusal(Reason.NO_SIGNING_KEY), false))
                .containsExactly("Grund fuer bob@bank.example", "Reason");
        assertThat(wording.reply(refusal(Reason.NO_SIGNING_KEY), true))
                .containsExactly("Grund für bob@bank.example", "Reason");
        List<String> named =
                wording.reply(refusal(Reason.NO_SIGNING_KEY, "t", "alice@example.com", "bob@bank.example"), false);
        assertThat(named).hasSize(2);
        assertThat(named.getFirst())
                .isEqualTo("Regel: Eine Signatur ist vorgeschrieben und kann fuer diesen Absender nicht erstellt"
                        + " werden. Lassen Sie sich ein Zertifikat mit seinem Schluessel ausstellen und senden Sie die"
                        + " Nachricht dann erneut.");
        // Greek is not said in ASCII, and the text has no English; in the place of that stands what comes first
        assertThat(named.getLast())
                .isEqualTo("A signature is required and cannot be made for this sender. Have a certificate and its key"
                        + " issued to you, then send the message again. Help: help@example.com");
    }

    @Test
    void aSubjectThatIsNotAsciiLeavesItsLineOutAndIsNoTemplate() {
        Wording wording = words("texts: { t: { en: \"Refused\\nIt was: {subject}\", de: \"Nein\\n{subject}\" } }");
        Wording.Refusal refusal = refusal(Reason.POLICY_REFUSED, "t", "", "bob@bank.example");
        assertThat(wording.reply(refusal, false)).containsExactly("Refused");
        assertThat(wording.reply(refusal, true)).containsExactly("Refused It was: Größe {contact}");
        Wording german = words("default: de\ntexts: { t: { de: \"Nein\\n{subject}\" } }");
        assertThat(german.reply(refusal, false)).containsExactly("Nein Groesse {contact}");
    }

    @Test
    void anAddressBeyondAsciiIsMarked() {
        Wording wording = words("texts: { t: { en: \"{recipient}\" } }");
        Wording.Refusal refusal = refusal(Reason.POLICY_REFUSED, "t", "", "jörg@bank.example");
        assertThat(wording.reply(refusal, false)).containsExactly("j?rg@bank.example");
        assertThat(wording.reply(refusal, true)).containsExactly("jörg@bank.example");
    }

    @Test
    void aReasonWithoutWordsKeepsItsTextUnlessTheRuleHasOne() {
        Wording wording = words("texts: { t: { en: \"{reason}.\\n{advice}\" } }");
        assertThat(wording.reply(refusal(Reason.MIME_TOO_DEEP), true)).isEmpty();
        assertThat(wording.reply(refusal(Reason.POLICY_DEFERRED, "t", "", "bob@bank.example"), false))
                .containsExactly("Message deferred by policy.");
    }

    /** Whoever writes words of their own always names somebody to ask. */
    @Test
    void aTextThatSaysNothingLeavesItToTheBuiltInWords() {
        Wording wording = words("""
            default: [en, de]
            texts: { accents: { en: "Café {contact}" }, advice: { en: "{advice} {contact}", de: "{advice} {contact}" } }
            """);
        List<String> said = List.of(
                "Message refused by policy. Help: help@example.com",
                "Eine Richtlinie laesst diese Nachricht nicht" + " zu. Hilfe: help@example.com");
        for (String text : List.of("accents", "advice")) {
            assertThat(wording.reply(refusal(Reason.POLICY_REFUSED, text, "", "bob@bank.example"), false))
                    .isEqualTo(said);
        }
    }

    @Test
    void aNoticeInALanguageWithoutBuiltInWordsIsThatOfThePolicyInEnglish() {
        Wording wording = words("""
            default: [es, de]
            reasons: { POLICY_REFUSED: { es: No } }
            notice: { en: { subject: Held, body: Ask } }
            """);
        Wording.Notice notice = wording.notice(new Wording.HeldBack(
                BOB, "gw", Optional.empty(), Optional.empty(), List.of(refusal(Reason.POLICY_REFUSED))));
        assertThat(notice.subject()).isEqualTo("Held");
        assertThat(notice.body()).startsWith("Ask\n\n----------\n\nDas Mail-Gateway gw");
    }

    @Test
    void aNoticeSpeaksEachLanguageOfItsSender() {
        Wording wording = words("""
            default: [de, en]
            notice: { de: { subject: "Zurückgehalten", body: "{subject}\\n\\n{recipients}\\n{messageId}\\n{contact}" } }
            """);
        Wording.Notice notice = wording.notice(new Wording.HeldBack(
                MailAddress.of("alice@example.com"),
                "gw.example.com",
                Optional.empty(),
                Optional.of("Größe"),
                List.of(refusal(Reason.NO_RECIPIENT_CERTIFICATE))));
        assertThat(notice).isEqualTo(new Wording.Notice("Zurückgehalten", """
            Größe

            bob@bank.example: von uns zurückgehalten: Verschlüsselung ist vorgeschrieben, und für bob@bank.example ist kein brauchbares Zertifikat bekannt
            help@example.com

            ----------

            The mail gateway gw.example.com has not delivered a message of yours to
            every recipient as you sent it.

            Subject: Größe

            bob@bank.example: held back by us: Encryption is required and no usable certificate is known for bob@bank.example

            Help: help@example.com

            A program has written this; answers to it are not read.
            """));
    }

    @Test
    void aNoticeNamesFiftyRecipients() {
        List<Wording.Refusal> many = IntStream.range(0, 52)
                .mapToObj(i -> refusal(Reason.POLICY_REFUSED, "", "", "r" + i + "@bank.example"))
                .toList();
        String body = Wording.NONE
                .notice(new Wording.HeldBack(BOB, "gw", Optional.of("<1@x>"), Optional.of("secret"), many))
                .body();
        assertThat(body)
                .contains("r49@bank.example: held back by us: Message refused by policy\n+ 2\n")
                .contains("Message-ID: <1@x>")
                .doesNotContain("secret", "r50@");
    }
}
