package org.postseal.gateway.smime.protect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smime.protect.HeaderReading.From;

class HeaderReadingTest {
    private static final String OUTSIDE = """
            Authentication-Results: mx.example.com; dkim=pass
            X-Spam-Flag: YES
            From: alice@example.com
            Subject: [...]
            MIME-Version: 1.0
            Content-Type: text/plain
            """;

    @Test
    void aHiddenSubjectIsPutBackAndNothingThatMachinesBelieveIn() throws IOException {
        HeaderReading reading = reading("""
                Content-Type: text/plain; hp="cipher"
                From: "Alice B" <alice@EXAMPLE.com>
                Subject: A plan
                Authentication-Results: mx.example.com; dmarc=pass
                X-Spam-Flag: NO
                X-Postseal-Quarantine: no
                HP-Outer: From: alice@example.com
                HP-Outer: Subject: [...]
                """);

        assertThat(reading.from()).isEqualTo(From.SAME);
        assertThat(reading.hidden()).contains("subject");
        assertThat(restored(reading)).isEqualTo(OUTSIDE.replace("[...]", "A plan") + "\nHello\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "From: mallory@evil.example",
                "From: alice@example.com, mallory@evil.example",
                "From: alice@example.com\nFrom: alice@example.com",
                "From: group: alice@example.com;"
            })
    void anotherFromInsideIsDifferentAndStaysInside(String from) throws IOException {
        HeaderReading reading = reading("Content-Type: text/plain; hp=clear\n" + from + "\n");

        assertThat(reading.from()).isEqualTo(From.DIFFERENT);
        assertThat(reading.text()).contains("another From inside");
        assertThat(restored(reading)).contains("\nFrom: alice@example.com\n").doesNotContain("mallory");
    }

    @Test
    void ofAFieldThatStandsTwiceInsideNobodyPicksOne() throws IOException {
        HeaderReading reading = reading("Content-Type: text/plain; hp=cipher\nSubject: one\nSubject: two\n");

        assertThat(restored(reading)).contains("\nSubject: [...]\n").doesNotContain("one", "two");
    }

    @Test
    void whatThePayloadSaysOfTheOutsideCountsUnderEncryptionOnly() {
        HeaderBlock inside = Entity.header("""
                Content-Type: text/plain; hp=cipher
                Subject: [...]
                HP-Outer: Subject: forged
                HP-Outer: nothing
                """);
        HeaderBlock outside = Entity.header(OUTSIDE + "HP-Outer: Subject: outside\n");

        HeaderReading signed = HeaderReading.of(inside, outside, false).orElseThrow();
        HeaderReading opened = HeaderReading.of(inside, outside, true).orElseThrow();

        assertThat(signed.hidden()).isEmpty();
        assertThat(signed.altered()).isEmpty();
        assertThat(opened.hidden()).containsExactly("subject");
        assertThat(opened.altered()).containsExactly("subject");
        assertThat(opened.text()).isEqualTo("cipher, hidden: subject, changed outside: subject");
    }

    @Test
    void aFieldChangedOnTheWayIsNamed() {
        HeaderReading reading = HeaderReading.of(
                        Entity.header("Content-Type: text/plain; hp=clear\nSubject: A  plan\nDate: today\n"),
                        Entity.header("Subject: A plan\nDate: tomorrow\n"),
                        false)
                .orElseThrow();

        assertThat(reading.text()).isEqualTo("clear, changed outside: date");
    }

    @Test
    void aNameIsNoPlaceForATextInTheRecord() {
        HeaderReading reading = reading(
                "Content-Type: text/plain; hp=cipher\nsubject,changed-outside: x\n" + "x".repeat(90_000) + ": y\n");

        assertThat(reading.text()).isEqualTo("cipher, hidden: subject?changed-outside " + "x".repeat(40));
    }

