package org.postseal.certstore.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.path.ListMaker.listsAt;
import static org.postseal.certstore.path.TestAuthority.NOW;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.CacheCounts;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.RevocationReason;
import org.postseal.certstore.ValidationCode;
import org.postseal.certstore.fetch.TestServer;
import org.postseal.certstore.path.ListMaker;
import org.postseal.certstore.path.TestAuthority;

/**
 * Tests good and bad lists from a server. The status must be right, the time bounded, and no forbidden server may be
 * asked.
 */
@Tag("thorough")
class ListServerTest extends ListServerFixture {
    @Test
    void goodIsUsableUntilTheListEnds() {
        serve(ListMaker.current(root).revoke(BigInteger.valueOf(-7), THEN, 1).der());
        PathVerdict verdict = bench.validate(leaf);
        assertThat(verdict)
                .isEqualTo(new PathVerdict(
                        new CertificateStatus.Usable(),
                        List.of(leaf, bench.anchor),
                        NOW.plusSeconds(86_400),
                        verdict.evidence()));
    }

    @Test
    void revokedIsRefusedInEveryModeButOff() {
        serve(ListMaker.current(root).revoke(leaf, THEN, 1).der());
        CacheCounts before = CacheCounts.of("lists");
        CertificateStatus revoked = new CertificateStatus.Revoked(THEN, RevocationReason.KEY_COMPROMISE);
        assertThat(bench.validate(leaf, RevocationMode.OFF).status()).isEqualTo(new CertificateStatus.Usable());
        assertThat(server.hits()).isZero();
        PathVerdict verdict = bench.validate(leaf, RevocationMode.HARD);
        assertThat(verdict).isEqualTo(new PathVerdict(revoked, List.of(), NOW.plusSeconds(86_400), verdict.evidence()));
        assertThat(bench.validate(leaf, RevocationMode.SOFT).status()).isEqualTo(revoked);
        assertThat(revoked.text()).isEqualTo("revoked on 2026-03-01T00:00:00Z (key compromised)");
        assertThat(server.hits()).isEqualTo(1);
        assertThat(before.since("lists")).isEqualTo(new CacheCounts(1, 1, 0, 0));
    }

    @Test
    void onHoldCountsAsRevoked() {
        serve(ListMaker.current(root).revoke(leaf, THEN, 6).der());
        assertThat(bench.validate(leaf).status())
                .isEqualTo(new CertificateStatus.Revoked(THEN, RevocationReason.ON_HOLD));
    }

    @Test
    void aRevokedIssuerIsToldFromARevokedLeafAndTheLeafsAddressIsNotAsked() {
        TestAuthority middle = new TestAuthority("middle");
        MailCertificate issuer = root.authority(middle, listsAt(server.uri("/crl")));
        MailCertificate below = middle.leaf(listsAt(server.uri("/below")));
        serve(ListMaker.current(root).revoke(issuer, THEN, 2).der());
        PathVerdict verdict = bench.validator.validate(new org.postseal.certstore.path.ValidationRequest(
                below,
                List.of(issuer),
                org.postseal.certstore.CertificatePurpose.SIGN,
                RevocationMode.HARD,
                NOW,
                java.util.Optional.empty()));
        assertThat(verdict.status())
                .isEqualTo(new CertificateStatus.IssuerRevoked(THEN, RevocationReason.CA_COMPROMISE));
        assertThat(server.hits()).isEqualTo(1);
    }

