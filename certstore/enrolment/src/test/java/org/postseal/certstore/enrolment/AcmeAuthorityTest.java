package org.postseal.certstore.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.enrolment.Office.ALICE;
import static org.postseal.certstore.enrolment.Office.BOTH;

import java.io.StringReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PemText;
import org.postseal.certstore.database.AcmeChallenges.AcmeChallenge;
import org.postseal.certstore.database.CertificateOrders.Order;
import org.postseal.certstore.enrolment.AcmeAuthority.ExternalAccount;
import org.postseal.certstore.enrolment.EnrolmentAuthority.Answer;
import org.postseal.certstore.enrolment.EnrolmentAuthority.Request;

/** Servers of ACME that answer well, badly, too much, too late, or not at all. */
class AcmeAuthorityTest {
    // To open a database for each test would take as long as all the rest.
    @TempDir
    private static Path store;

    @AutoClose
    private static Office office;

    @TempDir
    private Path folder;

    private TrustingAcme server;
    private Request request;
    private Duration limit = Duration.ofSeconds(30);
    private boolean isAgreed;
    private Path account = store.resolve("account.key");
    private Optional<ExternalAccount> external = Optional.empty();

    @Test
    void anOrderGoesItsWayFromTheMailToTheCertificate() throws Exception {
        AcmeAuthority authority = authority();
        assertThat(authority.ask(request)).isEqualTo(waits());
        AcmeChallenge challenge = challenge().orElseThrow();
        assertThat(challenge)
                .isEqualTo(new AcmeChallenge(
                        ALICE,
                        MailAddress.of("acme@ca.example"),
                        "token-part-2-with-128-bits",
                        thumbprint(),
                        Instant.parse("2999-01-01T00:00:00Z"),
                        Set.of()));
        assertThat(authority.ask(request)).isEqualTo(waits());
        // Nobody tells the server of a reply that was not sent.
        assertThat(server.asked).noneMatch(each -> each.contains("/challenge/"));

        office.database.acmeChallenges().answered(challenge, "token-part-1");
        assertThat(authority.ask(request)).isEqualTo(new Answer.Issued(server.certificates));
        assertThat(server.asked)
                .contains("/account {\"contact\":[\"mailto:mail@ours.example\"]}")
                .containsOnlyOnce("/order {\"identifiers\":[{\"type\":\"email\",\"value\":\"alice@ours.example\"}]}")
                .containsOnlyOnce("/challenge/1 {}")
                .containsOnlyOnce("/finalize/1 {\"csr\":\"" + csr() + "\"}");
        // It is handed out again, for the case that it was not stored.
        assertThat(authority().ask(request)).isEqualTo(new Answer.Issued(server.certificates));
        assertThat(server.orders()).isEqualTo(1);
    }

    @Test
    void aPassTakesTheCertificateAndForgetsTheChallenge() {
        assertThat(pass()).containsExactly("WAITING: waits for the mail of acme@ca.example");
        office.database.acmeChallenges().answered(challenge().orElseThrow(), "token-part-1");
        office.pass(Duration.ofMinutes(6));
        assertThat(pass()).hasSize(1).first().asString().startsWith("TAKEN: certificate ");
        assertThat(office.keys(ALICE)).hasSize(1);
        assertThat(office.database.acmeChallenges().url(ALICE)).isEmpty();
        assertThat(pass()).isEmpty();
        assertThat(server.orders()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/directory",
                "/nonce",
                "/account",
                "/order",
                "/authorization/1",
                "/order/1",
                "/challenge/1",
                "/finalize/1",
                "/certificate/1"
            })
    void aCrashAfterAnyStepEndsWell(String path) {
        server.lose(path);
        int lost = 0;
        Answer answer = authority().ask(request);
        for (int run = 0; run < 6 && !(answer instanceof Answer.Issued); run++) {
            lost += answer instanceof Answer.Unavailable ? 1 : 0;
            challenge().ifPresent(each -> office.database.acmeChallenges().answered(each, "token-part-1"));
            answer = authority().ask(request);
        }
        assertThat(answer).isInstanceOf(Answer.Issued.class);
        // Java repeats what changes nothing by itself.
        assertThat(lost).isEqualTo(path.equals("/directory") || path.equals("/nonce") ? 0 : 1);
        // Nobody here knows an order whose address was lost.
        assertThat(server.orders()).isEqualTo(path.equals("/order") ? 2 : 1);
        assertThat(server.asked.stream().filter(each -> each.startsWith("/finalize")))
                .hasSize(1);
    }