    /** Whoever changes such a field says something in the name of the signer. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Subject: Pay 9999 to Eve",
                "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n \n from Paris",
                "Subject: [list] =?utf-8?q?Gr=C3=BC=C3=9Fe_from_Paris?=",
                "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe_from_Paris?=\nSubject: Pay 9999 to Eve",
                "Subject: Pay 9999 to Eve\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe_from_Paris?=",
                // Some programs do not read this word.
                "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe from Paris?=",
                "Subject: =?utf-7?q?Gr+APwA3w-e_from_Paris?=",
                "Subject: =?utf-8?b?R3LDvMOfZSBmcm9tIFBhcmlz=?=",
                "To: eve@evil.example",
                "To: Anna Bell <anna@example.com>, eve@evil.example",
                "To: \"Anna Bell, eve@evil.example\" <anna@example.com>",
                "Cc: carl@example.com",
                "reply-to: eve@evil.example",
                // Some programs read bob@partner.co in these.
                "Reply-To: Bob <bob@partner.co\"\".uk>",
                "Reply-To: Bob <bob@partner.co\".uk\">",
                "Reply-To: \"Bob <bob@partner.co\".uk>",
                "Reply-To: \"Bob\"\"\" <bob@partner.co.uk>",
                "Reply-To: \"Bo\n b\" <bob@partner.co.uk>",
                "Reply-To: =?utf-8?q?Bob?= =?utf-8?q?_=3Cbob=40partner=2Eco=2Euk=3E?=",
                "Reply-To (x): Bob <bob@partner.co.uk>",
                "X-Spam-Status (x): Yes",
                "Disposition-Notification-To: eve@evil.example",
                "List-Unsubscribe: <https://evil.example/u>",
                "Mail-Reply-To: eve@evil.example",
                "Autocrypt: addr=alice@example.com; keydata=EVIL",
                "X-Own: other",
                "X-Own: =?utf-8?q?mine?=",
                "From: Your bank <alice@example.com>",
                "From: Your bank <sales@example.com>",
                "From: alice@example.com",
                "From: =?utf-8?q?Your_bank?= <alice@example.com>",
                "Sender: eve@evil.example",
                "Date: Tue, 24 Nov 2026 12:00:01 +0000",
                "Date: Tue, 24 Nov 2026 13:00:00 CET",
                "Date: today",
                "Date: Tue, 24 Nov 2026 12:00:00 +0000 (PAY EVE)",
                "Date: PAY, 24 Nov 2026 12:00:00 +0000",
                "Date: Tue, 24 Nov 126 12:00:00 +0000",
                "Keywords: money",
                "In-Reply-To: <wire-the-money@example.com>",
                "Importance: high",
                "Subject: =?utf-8*pay?q?Gr=C3=BC=C3=9Fe_from_Paris?=",
                "Subject: =?iso-8859-1-pay?q?Gr=FC=DFe_from_Paris?=",
                "Subject: =?latin1?q?Gr=FC=DFe_from_Paris?="
            })
    void aSignedFieldThatPeopleSeeIsShownOtherwise(String outside) {
        assertThat(signed(outside).isShownOtherwise(false)).isTrue();
    }

    /** Programs on the way fold and encode fields anew, and a list adds fields of its own. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe_from_Paris?=",
                "Subject: =?UTF-8?B?R3LDvMOfZSBmcm9tIFBhcmlz?=",
                "Subject: =?iso-8859-1?Q?Gr=FC=DFe?=\n from  Paris",
                "Subject: =?utf-8?q?Gr=C3=BC?=\n =?iso-8859-1?q?=DFe_from_?= =?us-ascii?q?Paris?=",
                "Subject: Gr\u00fc\u00dfe from Paris",
                "Subject: [...]",
                "Subject: ...",
                "Subject:",
                "To: Anna Bell <anna@example.com>",
                "To: \"Anna Bell\"\n <anna@example.com>",
                "To: =?us-ascii?q?Anna_Bell?= <anna@example.com>",
                "Cc: bob@partner.example,\n\tcarl@example.com",
                "From: Alice <alice@example.com>",
                "From: =?utf-8?q?Alice?= <alice@example.com>",
                "From: \"Alice\"\n <alice@example.com>",
                "Cc: bob@partner.example ,carl@example.com",
                "Sender: <office@example.com>",
                "Date: Tue, 24 Nov 2026 13:00:00 +0100",
                "Date: 24 Nov 2026 12:00 GMT",
                "Resent-To: eve@evil.example\nList-Id: <list.example>\nX-Subject: Pay",
                "Followup-To: eve@evil.example\nKeywords: trip",
                "Reply-To: \"Bob\"\n <bob@partner.co.uk>",
                "X-Spam-Status: Yes\nX-Spam-Status: No",
                "X-MS-Exchange-Organization-SCL: 9",
                "Received: from here\nMessage-ID: <2@example.com>"
            })
    void whatMeansTheSameIsNot(String outside) {
        assertThat(signed(outside).isShownOtherwise(false)).isFalse();
        assertThat(signed("List-Id: <list.example>\n" + outside).isShownOtherwise(false))
                .isFalse();
    }

    @Test
    void aFieldThatOnlyStandsOutsideIsNot() {
        HeaderBlock inside = Entity.header("Content-Type: text/plain; hp=clear\nSubject: Lunch\n");
        HeaderBlock outside = Entity.header("Subject: Lunch\nReply-To: list@list.example\nCc: eve@evil.example\n");

        assertThat(HeaderReading.of(inside, outside, false).orElseThrow().isShownOtherwise(false))
                .isFalse();
    }

    @Test
    void whatTheSenderLeftOutsideIsNotAnotherValueUnderEncryption() {
        HeaderBlock inside = Entity.header("""
                Content-Type: text/plain; hp=cipher
                Subject: Project Nightingale
                HP-Outer: Subject: Some news
                """);
        HeaderBlock outside = Entity.header("Subject: Some  news\n");

        assertThat(HeaderReading.of(inside, outside, true).orElseThrow().isShownOtherwise(false))
                .isFalse();
        assertThat(HeaderReading.of(inside, outside, false).orElseThrow().isShownOtherwise(false))
                .isTrue();
        assertThat(HeaderReading.of(inside, Entity.header("Subject: Pay\n"), true)
                        .orElseThrow()
                        .isShownOtherwise(false))
                .isTrue();
    }

    /** Anybody who has the ciphertext can send it again with guesses outside, and see what the verdict says of them. */
    @ParameterizedTest
    @CsvSource({
        "cipher, Subject",
        "clear, Subject",
        "cipher, Keywords",
        "clear, Keywords",
        "clear, Comments",
        "clear, Organization"
    })
    void aGuessOfAHiddenFieldIsTakenForNoBetterThanAnyOther(String mode, String field) {
        HeaderBlock inside = Entity.header("Content-Type: text/plain; hp=" + mode + "\n" + field + ": Nightingale\n");
        HeaderReading right = HeaderReading.of(inside, Entity.header(field + ": Nightingale\n"), true)
                .orElseThrow();
        HeaderReading wrong = HeaderReading.of(inside, Entity.header(field + ": Sparrow\n"), true)
                .orElseThrow();

        assertThat(right.isShownOtherwise(false)).isTrue();
        assertThat(wrong.isShownOtherwise(false)).isTrue();
        assertThat(right.mayHide()).isEqualTo(wrong.mayHide());
        assertThat(right.isShownOtherwise(true)).as("for the author").isFalse();
        assertThat(wrong.isShownOtherwise(true)).as("for the author").isTrue();
    }

