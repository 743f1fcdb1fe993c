package org.postseal.certstore.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.enrolment.ScriptedCmp.send;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.cmp.CertConfirmContent;
import org.bouncycastle.asn1.cmp.PBMParameter;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIFailureInfo;
import org.bouncycastle.asn1.cmp.PKIHeader;
import org.bouncycastle.asn1.cmp.PKIStatus;
import org.bouncycastle.asn1.cmp.PKIStatusInfo;
import org.bouncycastle.asn1.cmp.PollRepContent;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.PublicKeyId;
import org.postseal.certstore.database.Samples;
import org.postseal.certstore.enrolment.EnrolmentAuthority.Answer;
import org.postseal.certstore.enrolment.EnrolmentAuthority.Request;
import org.postseal.certstore.enrolment.ScriptedCmp.Reply;
import org.postseal.certstore.issue.KeyRequest;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.provider.CryptoProviders;

/** Servers of CMP that lie, hang, or answer what OpenSSL never does. */
class CmpAuthorityTest {
    private static final KeyMaterial KEY = KeyMaterial.generate(KeyAlgorithm.P256);
    private static final MailAddress ALICE = MailAddress.of("alice@ours.example");
    private static final Request REQUEST = new Request(
            ALICE,
            Set.of(CertificatePurpose.SIGN),
            PublicKeyId.of(KEY.publicKey()),
            KeyRequest.pem(KEY, List.of(ALICE)),
            KEY::certificateSigner);
    /** It is for another key than that of the request. */
    private static final MailCertificate OTHER = Samples.certificate(Samples.ALICE);

    @TempDir
    private Path folder;

