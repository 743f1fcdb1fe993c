package org.postseal.certstore.enrolment;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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

/** EST servers that answer well, badly, too much, too late, or not at all. */
class EstAuthorityTest {
    private static final Request REQUEST = new Request(
            MailAddress.of("alice@ours.example"),
            Set.of(CertificatePurpose.SIGN),
            new PublicKeyId("ab".repeat(32)),
            "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\nAAAA\n-----END CERTIFICATE REQUEST-----\n",
            () -> {
                throw new IllegalStateException("no other proof is asked for");
            });
    private static final MailCertificate LEAF = Samples.certificate(Samples.ALICE);
    private static final List<MailCertificate> ISSUERS = List.of(Samples.AUTHORITY.issuer(), Samples.AUTHORITY.root());

    @TempDir
    private Path folder;

    private ScriptedEst server;
    private Duration limit = Duration.ofSeconds(30);

    @Test
    void theCertificateComesWithItsIssuers() {
        EstAuthority authority = authority(server.url(), server.anchor());
        List<MailCertificate> all = List.of(LEAF, ISSUERS.getFirst(), ISSUERS.getLast());
        assertThat(authority.ask(REQUEST)).isEqualTo(new Answer.Issued(all));
        assertThat(authority.ask(REQUEST)).isEqualTo(new Answer.Issued(all));
        String login = Base64.getEncoder().encodeToString("gäteway:pass wörd".getBytes(StandardCharsets.UTF_8));
        String order = "POST /.well-known/est/simpleenroll Basic " + login + " application/pkcs10 MIIB\nAAAA\n";
        // The password goes only with an order, and the issuers are fetched once.
        assertThat(server.asked).containsExactly("GET /.well-known/est/cacerts null null ", order, order);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            202 | text/plain             | soon                    | Later       | URL asks to come later
            400 |                        | Error 400:\\n  bad name | Refused     | URL answers with status 400: Error 400: bad name
            403 | text/html              | <p>Not <b>you</b></p>   | Refused     | URL answers with status 403: Not you
            422 |                        |                         | Refused     | URL answers with status 422
            401 | text/plain             | who?                    | Unavailable | URL does not accept the user or the password
            404 | text/plain             | not here                | Unavailable | URL answers with status 404: not here
            302 | text/plain             |                         | Unavailable | URL answers with status 302
            500 | text/plain             | broken                  | Unavailable | URL answers with status 500: broken
            503 | text/plain             | busy                    | Unavailable | URL answers with status 503: busy
            204 |                        |                         | Unavailable | URL answers with status 204
            200 |                        |                         | Unavailable | URL answers with what has no type instead of certificates
            200 | text/html              | <p>Log in</p>           | Unavailable | URL answers with text/html instead of certificates
            200 | application/pkcs7-mime |                         | Unavailable | URL answers with no certificate: empty
            200 | application/pkcs7-mime | %%%                     | Unavailable | URL answers with what is no base64
            200 | application/pkcs7-mime | Z2FyYmFnZQ==            | Unavailable | URL answers with no certificate: neither PEM, DER, PKCS #7, PKCS #12, SST nor LDIF
            200 | application/pkcs7-mime | KEY                     | Unavailable | URL answers with what is no certificate: a private key
            200 | application/pkcs7-mime | HUGE                    | Unavailable | URL cannot be asked: body exceeds capacity: 262144
            500 | text/plain             | HUGE                    | Unavailable | URL cannot be asked: body exceeds capacity: 262144
            """)
    void eachAnswerIsNamed(int status, String type, String body, String kind, String reason) {
        String text = switch (Optional.ofNullable(body).orElse("")) {
            case "KEY" ->
                Base64.getEncoder()
                        .encodeToString(
                                Samples.issued(Samples.ALICE).privateKeyPem().getBytes(StandardCharsets.US_ASCII));
            case "HUGE" -> "A".repeat(300_000);
            case String other -> other.replace("\\n", "\n");
        };
        server.enrolment(exchange -> {
            exchange.getResponseHeaders().set("Location", server.url() + "/elsewhere");
            ScriptedEst.answer(exchange, status, type, text);
        });
        Answer answer = ask();
        assertThat(answer.getClass().getSimpleName()).isEqualTo(kind);
        assertThat(reason(answer)).isEqualTo(reason.replace("URL", server.url()));
        // No redirection is followed.
        assertThat(server.asked).hasSize(2);
    }

    @Test
    void theWordsOfAServerAreCut() {
        server.enrolment(exchange -> ScriptedEst.answer(exchange, 400, null, "no ".repeat(5000)));
        assertThat(reason(ask())).hasSize((server.url() + " answers with status 400: ").length() + 200);
    }

    @Test
    void aServerSaysWhenToComeAgain() {
        assertThat(later("3600")).contains(Duration.ofHours(1));
        String date = ZonedDateTime.now(ZoneOffset.UTC).plusHours(1).format(DateTimeFormatter.RFC_1123_DATE_TIME);
        assertThat(later(date).orElseThrow()).isBetween(Duration.ofMinutes(55), Duration.ofMinutes(61));
        assertThat(later("Thu, 1 Jan 2026 00:00:00 GMT")).isEmpty();
        assertThat(later("soon")).isEmpty();
        assertThat(later("-5")).isEmpty();
    }

    // The message names the configured limit even if another one is used, so the test has a limit of its own.
    @Test
    @Timeout(15)
    void aServerThatHangsIsLeft() {
        server.enrolment(exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/pkcs7-mime");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('M');
            exchange.getResponseBody().flush();
            server.hang();
        });
        limit = Duration.ofSeconds(1);
        assertThat(reason(ask())).isEqualTo(server.url() + " cannot be asked: no answer within 1 s");
    }

    @Test
    void nothingIsOrderedWithoutTheIssuers() {
        server.issuers(exchange -> ScriptedEst.answer(exchange, 503, "text/plain", "busy"));
        assertThat(ask()).isEqualTo(new Answer.Unavailable(server.url() + " answers with status 503: busy"));
        server.issuers(exchange -> ScriptedEst.answer(exchange, 200, "application/pkcs7-mime", ""));
        assertThat(ask()).isEqualTo(new Answer.Unavailable(server.url() + " answers with no certificate: empty"));
        assertThat(server.asked).hasSize(2).allMatch(each -> each.contains("cacerts"));
    }

    @Test
    void onlyTheServerThatIsMeantIsAsked() throws IOException {
        Path other =
                Files.writeString(folder.resolve("other.pem"), ISSUERS.getLast().toPem());
        assertThat(reason(authority(server.url(), other).ask(REQUEST)))
                .contains("cannot be asked: ")
                .contains("valid certification path");
        // The certificate is for the address alone.
        assertThat(reason(authority(server.url().replace("127.0.0.1", "localhost"), server.anchor())
                        .ask(REQUEST)))
                .contains("No name matching localhost found");
        assertThat(reason(authority(server.url(), folder.resolve("none")).ask(REQUEST)))
                .contains("cannot be asked: ")
                .contains("none");
        assertThat(server.asked).isEmpty();
    }

    @Test
    void aServerThatIsAwayOrAFileWithoutPasswordIsNamed() throws IOException {
        Files.writeString(folder.resolve("password"), "\nsecret\n");
        assertThat(reason(ask()))
                .isEqualTo(server.url() + " cannot be asked: no password in " + folder.resolve("password"));
        Files.delete(folder.resolve("password"));
        assertThat(reason(ask())).contains("cannot be asked: ").endsWith("/password");
        server.close();
        assertThat(reason(authority(server.url(), server.anchor()).ask(REQUEST)))
                .isEqualTo(server.url() + " cannot be asked: ConnectException");
    }

    @BeforeEach
    void start() throws Exception {
        server = new ScriptedEst(folder);
        server.issuers(exchange -> ScriptedEst.certificates(exchange, ISSUERS));
        server.enrolment(exchange -> ScriptedEst.certificates(exchange, List.of(LEAF)));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Answer ask() {
        return authority(server.url(), server.anchor()).ask(REQUEST);
    }

    private EstAuthority authority(String url, Path trust) {
        Path password = folder.resolve("password");
        return new EstAuthority(new EstAuthority.Server(URI.create(url), trust, "gäteway", password, limit));
    }

    private Optional<Duration> later(String retryAfter) {
        HttpHandler handler = exchange -> {
            exchange.getResponseHeaders().set("Retry-After", retryAfter);
            ScriptedEst.answer(exchange, 202, null, "");
        };
        server.enrolment(handler);
        assertThat(ask()).isInstanceOf(Answer.Later.class);
        return ((Answer.Later) ask()).after();
    }

    private static String reason(Answer answer) {
        return switch (answer) {
            case Answer.Later(String text, Optional<Duration> _) -> text;
            case Answer.Refused(String text) -> text;
            case Answer.Unavailable(String text) -> text;
            case Answer.Issued _ -> "issued";
        };
    }
}
