package org.postseal.gateway.admin.cli.ca;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.authority.CaFolder;
import org.postseal.certstore.database.RevocationCache;
import org.postseal.certstore.revocation.OcspQuestion;
import org.postseal.gateway.admin.cli.Administration;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.console.http.HttpListener;
import org.postseal.gateway.testkit.Command;

/** Tests that OpenSSL asks the responder of the own authority, and what it is told. */
final class CaOcspCommandTest {
    @TempDir
    private static Path folder;

    private static CaOffice office;
    private static HttpListener server;
    private static Path good;
    private static Path revoked;
    private static Path unanswered;

    @BeforeAll
    static void revokeOne() throws IOException {
        office = CaOffice.withAuthority(folder);
        // OpenSSL judges answers by its own clock.
        office.admin.at(Instant.now());
        office.run("ca issue before@ours.example --key p256");
        assertThat(office.run("ca ocsp --valid 20m").out())
                .singleElement()
                .asString()
                .startsWith("signed 1 OCSP answer: ");
        unanswered = certificate(0);
        office.run("ca issue good@ours.example --key p256");
        office.run("ca issue revoked@ours.example --key p256");
        good = certificate(1);
        revoked = certificate(2);
        assertThat(office.run("ca revoke revoked@ours.example --reason keyCompromise")
                        .err())
                .isEmpty();
        server =
                CaServeCommand.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), office.file("public"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-sha1", "-sha256"})
    void opensslBelievesTheAnswers(String digest) {
        assertThat(openssl(digest, good)).contains("Response verify OK", good + ": good");
        assertThat(openssl(digest, revoked))
                .contains("Response verify OK", revoked + ": revoked", "Reason: keyCompromise");
        // It sends a nonce unless it is told not to.
        assertThat(openssl(digest, good, "-no_nonce")).contains(good + ": good").doesNotContain("no nonce");
        assertThat(openssl(digest, good)).contains("WARNING: no nonce in response");
    }

    @Test
    void opensslIsToldNothingAboutUnknownCertificates() {
        assertThat(ask("-issuer", office.file("issuing.pem"), "-serial", "0x123456"))
                .contains("Responder Error: unauthorized (6)");
        assertThat(ask("-issuer", office.file("root.pem"), "-cert", office.file("issuing.pem")))
                .contains("Responder Error: unauthorized (6)");
        assertThat(ask("-issuer", office.file("issuing.pem"), "-cert", good, "-cert", revoked))
                .contains("Responder Error: unauthorized (6)");
    }

    @Test
    void certificatesNameTheResponderFromTheFirstAnswersOn() {
        assertThat(Command.of("openssl", "x509", "-noout", "-ocsp_uri", "-in", good)
                        .output())
                .asString()
                .isEqualTo(CaOffice.URL + "ocsp\n");
        assertThat(Command.of("openssl", "x509", "-noout", "-ocsp_uri", "-in", unanswered)
                        .output())
                .isEmpty();
        assertThat(openssl("-sha256", unanswered)).contains(unanswered + ": good");
    }

    @Test
    void theResponderIsAskedByGetToo() throws Exception {
        byte[] asked = request(good);
        String plain = Base64.getEncoder().encodeToString(asked);
        HttpResponse<byte[]> answer = get("/ocsp/" + URLEncoder.encode(plain, StandardCharsets.US_ASCII));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("application/ocsp-response");
        assertThat(answer.headers().firstValue("cache-control").orElseThrow())
                .matches("max-age=1[12]\\d\\d, public, no-transform, must-revalidate");
        assertThat(answer.headers().map()).containsKeys("etag", "expires", "last-modified", "date");
        assertThat(answer.body())
                .isEqualTo(post(asked).body())
                .isEqualTo(get("/a/path/ocsp/" + plain).body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ocsp/%3F", "/ocsp/@@@", "/ocsp/AAAA", "/ocsp/"})
    void whatIsNoRequestIsMalformed(String path) throws Exception {
        assertThat(get(path).body()).isEqualTo(MALFORMED);
        assertThat(get(path).headers().firstValue("cache-control")).contains("no-store");
    }

    @Test
    void noRequestMakesTheResponderFail() throws Exception {
        byte[] deep = new byte[4096];
        for (int i = 0; i < deep.length; i += 2) {
            deep[i] = 0x30;
            deep[i + 1] = (byte) 0x80;
        }
        assertThat(post(deep).body()).isEqualTo(MALFORMED);
        assertThat(post(new byte[0]).body()).isEqualTo(MALFORMED);
        assertThat(post(new byte[] {0x30, 0x00}).body()).isEqualTo(MALFORMED);
        assertThat(post(new byte[4097]).statusCode()).isEqualTo(413);
        byte[] asked = request(good);
        for (int length = 0; length < asked.length; length++) {
            assertThat(post(Arrays.copyOf(asked, length)).body()).isEqualTo(MALFORMED);
        }
        byte[] otherSerial = asked.clone();
        int serial = indexOf(asked, office.issued().get(1).serial().toByteArray());
        otherSerial[serial + 3] ^= 1;
        assertThat(post(otherSerial).body()).isEqualTo(UNAUTHORIZED);
    }

    @Test
    void listsAndCertificatesAreServedAndNothingElse() throws Exception {
        assertThat(get("/issuing.crl").body()).isEqualTo(Files.readAllBytes(office.file("public/issuing.crl")));
        assertThat(get("/below/root.cer").headers().firstValue("content-type")).contains("application/pkix-cert");
        for (String other : List.of("/", "/answers.ocsp", "/..%2fissuing.key", "/../issuing.key", "/issuing-2.crl")) {
            assertThat(get(other).statusCode()).as(other).isEqualTo(404);
        }
    }

    @Test
    void answersThatHaveEndedAreNotGivenOut(@TempDir Path other) throws Exception {
        CaOffice late = CaOffice.withUntrustedAuthority(other);
        late.run("ca ocsp");
        late.run("ca issue good@ours.example --key p256");
        assertThat(late.admin.run("ca status").out()).contains("answersUntil: 2026-06-01T12:15:00Z");
        late.admin.at(Administration.NOW.plus(Duration.ofMinutes(16)));
        assertThat(late.admin.run("ca status").out())
                .contains("ALARM: the OCSP answers have ended at 2026-06-01T12:15:00Z: postseal ca ocsp");
        try (HttpListener stale =
                CaServeCommand.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), late.file("public"))) {
            assertThat(Command.of(
                                    "openssl",
                                    "ocsp",
                                    "-url",
                                    "http://127.0.0.1:" + stale.address().getPort() + "/ocsp",
                                    "-issuer",
                                    late.file("issuing.pem"),
                                    "-cert",
                                    late.file(
                                            "issued/" + late.issued().getFirst().serialHex() + ".pem"))
                            .run()
                            .toString())
                    .contains("Responder Error: trylater (3)");
        }
    }

    @Test
    void theDatabaseHasTheAnswerAboutARevokedCertificate() throws Exception {
        BigInteger serial = office.issued().get(2).serial();
        String key;
        try (CaFolder opened = CaFolder.open(office.file(""))) {
            key = OcspQuestion.about(serial, opened.issuer()).key();
        }
        byte[] kept = office.admin
                .database(database -> database.revocation().find(RevocationCache.Kind.OCSP, key))
                .orElseThrow()
                .der();
        assertThat(post(request(revoked)).body()).isEqualTo(kept);
    }

    @Test
    void lifetimesAreLimited() {
        for (String wrong : List.of("0m", "11d", "10", "10s")) {
            assertThat(office.run("ca ocsp --valid " + wrong).exitCode()).isEqualTo(ExitCode.USAGE);
        }
    }

    private static Path certificate(int number) {
        return office.file("issued/" + office.issued().get(number).serialHex() + ".pem");
    }

    private static byte[] request(Path certificate) throws IOException {
        Path file = folder.resolve("request");
        Command.of(
                        "openssl",
                        "ocsp",
                        "-issuer",
                        office.file("issuing.pem"),
                        "-cert",
                        certificate,
                        "-no_nonce",
                        "-reqout",
                        file)
                .output();
        return Files.readAllBytes(file);
    }

    /** Asks about a certificate, and verifies the answer up to the root. */
    private static String openssl(String digest, Path certificate, String... more) {
        return ask(Stream.concat(
                        Stream.of(
                                "-CAfile",
                                office.file("root.pem"),
                                "-issuer",
                                office.file("issuing.pem"),
                                digest,
                                "-cert",
                                certificate),
                        Stream.of(more))
                .toArray());
    }

    private static String ask(Object... words) {
        List<Object> all = new ArrayList<>(List.of("openssl", "ocsp", "-url", url("/ocsp")));
        all.addAll(List.of(words));
        return Command.of(all).run().toString();
    }

    private static String url(String path) {
        return "http://127.0.0.1:" + server.address().getPort() + path;
    }

    private static HttpResponse<byte[]> get(String path) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(url(path))));
    }

    private static HttpResponse<byte[]> post(byte[] content) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(url("/ocsp")))
                .header("Content-Type", "application/ocsp-request")
                .POST(BodyPublishers.ofByteArray(content)));
    }

    private static HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
        return CLIENT.send(request.version(HttpClient.Version.HTTP_1_1).build(), BodyHandlers.ofByteArray());
    }

    private static int indexOf(byte[] octets, byte[] part) {
        for (int i = 0; i + part.length <= octets.length; i++) {
            if (Arrays.equals(octets, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new AssertionError("the request does not hold the serial number");
    }

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final byte[] MALFORMED = {0x30, 3, 0x0A, 1, 1};
    private static final byte[] UNAUTHORIZED = {0x30, 3, 0x0A, 1, 6};
}