    private ScriptedCmp server;
    private Duration limit = Duration.ofSeconds(30);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            another transaction | URL answers with a message of another transaction
            an old answer       | URL answers with a message to another one than ours
            another secret      | URL answers with a message that the shared secret does not protect
            a costly protection | URL answers with a message that the shared secret does not protect
            an altered message  | URL answers with a message that the shared secret does not protect
            another request     | URL answers to another request than ours
            another message     | URL answers with a message of type 19
            no certificate      | URL answers with no certificate
            garbage             | URL answers with what is no message of CMP
            nothing             | URL answers with what is no message of CMP
            a page              | URL answers with text/html instead of a message of CMP
            an HTTP error       | URL answers with status 503: busy
            a redirection       | URL answers with status 302
            too much            | URL cannot be asked: body exceeds capacity: 262144
            """)
    void whatIsNoAnswerIsNamedAndNeverARefusal(String kind, String reason) {
        server.script.set((exchange, asked) -> {
            Reply right = Reply.to(asked, ScriptedCmp.issued(0, OTHER));
            String page = "text/html";
            switch (kind) {
                case "another transaction" ->
                    send(exchange, new Reply(right.body(), new byte[16], right.nonce(), ScriptedCmp.SECRET, 1));
                case "an old answer" ->
                    send(exchange, new Reply(right.body(), right.transaction(), new byte[16], ScriptedCmp.SECRET, 1));
                case "another secret" ->
                    send(exchange, new Reply(right.body(), right.transaction(), right.nonce(), "guessed", 1));
                case "a costly protection" ->
                    send(
                            exchange,
                            new Reply(right.body(), right.transaction(), right.nonce(), ScriptedCmp.SECRET, 100_001));
                case "an altered message" -> {
                    byte[] octets = right.octets();
                    // The last octets are the protection.
                    octets[octets.length - 1] ^= 1;
                    send(exchange, 200, CMP, octets);
                }
                case "another request" -> send(exchange, Reply.to(asked, ScriptedCmp.issued(1, OTHER)));
                case "another message" ->
                    send(exchange, Reply.to(asked, new PKIBody(PKIBody.TYPE_CONFIRM, DERNull.INSTANCE)));
                case "no certificate" ->
                    send(exchange, Reply.to(asked, ScriptedCmp.response(new PKIStatusInfo(PKIStatus.granted))));
                case "garbage" -> send(exchange, 200, CMP, new byte[] {0x30, 3, 2, 1, 1});
                case "nothing" -> send(exchange, 200, CMP, new byte[0]);
                case "a page" -> send(exchange, 200, page, "<p>Log in</p>".getBytes(StandardCharsets.UTF_8));
                case "an HTTP error" -> send(exchange, 503, page, "busy".getBytes(StandardCharsets.UTF_8));
                case "a redirection" -> {
                    exchange.getResponseHeaders().set("Location", server.url() + "/elsewhere");
                    send(exchange, 302, page, new byte[0]);
                }
                case "too much" -> send(exchange, 200, CMP, new byte[300_000]);
                default -> throw new IllegalArgumentException(kind);
            }
        });
        assertThat(ask())
                .isEqualTo(new Answer.Unavailable(
                        reason.replace("URL", server.url().toString())));
        assertThat(server.asked).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "badAlg, true",
        "badMessageCheck, false",
        "badRequest, false",
        "badTime, false",
        "badDataFormat, false",
        "wrongAuthority, false",
        "incorrectData, true",
        "badPOP, true",
        "wrongIntegrity, false",
        "unacceptedPolicy, true",
        "unacceptedExtension, true",
        "badSenderNonce, false",
        "badCertTemplate, true",
        "unsupportedVersion, false",
        "notAuthorized, true",
        "systemUnavail, false",
        "systemFailure, false",
        "duplicateCertReq, true"
    })
    void aFailureIsARefusalIfItIsAboutTheOrder(String failure, boolean isRefused) throws Exception {
        int bits = PKIFailureInfo.class.getField(failure).getInt(null);
        server.script.set((exchange, asked) -> send(exchange, Reply.to(asked, ScriptedCmp.error(bits))));
        assertThat(ask()).isEqualTo(said("answers with an error: " + failure + ": words", isRefused));
        server.script.set((exchange, asked) ->
                send(exchange, Reply.to(asked, ScriptedCmp.response(ScriptedCmp.rejection(bits)))));
        assertThat(ask()).isEqualTo(said("rejects the order: " + failure + ": words", isRefused));
    }

    @Test
    void aRejectionWithoutAFailureIsARefusal() {
        server.script.set((exchange, asked) ->
                send(exchange, Reply.to(asked, ScriptedCmp.response(new PKIStatusInfo(PKIStatus.rejection)))));
        assertThat(ask()).isEqualTo(said("rejects the order: no failure named", true));
    }

    @Test
    void aCertificateForAnotherKeyIsNotConfirmed() {
        server.script.set((exchange, asked) -> send(
                exchange,
                Reply.to(
                        asked,
                        asked.getBody().getType() == PKIBody.TYPE_INIT_REQ
                                ? ScriptedCmp.issued(0, OTHER)
                                : new PKIBody(PKIBody.TYPE_CONFIRM, DERNull.INSTANCE))));
        assertThat(ask()).isEqualTo(new Answer.Issued(List.of(OTHER)));
        assertThat(CertConfirmContent.getInstance(
                                server.asked.getLast().getBody().getContent())
                        .toCertStatusArray()[0]
                        .getStatusInfo()
                        .getStatusObject()
                        .intValueExact())
                .isEqualTo(PKIStatus.REJECTION);
    }

    @Test
    void aCertificateWhoseConfirmationFailsIsNotTaken() {
        server.script.set((exchange, asked) -> send(
                exchange,
                Reply.to(
                        asked,
                        asked.getBody().getType() == PKIBody.TYPE_INIT_REQ
                                ? ScriptedCmp.issued(0, OTHER)
                                : ScriptedCmp.error(PKIFailureInfo.badCertId))));
        assertThat(ask()).isEqualTo(said("does not take our confirmation: badCertId: words", false));
    }

    @Test
    void aTransactionThatWaitsSinceAnEarlierRunIsPolled() {
        server.script.set((exchange, asked) -> send(
                exchange,
                Reply.to(
                        asked,
                        asked.getBody().getType() == PKIBody.TYPE_INIT_REQ
                                ? ScriptedCmp.error(PKIFailureInfo.transactionIdInUse)
                                : new PKIBody(
                                        PKIBody.TYPE_POLL_REP,
                                        new PollRepContent(new ASN1Integer(0), new ASN1Integer(7200))))));
        Answer later = new Answer.Later(server.url() + " asks to come later", Optional.of(Duration.ofHours(2)));
        assertThat(ask()).isEqualTo(later);
        assertThat(ask()).isEqualTo(later);
        assertThat(server.asked.stream().map(each -> each.getHeader().getTransactionID()))
                .hasSize(4)
                .containsOnly(server.asked.getFirst().getHeader().getTransactionID());
    }

    @Test
    void aServerThatHangsOrIsAwayAndAFileWithoutSecretAreNamed() throws IOException {
        limit = Duration.ofSeconds(1);
        server.script.set((_, _) -> server.hang());
        assertThat(ask()).isEqualTo(new Answer.Unavailable(server.url() + " cannot be asked: no answer within 1 s"));
        server.close();
        assertThat(ask()).isEqualTo(new Answer.Unavailable(server.url() + " cannot be asked: ConnectException"));
        Files.writeString(folder.resolve("secret"), "\nsecret\n");
        assertThat(ask())
                .isEqualTo(new Answer.Unavailable(
                        server.url() + " cannot be asked: no secret in " + folder.resolve("secret")));
    }

    @Test
    void ourMessageNamesTheSecretAndTheAuthority() {
        server.script.set((exchange, asked) -> send(exchange, Reply.to(asked, ScriptedCmp.error(0))));
        Answer _ = ask();
        PKIHeader header = server.asked.getFirst().getHeader();
        assertThat(header.getSender()).hasToString("4: CN=gateway");
        assertThat(header.getSenderKID().getOctets())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("gateway");
        assertThat(header.getRecipient()).hasToString("4: O=Example,CN=Mail CA");
        assertThat(PBMParameter.getInstance(header.getProtectionAlg().getParameters())
                        .getMac()
                        .getAlgorithm())
                .isEqualTo(PKCSObjectIdentifiers.id_hmacWithSHA256);
    }

    @Test
    void aServerOfHttpsMustBeCertifiedByTheAnchors() throws Exception {
        try (ScriptedEst tls = new ScriptedEst(folder)) {
            URI url = URI.create(tls.url());
            tls.enrolment(exchange -> ScriptedEst.answer(exchange, 503, null, "busy"));
            assertThat(ask(url, Optional.of(tls.anchor())))
                    .isEqualTo(new Answer.Unavailable(url + " answers with status 503: busy"));
            Path other = Files.writeString(
                    folder.resolve("other.pem"), Samples.AUTHORITY.root().toPem());
            assertThat(ask(url, Optional.of(other)).toString()).contains("valid certification path");
            assertThat(tls.asked).hasSize(1);
        }
    }

    @BeforeEach
    void start() throws IOException {
        CryptoProviders.install();
        Files.writeString(folder.resolve("secret"), ScriptedCmp.SECRET + "\n");
        server = new ScriptedCmp();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Answer said(String words, boolean isRefused) {
        String reason = server.url() + " " + words;
        return isRefused ? new Answer.Refused(reason) : new Answer.Unavailable(reason);
    }

    private Answer ask() {
        return ask(server.url(), Optional.empty());
    }

    private Answer ask(URI url, Optional<Path> trust) {
        X500Principal recipient = new X500Principal("CN=Mail CA, O=Example");
        return new CmpAuthority(
                        new CmpAuthority.Server(url, trust, recipient, "gateway", folder.resolve("secret"), limit))
                .ask(REQUEST);
    }

    private static final String CMP = "application/pkixcmp";
}