    static Stream<Arguments> badLists() {
        TestAuthority stranger = new TestAuthority("root");
        TestAuthority other = new TestAuthority("other");
        return Stream.of(
                Arguments.of(
                        "expired",
                        (Maker) root -> ListMaker.dated(root, NOW.minusSeconds(90_000), NOW.minusSeconds(1))
                                .der(),
                        ValidationCode.REVOCATION_UNKNOWN),
                Arguments.of(
                        "of the future",
                        (Maker) root -> ListMaker.dated(root, NOW.plusSeconds(600), NOW.plusSeconds(90_000))
                                .der(),
                        ValidationCode.REVOCATION_UNKNOWN),
                Arguments.of(
                        "without an end",
                        (Maker) root -> ListMaker.endless(root).der(),
                        ValidationCode.REVOCATION_UNKNOWN),
                Arguments.of(
                        "of another issuer",
                        (Maker) _ -> ListMaker.current(other).der(),
                        ValidationCode.REVOCATION_UNKNOWN),
                Arguments.of(
                        "of a stranger with the issuer's name",
                        (Maker) _ -> ListMaker.current(stranger).der(),
                        ValidationCode.REVOCATION_UNKNOWN),
                Arguments.of(
                        "with an unknown critical extension",
                        (Maker) root -> ListMaker.current(root)
                                .extension(new ASN1ObjectIdentifier("1.2.3"), true, DERNull.INSTANCE)
                                .der(),
                        ValidationCode.REVOCATION_UNKNOWN),
                Arguments.of("forged", (Maker) ListServerTest::forged, ValidationCode.REVOCATION_UNKNOWN),
                Arguments.of(
                        "garbage",
                        (Maker) _ -> "<html>".getBytes(StandardCharsets.UTF_8),
                        ValidationCode.REVOCATION_UNKNOWN),
                Arguments.of("empty", (Maker) _ -> new byte[0], ValidationCode.REVOCATION_UNKNOWN));
    }

    @FunctionalInterface
    interface Maker {
        byte[] make(TestAuthority root);
    }