    @Test
    void theAccountKeyIsMadeOnceAndIsForItsOwnerAlone() throws Exception {
        account = folder.resolve("account.key");
        authority().ask(request);
        String key = Files.readString(account);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(account)))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.filter(each -> each.toString().contains(".new"))).isEmpty();
        }
        authority().ask(request);
        assertThat(account).hasContent(key);
        Files.writeString(account, "garbage");
        assertThat(reason(authority().ask(request)))
                .isEqualTo(directory() + " cannot be asked: the account key in " + account + " cannot be read");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /order          | 403 | rejectedIdentifier      | Refused     | rejectedIdentifier: why
            /order          | 400 | unsupportedIdentifier   | Refused     | unsupportedIdentifier: why
            /order          | 403 | caa                     | Refused     | caa: why
            /order          | 429 | rateLimited             | Later       | rateLimited: why
            /order          | 503 | serverInternal          | Unavailable | serverInternal: why
            /order          | 400 | malformed               | Unavailable | malformed: why
            /account        | 403 | externalAccountRequired | Unavailable | externalAccountRequired: why
            /account        | 400 | badSignatureAlgorithm   | Unavailable | badSignatureAlgorithm: why
            /account        | 403 | unauthorized            | Unavailable | unauthorized: why
            /finalize/1     | 403 | badCSR                  | Refused     | badCSR: why
            /finalize/1     | 403 | orderNotReady           | Unavailable | orderNotReady: why
            /challenge/1    | 400 | malformed               | Unavailable | malformed: why
            """)
    void eachProblemIsNamed(String path, int status, String type, String kind, String reason) {
        if (!path.equals("/order") && !path.equals("/account")) {
            reply();
        }
        server.instead(path, exchange -> TrustingAcme.problem(exchange, status, type, "why"));
        Answer answer = authority().ask(request);
        assertThat(answer.getClass().getSimpleName()).isEqualTo(kind);
        assertThat(reason(answer)).isEqualTo(directory() + " answers " + reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /directory      | 302 | text/html        |                        | HTTP 302
            /directory      | 200 | text/html        | <p>Log in</p>          | Unexpected content type: text/html
            /directory      | 200 | application/json | []                     | *
            /directory      | 200 | application/json | {}                     | Server does not support newAccount
            /directory      | 200 | application/json | garbage                | *
            /directory      | 200 | application/json | DEEP                   | *
            /directory      | 200 | application/json | HUGE                   | body exceeds capacity: 262144
            /directory      | 500 | text/html        | broken                 | HTTP 500
            /directory      | 200 | application/json | PLAIN                  | the address is not https: http://127.0.0.1/nonce
            /order          | 400 | application/problem+json | {}                   | *
            /order          | 400 | application/problem+json | BAD                  | *
            /nonce          | 500 | text/html        |                        | *
            /account        | 201 | application/json | {"status":"valid"}     | *
            /order          | 201 | application/json | {"status":"pending"}   | *
            /order/1        | 200 | application/json | {}                     | *
            /order/1        | 200 | application/json | {"status":"strange"}   | *
            /authorization/1| 200 | application/json | {}                     | *
            /authorization/1| 302 | text/html        |                        | HTTP 302
            """)
    void whatIsNoAnswerIsNamed(String path, int status, String type, String body, String reason) {
        if (path.contains("1")) {
            authority().ask(request);
        }
        String text = switch (Optional.ofNullable(body).orElse("")) {
            case "DEEP" -> "[".repeat(200_000);
            case "HUGE" -> "{\"a\":\"" + "A".repeat(300_000) + "\"}";
            case "BAD" -> "{\"type\":\"urn:x:y\",\"subproblems\":[{\"type\":\": :\"}]}";
            case "PLAIN" -> "{\"newNonce\":\"http://127.0.0.1/nonce\",\"newAccount\":\"http://127.0.0.1/account\"}";
            case String other -> other;
        };
        server.instead(path, exchange -> {
            if (status == 302) {
                exchange.getResponseHeaders().set("Location", server.url() + "/elsewhere");
            }
            TrustingAcme.answer(exchange, status, type, text);
        });
        Answer answer = authority().ask(request);
        assertThat(answer).isInstanceOf(Answer.Unavailable.class);
        if (!reason.equals("*")) {
            assertThat(reason(answer)).isEqualTo(directory() + " cannot be asked: " + reason);
        }
        if (status == 302) {
            assertThat(server.asked).noneMatch(each -> each.contains("elsewhere"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            from       |                     | a challenge that has no sender, or no token of 128 bits
            from       | nobody              | a challenge that has no sender, or no token of 128 bits
            token      | short-21-characters-x | a challenge that has no sender, or no token of 128 bits
            token      | with a space in it, long | a challenge that has no sender, or no token of 128 bits
            type       | dns-01              | offers no challenge by mail, email-reply-00
            identifier | bob@ours.example    | asks about another address than alice@ours.example
            """)
    void aChallengeThatNobodyCanAnswerIsNamed(String what, String value, String reason) {
        String text = Optional.ofNullable(value).orElse("");
        switch (what) {
            case "from" -> server.from = text;
            case "token" -> server.token = text;
            case "type" -> server.type = text;
            default -> server.identifier = text;
        }
        assertThat(reason(authority().ask(request))).startsWith(directory()).endsWith(reason);
        assertThat(challenge()).isEmpty();
        assertThat(authority().ask(request)).isInstanceOf(Answer.Unavailable.class);
        assertThat(server.orders()).isEqualTo(1);
    }

    @Test
    void aServerSaysWhenToComeAgain() {
        server.instead("/order", exchange -> {
            exchange.getResponseHeaders().set("Retry-After", "3600");
            TrustingAcme.problem(exchange, 429, "rateLimited", "too many");
        });
        assertThat(authority().ask(request))
                .isEqualTo(new Answer.Later(
                        directory() + " answers rateLimited: too many", Optional.of(Duration.ofHours(1))));
        server.instead("/order", null);
        server.instead("/directory", exchange -> {
            exchange.getResponseHeaders().set("Retry-After", "120");
            TrustingAcme.answer(exchange, 503, "text/html", "busy");
        });
        assertThat(authority().ask(request))
                .isEqualTo(new Answer.Later(
                        directory() + " cannot be asked: HTTP 503", Optional.of(Duration.ofMinutes(2))));
    }

    @Test
    void aServerThatIsAtWorkIsNotWaitedForLong() {
        reply();
        server.state(1, "processing");
        Answer.Later soon =
                new Answer.Later(directory() + " is at work on the order", Optional.of(Duration.ofMinutes(1)));
        assertThat(authority().ask(request)).isEqualTo(soon);
        server.instead("/order/1", exchange -> {
            exchange.getResponseHeaders().set("Retry-After", "600");
            TrustingAcme.answer(exchange, 200, "application/json", "{\"status\":\"processing\"}");
        });
        int before = server.asked.size();
        assertThat(authority().ask(request))
                .isEqualTo(new Answer.Later(soon.reason(), Optional.of(Duration.ofMinutes(10))));
        assertThat(server.asked.subList(before, server.asked.size())).containsOnlyOnce("/order/1");
        server.instead("/order/1", null);
        server.state(1, "valid");
        assertThat(authority().ask(request)).isInstanceOf(Answer.Issued.class);
    }

    @Test
    void afterAReplyThatWasWrongAnotherOrderIsBegun() {
        reply();
        server.state(1, "invalid");
        assertThat(authority().ask(request))
                .isEqualTo(new Answer.Later(
                        directory() + " has given the order up: incorrectResponse: the digest is another one",
                        Optional.empty()));
        assertThat(office.database.acmeChallenges().url(ALICE)).isEmpty();
        server.token = "another-token-with-128-bits";
        assertThat(authority().ask(request)).isEqualTo(waits());
        assertThat(challenge().orElseThrow().token()).isEqualTo("another-token-with-128-bits");
        assertThat(challenge().orElseThrow().answered()).isEmpty();
        assertThat(server.orders()).isEqualTo(2);
    }

    @Test
    void anOrderThatIsRefusedAfterTheReplyIsRefused() {
        reply();
        server.instead(
                "/order/1",
                exchange -> TrustingAcme.answer(
                        exchange,
                        200,
                        "application/json",
                        "{\"status\":\"invalid\",\"error\":" + TrustingAcme.problem("caa", "not us") + "}"));
        assertThat(authority().ask(request))
                .isEqualTo(new Answer.Refused(directory() + " has given the order up: caa: not us"));
        assertThat(office.database.acmeChallenges().url(ALICE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 404, 410})
    void anOrderThatTheServerHasForgottenIsBegunAnew(int status) {
        authority().ask(request);
        server.instead("/order/1", exchange -> TrustingAcme.problem(exchange, status, "malformed", "no such order"));
        assertThat(authority().ask(request)).isEqualTo(waits());
        assertThat(office.database.acmeChallenges().url(ALICE)).contains(server.url() + "/order/2");
        assertThat(authority().ask(request)).isEqualTo(waits());
        assertThat(server.orders()).isEqualTo(2);
    }

    @Test
    void anOrderWhoseTimeIsOverIsGivenUp() {
        server.expires = "2026-01-02T00:00:00Z";
        assertThat(authority().ask(request)).isEqualTo(waits());
        office.pass(Duration.ofDays(2));
        assertThat(authority().ask(request))
                .isEqualTo(new Answer.Later(
                        directory() + " has waited for the order until 2026-01-02T00:00:00Z", Optional.empty()));
        server.expires = "2026-02-02T00:00:00Z";
        assertThat(authority().ask(request)).isEqualTo(waits());
        assertThat(server.orders()).isEqualTo(2);
    }

    @Test
    void aCertificateThatIsAskedForAgainAfterADayWasNotTaken() {
        reply();
        assertThat(authority().ask(request)).isInstanceOf(Answer.Issued.class);
        office.pass(Duration.ofHours(20));
        assertThat(authority().ask(request)).isInstanceOf(Answer.Issued.class);
        office.pass(Duration.ofHours(20));
        assertThat(authority().ask(request)).isInstanceOf(Answer.Issued.class);
        assertThat(server.orders()).isEqualTo(1);
        assertThat(authority().ask(request)).isEqualTo(waits());
        assertThat(server.orders()).isEqualTo(2);
    }

    @Test
    void nothingIsKeptForAnOrderThatHasEnded() {
        office.database.wrappedKeys().remove(request.order());
        assertThat(reason(authority().ask(request)))
                .isEqualTo(directory() + " cannot be asked: the order has ended meanwhile");
    }

    @Test
    void termsAreAcceptedByTheAdministratorAlone() {
        server.meta = "\"termsOfService\":\"https://ca.example/terms\"";
        assertThat(reason(authority().ask(request)))
                .isEqualTo(directory() + " cannot be asked:"
                        + " it has terms, which termsAgreed accepts: https://ca.example/terms");
        isAgreed = true;
        assertThat(authority().ask(request)).isEqualTo(waits());
        assertThat(server.asked)
                .contains("/account {\"contact\":[\"mailto:mail@ours.example\"],\"termsOfServiceAgreed\":true}");
    }

    @Test
    void anAccountThatWeHaveElsewhereIsShown() throws Exception {
        Path file = Files.writeString(folder.resolve("hmac"), "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I=\n");
        external = Optional.of(new ExternalAccount("kid-1", file));
        assertThat(authority().ask(request)).isEqualTo(waits());
        assertThat(server.asked)
                .anyMatch(each -> each.startsWith("/account") && each.contains("externalAccountBinding"));
        Files.writeString(file, "no key\n");
        assertThat(reason(authority().ask(request)))
                .isEqualTo(directory() + " cannot be asked: no key in base64url in " + file);
    }

    @Test
    void aServerThatHangsIsLeft() {
        server.instead("/order", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(201, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            server.hang();
        });
        limit = Duration.ofMillis(1500);
        Instant before = Instant.now();
        assertThat(reason(authority().ask(request))).startsWith(directory() + " cannot be asked: no answer within ");
        assertThat(Instant.now()).isBefore(before.plusSeconds(15));
        // The limit is for all requests together.
        limit = Duration.ofNanos(1);
        int asked = server.asked.size();
        assertThat(reason(authority().ask(request)))
                .isEqualTo(directory() + " cannot be asked: the time limit is over");
        assertThat(server.asked).hasSize(asked);
    }

    @Test
    void onlyTheServerThatIsMeantIsAsked() throws Exception {
        Path other = Files.writeString(
                folder.resolve("other.pem"), office.authority.root().toPem());
        assertThat(reason(authority(server.url(), other).ask(request))).contains("valid certification path");
        assertThat(reason(authority(server.url().replace("127.0.0.1", "localhost"), server.anchor())
                        .ask(request)))
                .contains("No name matching localhost found");
        assertThat(server.asked).isEmpty();
        server.close();
        assertThat(reason(authority().ask(request))).isEqualTo(directory() + " cannot be asked: ConnectException");
    }

    @BeforeAll
    static void open() {
        office = new Office(store);
    }

    @BeforeEach
    void start() throws Exception {
        office.clock.now = Office.START;
        server = new TrustingAcme(folder);
        OrderBook orders = new OrderBook(office.database, office.vault, "timer", office.clock);
        Order order = orders.begin(Office.wanted(ALICE, BOTH), BOTH).orElseThrow();
        request = orders.request(order).orElseThrow();
        MailCertificate certificate = office.authority.certificate(
                ScriptedAuthority.key(request), ScriptedAuthority.right(request, office.clock, Duration.ofDays(90)));
        server.certificates = List.of(certificate, office.authority.issuing());
    }

    @AfterEach
    void stop() {
        server.close();
        // The order and its challenge end with the key.
        office.database.wrappedKeys().remove(request.order());
    }

    /** Brings the order to where its mail was answered. */
    private void reply() {
        assertThat(authority().ask(request)).isEqualTo(waits());
        office.database.acmeChallenges().answered(challenge().orElseThrow(), "token-part-1");
    }

    private List<String> pass() {
        List<String> told = new ArrayList<>();
        new EnrolmentPass(
                        office.place(),
                        "timer",
                        Map.of("house", authority()),
                        new EnrolmentPass.Limits(10, () -> true),
                        (outcome, _, text) -> told.add(outcome + ": " + text),
                        office.clock)
                .run(List.of(Office.wanted(ALICE, BOTH)));
        return told;
    }

    private AcmeAuthority authority() {
        return authority(server.url(), server.anchor());
    }

    private AcmeAuthority authority(String url, Path trust) {
        return new AcmeAuthority(
                new AcmeAuthority.Server(
                        URI.create(url + "/directory"),
                        trust,
                        account,
                        MailAddress.of("mail@ours.example"),
                        external,
                        isAgreed,
                        limit),
                office.database.acmeChallenges(),
                office.clock,
                Duration.ZERO);
    }

    private String directory() {
        return server.url() + "/directory";
    }

    private Optional<AcmeChallenge> challenge() {
        return office.database.acmeChallenges().of(ALICE);
    }

    private static Answer waits() {
        return new Answer.Later("waits for the mail of acme@ca.example", Optional.of(Duration.ofMinutes(5)));
    }

    private String csr() {
        return url(PemText.find(request.pkcs10(), "CERTIFICATE REQUEST").orElseThrow());
    }

    /** RFC 7638 §3.2: the members in this order, without spaces. */
    private String thumbprint() throws Exception {
        try (PEMParser parser = new PEMParser(new StringReader(Files.readString(account)))) {
            SubjectPublicKeyInfo key = ((PEMKeyPair) parser.readObject()).getPublicKeyInfo();
            byte[] point = key.getPublicKeyData().getBytes();
            String members = "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"" + url(Arrays.copyOfRange(point, 1, 33))
                    + "\",\"y\":\"" + url(Arrays.copyOfRange(point, 33, 65)) + "\"}";
            return url(MessageDigest.getInstance("SHA-256").digest(members.getBytes(StandardCharsets.US_ASCII)));
        }
    }

    private static String url(byte[] octets) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
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
