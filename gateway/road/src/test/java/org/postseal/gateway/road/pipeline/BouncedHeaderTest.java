package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.client.OpenedPassage;

/**
 * The header section of opened mail comes back in a bounce. It may tell the author what was encrypted, and must tell
 * nobody else.
 */
class BouncedHeaderTest {
    private static final String OUTER =
            "From: Bob <bob@partner.example>\nTo: anna@example.com\nSubject: [...]\nMIME-Version: 1.0\n";
    private static final String HIDDEN = """
            Content-Type: text/plain; charset=utf-8; hp="cipher"
            From: Bob <bob@partner.example>
            Subject: Project Nightingale
            Keywords: takeover
            HP-Outer: From: Bob <bob@partner.example>
            HP-Outer: Subject: [...]

            Hello
            """;
    private static final String FILE = """
            Content-Type: application/pdf;
             name="Nightingale.pdf"
            Content-Disposition: attachment; filename="Nightingale.pdf"
            Content-Transfer-Encoding: base64

            JVBERi0=
            """;
    private static final ReversePath MALLORY = new ReversePath.Mailbox(MailAddress.of("mallory@evil.example"));
    private static final String OPEN =
            "{ id: open, when: { kind: [ordinary, nullSender] }, then: { decrypt: ifPossible } }";

    @ParameterizedTest
    @ValueSource(strings = {"<>", "bob@partner.example"})
    void theAuthorAndNobodyMayReadWhatHeHid(String bounces) throws Exception {
        MimeEntity opened = opened(HIDDEN, path(bounces));

        assertThat(subject(opened)).isEqualTo("Project Nightingale");
        assertThat(opened.header().single("Keywords")).isPresent();
        assertThat(opened.contentType().is("text", "plain")).isTrue();
    }

    @Test
    void whoSendsTheCiphertextAgainReadsNothingOfIt() throws Exception {
        MimeEntity opened = opened(HIDDEN, MALLORY);

        assertThat(header(opened)).doesNotContain("Nightingale", "takeover");
        assertThat(subject(opened)).isEqualTo("[...]");
        MimeEntity part = opened.parts().getFirst();
        assertThat(opened.parts()).hasSize(1);
        assertThat(opened.isAmbiguous()).isFalse();
        assertThat(subject(part)).isEqualTo("Project Nightingale");
        assertThat(part.header().single("Keywords")).isPresent();
        assertThat(text(part.body())).as("for who reads it").isEqualTo("Subject: Project Nightingale\r\n\r\nHello\r\n");
    }

    @Test
    void norDoesHeLearnTheNameOfAFile() throws Exception {
        MimeEntity opened = opened(FILE, MALLORY);

        assertThat(header(opened)).doesNotContain("Nightingale");
        assertThat(opened.contentType().is("multipart", "mixed")).isTrue();
        MimeEntity part = opened.parts().getFirst();
        assertThat(text(part.raw())).isEqualTo(FILE.replace("\n", "\r\n"));
    }

    @Test
    void theNameOfAFileStaysWhereNobodyGetsABounce() throws Exception {
        assertThat(opened(FILE, path("<>")).contentType().parameter("name")).contains("Nightingale.pdf");
    }

    @Test
    void ordinaryContentIsNotMoved() throws Exception {
        MimeEntity opened = opened("Content-Type: text/plain; charset=utf-8\n\nHello\n", MALLORY);

        assertThat(opened.contentType().is("text", "plain")).isTrue();
        assertThat(text(opened.body())).isEqualTo("Hello\r\n");
    }

    @Test
    void aSignatureInsideStaysAtTheRoot() throws Exception {
        TestRoad out = TestRoad.with(
                "mailboxPolicies: { default: { hideSubject: true } }\n",
                "{ id: both, when: always, then: { sign: required, encrypt: required } }");
        out.send(Letter.submitted(LMTP, Parties.ANNA), TestRoad.toAll("anna@example.com"));
        TestRoad in = new TestRoad(OPEN);

        in.send(
                Letter.inbound(LMTP, Parties.ANNA).from(MALLORY),
                RawMessage.of(out.sent().getFirst().octets()));

        MimeEntity opened = SealedCopy.scan(in.sent().getFirst().octets());
        assertThat(header(opened)).doesNotContain("plan");
        assertThat(opened.contentType().is("multipart", "signed")).isTrue();
        assertThat(subject(opened.signedParts().orElseThrow().content())).isEqualTo("A  plan");
        assertThat(in.audited(done -> done.protection().signature())).containsExactly("valid");
        assertThat(in.audited(done -> done.decision().detail()))
                .containsExactly(Optional.of(
                        "opened; protected header fields stay inside, since MAIL FROM is not known to be the"
                                + " author's"));
    }

    @Test
    void towardsANextHopWithoutDsnNothingIsOpened() throws Exception {
        byte[] sealed = sealed(HIDDEN);
        TestRoad road = new TestRoad(OPEN);
        road.delivery().forOpened(new OpenedPassage.Barred("not opened: no DSN is announced"));

        road.send(Letter.inbound(LMTP, Parties.ANNA), RawMessage.of(sealed));

        assertThat(road.sent()).hasSize(1).allMatch(sent -> sent.unit() instanceof Sendable.Untouched);
        assertThat(road.sent().getFirst().octets()).isEqualTo(sealed);
        assertThat(road.audited(done -> done.decision().detail()))
                .containsExactly(Optional.of("not opened: no DSN is announced"));
    }

    private static MimeEntity opened(String entity, ReversePath bounces) throws Exception {
        TestRoad road = new TestRoad(OPEN);
        road.send(Letter.inbound(LMTP, Parties.ANNA).from(bounces), RawMessage.of(sealed(entity)));
        List<RecordingDelivery.Sent> sent = road.sent();
        assertThat(sent).hasSize(1).allMatch(one -> one.unit() instanceof Sendable.Opened);
        return SealedCopy.scan(sent.getFirst().octets());
    }

    private static byte[] sealed(String entity) throws Exception {
        return SealedCopy.encryptEntity(
                (OUTER + "\n").replace("\n", "\r\n"), entity.replace("\n", "\r\n"), Parties.ANNA);
    }

    private static ReversePath path(String text) {
        return text.equals("<>") ? new ReversePath.NullPath() : new ReversePath.Mailbox(MailAddress.of(text));
    }

    private static String header(MimeEntity entity) {
        return new String(entity.header().toByteArray(), StandardCharsets.UTF_8);
    }

    private static String subject(MimeEntity entity) {
        return entity.header().single("Subject").orElseThrow().unfolded();
    }

    private static String text(RawMessage message) throws java.io.IOException {
        return new String(message.toByteArray(), StandardCharsets.UTF_8);
    }
}
