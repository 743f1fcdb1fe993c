package org.postseal.gateway.smime.protect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smime.protect.HeaderComposer.Result;
import org.postseal.policy.protection.HeaderSettings;

class HeaderComposerTest {
    private static final HeaderSettings HIDE = new HeaderSettings(true, true, true);
    private static final Spool.Factory SPOOLS = new Spool.Factory();
    private static final String PLAIN = """
            Received: from client by gw
            From: Alice <alice@example.com>
            To: bob@partner.example
            Bcc: carl@partner.example
            Subject: A
             plan
            Keywords: secret
            X-Odd: yes
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: 7bit

            Hello
            """;

    @Test
    void whatIsSignedCoversWhatTheAuthorWroteAndTheOutsideStays() throws IOException {
        Result.Composed made = composed(PLAIN, HeaderSettings.DEFAULT, false);

        assertThat(made.text()).isEqualTo("clear");
        assertThat(Entity.text(made.payload().entity())).isEqualTo("""
                Content-Type: text/plain; charset=utf-8;
                \thp="clear"
                Content-Transfer-Encoding: 7bit
                From: Alice <alice@example.com>
                To: bob@partner.example
                Subject: A
                 plan
                Keywords: secret
                X-Odd: yes

                Hello
                """);
        assertThat(made.payload().outer().toByteArray())
                .isEqualTo(Entity.of(PLAIN).header().toByteArray());
    }

    /** A reader of CBC knows by this that nobody has cut the content. */
    @Test
    void contentBeginsWithItsType() throws IOException {
        Result.Composed made = composed(
                PLAIN.replace("MIME-Version", "Content-Language: en\nMIME-Version"), HeaderSettings.DEFAULT, true);

        assertThat(Entity.text(made.payload().entity())).startsWith("Content-Type: text/plain; charset=utf-8;");
    }

    @Test
    void whatIsEncryptedRecordsWhatStaysOutsideAndHidesTheSubjectWithALegacyDisplay() throws IOException {
        Result.Composed made = composed(PLAIN, HIDE, true);

        assertThat(made.text()).isEqualTo("cipher, Subject hidden, legacy display");
        assertThat(Entity.text(made.payload().entity())).isEqualTo("""
                Content-Type: text/plain; charset=utf-8;
                \thp-legacy-display="1";
                \thp="cipher"
                Content-Transfer-Encoding: 7bit
                From: Alice <alice@example.com>
                To: bob@partner.example
                Subject: A
                 plan
                Keywords: secret
                X-Odd: yes
                HP-Outer: From: Alice <alice@example.com>
                HP-Outer: To: bob@partner.example
                HP-Outer: Subject: [...]
                HP-Outer: X-Odd: yes

                Subject: A plan

                Hello
                """);
        assertThat(new String(made.payload().outer().toByteArray(), StandardCharsets.US_ASCII))
                .contains("Subject: [...]\r\n", "Bcc: carl@partner.example\r\n")
                .doesNotContain("plan", "Keywords", "secret");
    }