    @Test
    void aFieldThatTheSenderLeftOutsideIsNotHiddenWhateverStandsThereNow() {
        HeaderBlock inside = Entity.header("""
            Content-Type: text/plain; hp=cipher
            Subject: Some news
            Keywords: bird
            HP-Outer: Subject: Some news
            HP-Outer: Keywords: bird
            """);

        assertThat(HeaderReading.of(inside, Entity.header("Subject: [list] Some news\n"), true)
                        .orElseThrow()
                        .mayHide())
                .isFalse();
    }

    @Test
    void aSignatureHidesNothing() {
        assertThat(signed("Subject: Pay").mayHide()).isFalse();
    }

    private static HeaderReading signed(String outside) {
        HeaderBlock inside = Entity.header("""
                Content-Type: text/plain; hp="clear"
                From: Alice <alice@example.com>
                Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe_from_Paris?=
                To: Anna Bell <anna@example.com>
                Cc: bob@partner.example, carl@example.com
                Reply-To: Bob <bob@partner.co.uk>
                Disposition-Notification-To: alice@example.com
                List-Unsubscribe: <https://example.com/u>
                Mail-Reply-To: alice@example.com
                Autocrypt: addr=alice@example.com; keydata=AAAA
                X-Own: mine
                X-Spam-Status: No
                X-MS-Exchange-Organization-SCL: 1
                Received: from there
                Message-ID: <1@example.com>
                Sender: <office@example.com>
                Date: Tue, 24 Nov 2026 12:00:00 +0000
                Keywords: trip
                In-Reply-To: <1@example.com>
                Importance: normal
                """);
        return HeaderReading.of(inside, Entity.header(outside), false).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: text/plain",
                "Content-Type: text/plain; hp=other",
                "Content-Type: text/plain; hp=clear; hp=cipher",
                "Content-Type: text/plain; hp=clear\nContent-Type: text/plain; hp=clear",
                "Content-Type: text/plain; x=\"; hp=clear",
                "Content-Type: text/plain; hp=clear\nno field",
                "X-Type: text/plain; hp=clear"
            })
    void whatDoesNotSaySoClearlyIsNotProtected(String header) {
        assertThat(HeaderReading.of(Entity.header(header + "\nSubject: inside\n"), Entity.header(OUTSIDE), true))
                .isEmpty();
    }

    @Test
    void aFieldThatOnlyStandsInsideComesToTheTop() throws IOException {
        HeaderReading reading = reading("Content-Type: text/plain; hp=cipher\nKeywords: secret\nX-Other: no\n");

        assertThat(restored(reading))
                .startsWith("Keywords: secret\nAuthentication-Results:")
                .doesNotContain("X-Other");
    }

    private static HeaderReading reading(String inside) {
        Optional<HeaderReading> reading = HeaderReading.of(Entity.header(inside), Entity.header(OUTSIDE), true);
        return reading.orElseThrow();
    }

    private static String restored(HeaderReading reading) throws IOException {
        try (Spool.Scope scope = new Spool.Factory().open()) {
            return Entity.text(OpenedHeader.restore(Entity.of(OUTSIDE + "\nHello\n"), reading, false, scope));
        }
    }
}