    private static byte[] forged(TestAuthority root) {
        byte[] der = ListMaker.current(root).der();
        der[der.length - 1] ^= 1;
        return der;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badLists")
    void aListThatProvesNothingIsUnknown(String name, Maker maker, ValidationCode code) {
        serve(maker.make(root));
        assertThat(bench.validate(leaf).status().code()).isEqualTo(code);
        PathVerdict soft = bench.validate(leaf, RevocationMode.SOFT);
        assertThat(soft.status()).isEqualTo(new CertificateStatus.Usable());
        // The verdict holds only for a short while, during which the server is not asked again.
        assertThat(soft.validUntil()).isEqualTo(NOW.plusSeconds(20));
        assertThat(server.hits()).isEqualTo(1);
    }

    static Stream<Arguments> badServers() {
        return Stream.of(
                Arguments.of("says 404", TestServer.status("404 Not Found")),
                Arguments.of("hangs", TestServer.hanging()),
                Arguments.of("drips", TestServer.dripping()),
                Arguments.of(
                        "sends a gigabyte", TestServer.gigabyte(new AtomicInteger(), "Content-Length: 1000000000")),
                Arguments.of("hangs up", (TestServer.Behaviour) (_, _) -> {}),
                Arguments.of("redirects for ever", TestServer.status("302 Found", "Location: /crl")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badServers")
    void aServerThatGivesNothingIsOffline(String name, TestServer.Behaviour behaviour) {
        server.on("/crl", behaviour);
        long start = System.nanoTime();
        assertThat(bench.validate(leaf).status()).isInstanceOf(CertificateStatus.RevocationOffline.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
        int hits = server.hits();
        assertThat(bench.validate(leaf, RevocationMode.SOFT).status()).isEqualTo(new CertificateStatus.Usable());
        assertThat(server.hits()).isEqualTo(hits);
    }

    @Test
    void anEndlessListIsLeftAtTheLimit() {
        AtomicInteger sent = new AtomicInteger();
        server.on("/crl", TestServer.gigabyte(sent));
        assertThat(bench.validate(leaf).status()).isInstanceOf(CertificateStatus.RevocationOffline.class);
        assertThat(sent).hasValueLessThan(60_000_000);
    }

    @Test
    void aFailureIsForgottenAfterTwentySeconds() {
        assertThat(bench.validate(leaf).status()).isInstanceOf(CertificateStatus.RevocationOffline.class);
        serve(ListMaker.current(root).der());
        bench.ticks.addAndGet(Duration.ofSeconds(19).toNanos());
        assertThat(bench.validate(leaf).status()).isInstanceOf(CertificateStatus.RevocationOffline.class);
        bench.ticks.addAndGet(Duration.ofSeconds(2).toNanos());
        assertThat(bench.validate(leaf).status()).isEqualTo(new CertificateStatus.Usable());
    }

    @Test
    void whatMayNotBeAskedIsNotAsked() {
        server.on("/crl", TestServer.status("302 Found", "Location: " + bench.canary.uri("/crl")));
        for (MailCertificate each : List.of(
                leaf,
                root.leaf(listsAt(bench.canary.uri("/crl"))),
                root.leaf(listsAt("http://[::ffff:127.0.0.2]:" + bench.canary.port() + "/")),
                root.leaf(listsAt("ldap://127.0.0.1/cn=x?certificateRevocationList")),
                root.leaf(listsAt("https://127.0.0.2:" + bench.canary.port() + "/")),
                root.leaf())) {
            assertThat(bench.validate(each).status()).isInstanceOf(CertificateStatus.RevocationUnknown.class);
        }
        assertThat(bench.validate(root.leaf(listsAt("ldap://127.0.0.1/cn=x"))).status())
                .isEqualTo(new CertificateStatus.RevocationUnknown(
                        "ldap://127.0.0.1/cn=x: only http is spoken, not ldap"));
    }

    @Test
    void aCertificateWithoutAPathToAnAnchorAsksNobody() {
        TestAuthority stranger = new TestAuthority("root");
        MailCertificate foreign = stranger.leaf(listsAt(server.uri("/crl"), bench.canary.uri("/")));
        assertThat(bench.validate(foreign).status()).isInstanceOf(CertificateStatus.Untrusted.class);
        assertThat(server.hits()).isZero();
    }

    @Test
    void ofAHundredAddressesAFewAreTried() {
        String[] addresses =
                IntStream.range(0, 100).mapToObj(i -> server.uri("/none" + i)).toArray(String[]::new);
        assertThat(bench.validate(root.leaf(listsAt(addresses))).status())
                .isInstanceOf(CertificateStatus.RevocationOffline.class);
        assertThat(server.hits()).isEqualTo(RevocationSettings.DEFAULTS.maxAddresses());
    }

    @Test
    void timeForAllFetchesOfOneValidationIsOne() {
        server.on("/crl", TestServer.hanging());
        RevocationSettings hasty = RevocationSettings.DEFAULTS
                .withOrder(RevocationOrder.CRL_ONLY)
                .withTimeouts(Duration.ofSeconds(60), Duration.ofMillis(100));
        long start = System.nanoTime();
        assertThat(Bench.validate(bench.validator(hasty), leaf, RevocationMode.HARD, NOW)
                        .status())
                .isEqualTo(new CertificateStatus.RevocationOffline(
                        server.uri("/crl") + ": no answer in the time left for this certificate"));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(900));
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> hasty.withTimeouts(Duration.ZERO, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aHundredThousandEntriesCostLittle() {
        ListMaker maker = ListMaker.current(root);
        for (int i = 0; i < 100_000; i++) {
            maker.revoke(BigInteger.valueOf(1_000_000L + i), THEN, 1);
        }
        serve(maker.revoke(leaf, THEN, 1).der());
        long start = System.nanoTime();
        assertThat(bench.validate(leaf).status()).isInstanceOf(CertificateStatus.Revoked.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
        long again = System.nanoTime();
        assertThat(bench.validate(leaf).status()).isInstanceOf(CertificateStatus.Revoked.class);
        assertThat(Duration.ofNanos(System.nanoTime() - again)).isLessThan(Duration.ofSeconds(1));
    }
}