    @Test
    void theLegacyDisplayStandsInEachAlternativeAndInNoAttachment() throws IOException {
        String html = Base64.getMimeEncoder()
                .encodeToString("<html><head></head><body class=\"a>b\">Hi</body></html>\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
        String message = """
                From: alice@example.com
                Subject: =?utf-8?q?B=C3=BCro_<1>?=
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary=o

                --o
                Content-Type: multipart/alternative; boundary=i

                --i
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: quoted-printable

                Gr=C3=BC=C3=9Fe
                --i
                Content-Type: text/html; charset=us-ascii
                Content-Transfer-Encoding: base64

                %s
                --i--
                --o
                Content-Type: text/plain; charset=utf-8
                Content-Disposition: attachment

                not me
                --o--
                """.formatted(html);

        Result.Composed made = composed(message, HIDE, true);

        MimeEntity payload = Entity.scan(made.payload().entity());
        assertThat(payload.contentType().parameter("hp")).contains("cipher");
        MimeEntity alternative = payload.parts().getFirst();
        assertThat(decoded(alternative.parts().get(0))).isEqualTo("Subject: Büro <1>\n\nGrüße");
        assertThat(decoded(alternative.parts().get(1))).isEqualTo("""
                <html><head></head><body class="a>b"><div class="header-protection-legacy-display">
                <pre>Subject: B&#252;ro &#60;1&#62;</pre>
                </div>
                Hi</body></html>
                """);
        assertThat(alternative.parts())
                .allMatch(part ->
                        part.contentType().parameter("hp-legacy-display").equals(Optional.of("1")));
        assertThat(Entity.text(payload.parts().get(1).raw())).endsWith("\n\nnot me");

        HeaderReading reading =
                HeaderReading.of(payload.header(), made.payload().outer(), true).orElseThrow();
        try (Spool.Scope scope = SPOOLS.open()) {
            MimeEntity opened = opened(made.payload());
            MimeEntity restored = Entity.scan(OpenedHeader.restore(opened, reading, false, scope));
            MimeEntity original = Entity.of(message);
            assertThat(restored.header().single("Subject").orElseThrow().unfolded())
                    .isEqualTo(original.header().single("Subject").orElseThrow().unfolded());
            assertThat(decoded(restored.parts().getFirst().parts().get(0)))
                    .isEqualTo(decoded(original.parts().getFirst().parts().get(0)));
            assertThat(decoded(restored.parts().getFirst().parts().get(1)))
                    .isEqualTo(decoded(original.parts().getFirst().parts().get(1)));
            assertThat(Entity.text(restored.raw())).doesNotContain("hp=", "hp-legacy", "HP-Outer");
        }
    }

    @Test
    void whatIsOpenedAgainIsTheMessageItWas() throws IOException {
        Result.Composed made = composed(PLAIN, HIDE, true);
        HeaderReading reading = HeaderReading.of(
                        Entity.scan(made.payload().entity()).header(),
                        made.payload().outer(),
                        true)
                .orElseThrow();

        assertThat(reading.hidden()).containsExactly("subject", "keywords");
        assertThat(reading.altered()).isEmpty();
        try (Spool.Scope scope = SPOOLS.open()) {
            String restored = Entity.text(OpenedHeader.restore(opened(made.payload()), reading, false, scope));
            assertThat(restored.lines().sorted())
                    .containsExactlyElementsOf(PLAIN.lines().sorted().toList());
            assertThat(restored).endsWith("\n\nHello\n");
        }
    }

    @Test
    void aClaimOfTheClientUnderNoSignatureIsNotSigned() throws IOException {
        String claim = PLAIN.replace("charset=utf-8", "hp=\"cipher\"; charset=utf-8")
                .replace("X-Odd: yes", "HP-Outer: Subject: other");

        Result.Composed none = composed(claim, new HeaderSettings(false, false, true), false);
        Result.Composed clear = composed(claim, HeaderSettings.DEFAULT, false);

        assertThat(Entity.text(none.payload().entity())).doesNotContain("hp=", "HP-Outer");
        assertThat(none.text()).isEqualTo("none: not asked for");
        assertThat(Entity.scan(clear.payload().entity()).contentType().parameter("hp"))
                .contains("clear");
        assertThat(Entity.text(clear.payload().entity())).doesNotContain("HP-Outer");
        assertThat(clear.payload().outer().all("HP-Outer")).isEmpty();
    }

    @Test
    void anEightBitSubjectIsEncodedForAClearSignatureAndAnEightBitFromIsNot() throws IOException {
        Result.Composed subject = composed(PLAIN.replace("A\n plan", "Büro"), HeaderSettings.DEFAULT, false);
        Result.Composed from = composed(PLAIN.replace("Alice <", "Ålice <"), HeaderSettings.DEFAULT, false);

        assertThat(Entity.text(subject.payload().entity())).contains("\nSubject: =?UTF-8?B?QsO8cm8=?=\n");
        assertThat(subject.payload().outer().single("Subject").orElseThrow().unfolded())
                .isEqualTo("=?UTF-8?B?QsO8cm8=?=");
        assertThat(from.text()).isEqualTo("none: field from cannot stand in a signed part");
        assertThat(Entity.text(from.payload().entity())).doesNotContain("hp=", "lice");
    }

    @Test
    void aSubjectThatShallBeHiddenAndCannotIsNotSentOpen() throws IOException {
        String signed = """
                From: alice@example.com
                Subject: A plan
                MIME-Version: 1.0
                Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=b

                --b
                Content-Type: text/plain%s

                Hello
                --b
                Content-Type: application/pkcs7-signature

                AA==
                --b--
                """;
        assertThat(compose("no field\n" + PLAIN, HIDE, true)).isInstanceOf(Result.NotHidden.class);
        assertThat(compose(PLAIN.replace("charset=utf-8", "charset=utf-8; charset=x"), HIDE, true))
                .isInstanceOf(Result.NotHidden.class);
        assertThat(compose(signed.formatted(""), HIDE, true)).isInstanceOf(Result.NotHidden.class);
        assertThat(compose(signed.formatted("; hp=clear"), HIDE, true)).isInstanceOf(Result.NotHidden.class);
        Result.Composed protectedBySender = composed(signed.formatted("; hp=clear\nSubject: A plan"), HIDE, true);
        assertThat(protectedBySender.text()).isEqualTo("by the sender, Subject hidden");
        assertThat(protectedBySender
                        .payload()
                        .outer()
                        .single("Subject")
                        .orElseThrow()
                        .unfolded())
                .isEqualTo("[...]");
        assertThat(Entity.text(protectedBySender.payload().entity()))
                .isEqualTo(signed.formatted("; hp=clear\nSubject: A plan")
                        .substring(signed.indexOf("Content-Type: multipart")));
        // Without encryption there is nothing to hide in, and nothing is refused.
        assertThat(composed(signed.formatted(""), HIDE, false).text()).isEqualTo("none: protected by the sender");
    }

    @Test
    void whatRepeatsTheSubjectGoesInsideWithIt() throws IOException {
        String fields = """
                Subject: Re: =?utf-8?q?Fusion_mit_M=C3=BCller?=
                Thread-Topic: something of yesterday
                Original-Subject: =?iso-8859-1?q?Fusion?=
                X-Spam-Prev-Subject: [SPAM] x
                X-Note: on =?utf-8?B?RnVzaW9uIG1pdCBNw7xsbGVy==?= today
                X-Url: https://x.example/fusion-mit-m=C3=BCller
                List-Help: <https://x.example/?fusion%20mit%20m%C3%BCller>
                Summary: a word
                Auto-Submitted: no
                X-Odd: fusion
                """;
        Result.Composed made = composed(PLAIN.replace("Subject: A\n plan\n", fields), HIDE, true);
        String outside = new String(made.payload().outer().toByteArray(), StandardCharsets.US_ASCII);
        String inside = Entity.text(made.payload().entity());

        assertThat(outside)
                .contains("Subject: [...]\r\n", "Auto-Submitted: no", "X-Odd: fusion")
                .doesNotContain("Thread-Topic", "Original-Subject", "Prev-Subject", "X-Note", "Summary", "=?");
        assertThat(inside)
                .contains("\nThread-Topic: something", "\nOriginal-Subject: =?", "\nX-Note: on =?", "\nSummary: a word")
                .contains("\nHP-Outer: Subject: [...]\n", "\nHP-Outer: X-Odd: fusion\n")
                .doesNotContain("HP-Outer: Thread-Topic", "HP-Outer: X-Note");
    }

    @Test
    void aTopicIsHiddenAlsoWithoutASubject() throws IOException {
        String message = PLAIN.replace("Subject: A\n plan\n", "Thread-Topic: A plan\n");
        assertThat(new String(composed(message, HIDE, true).payload().outer().toByteArray(), StandardCharsets.US_ASCII))
                .doesNotContain("plan");
        assertThat(compose("no field\n" + message, HIDE, true)).isInstanceOf(Result.NotHidden.class);
        assertThat(composed(message, HeaderSettings.DEFAULT, true)
                        .payload()
                        .outer()
                        .all("Thread-Topic"))
                .hasSize(1);
    }

    @Test
    void ofSeveralSubjectsNoneStaysOutside() throws IOException {
        Result.Composed made = composed(PLAIN.replace("X-Odd: yes", "subject: another plan"), HIDE, true);

        assertThat(made.payload().outer().all("Subject")).hasSize(1);
        assertThat(new String(made.payload().outer().toByteArray(), StandardCharsets.US_ASCII))
                .doesNotContain("plan");
    }

    /** Any text of a stranger must be read quickly and to its end. */
    @Test
    @Timeout(5)
    void hugeTextsAreReadWithoutDepth() throws IOException {
        HeaderReading reading = HeaderReading.of(
                        Entity.header("Content-Type: text/plain; hp=cipher\nSubject: A plan\n"),
                        Entity.header("Subject: [...]\n"),
                        true)
                .orElseThrow();
        for (String type : List.of("plain", "html")) {
            for (String body : List.of(
                    "a\n".repeat(100_000),
                    "<body " + "a ".repeat(100_000),
                    "<body " + "'\"'".repeat(70_000) + ">",
                    "<div class=\"header-protection-legacy-display\">" + "<b>".repeat(80_000))) {
                String message = "Subject: A plan\nMIME-Version: 1.0\nContent-Type: text/" + type
                        + "; hp-legacy-display=1\n\n" + body;
                assertThat(composed(message, HIDE, true).text()).startsWith("cipher, Subject hidden");
                try (Spool.Scope scope = SPOOLS.open()) {
                    assertThat(OpenedHeader.restore(Entity.of(message), reading, false, scope)
                                    .size())
                            .isPositive();
                }
            }
        }
    }

    private static String decoded(MimeEntity part) throws IOException {
        return Entity.text(
                RawMessage.of(part.transferEncoding().decode(part.body().open()).readAllBytes()));
    }

    /** Makes an opened message as the opener does: the outer fields, and the Content- fields of the payload. */
    private static MimeEntity opened(Payload payload) {
        MimeEntity inside = Entity.scan(payload.entity());
        RawMessage outer = RawMessage.of(payload.outer()
                .without(field -> field.name().toLowerCase(Locale.ROOT).startsWith("content-"))
                .fieldOctets());
        RawMessage content = RawMessage.of(inside.header()
                .without(field -> !field.name().toLowerCase(Locale.ROOT).startsWith("content-"))
                .toByteArray());
        return Entity.scan(RawMessage.join(List.of(outer, content, inside.body())));
    }

    private static Result.Composed composed(String message, HeaderSettings settings, boolean isEncrypted)
            throws IOException {
        return (Result.Composed) compose(message, settings, isEncrypted);
    }

    private static Result compose(String message, HeaderSettings settings, boolean isEncrypted) throws IOException {
        MimeEntity root = Entity.of(message);
        return new HeaderComposer(settings, isEncrypted, true, SPOOLS.open()).compose(root.header(), root);
    }
}
