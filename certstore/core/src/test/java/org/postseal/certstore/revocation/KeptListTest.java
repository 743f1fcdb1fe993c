package org.postseal.certstore.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.path.ListMaker.listsAt;
import static org.postseal.certstore.path.TestAuthority.NOW;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.RevocationReason;
import org.postseal.certstore.fetch.TestServer;
import org.postseal.certstore.path.ListMaker;
import org.postseal.certstore.path.TestAuthority;

/** Tests how lists are kept: for many who ask at once, for later, and against older ones. */
@Tag("thorough")
class KeptListTest extends ListServerFixture {
    @Test
    void aListIsFetchedOnceForAllThatAskAtOnce() throws Exception {
        byte[] list = ListMaker.current(root).der();
        server.on("/crl", (body, out) -> {
            Thread.sleep(100);
            TestServer.body(list).answer(body, out);
        });
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<CertificateStatus>> tasks = IntStream.range(0, 20)
                    .mapToObj(_ ->
                            (Callable<CertificateStatus>) () -> bench.validate(root.leaf(listsAt(server.uri("/crl"))))
                                    .status())
                    .toList();
            for (var each : threads.invokeAll(tasks)) {
                assertThat(each.get()).isEqualTo(new CertificateStatus.Usable());
            }
        }
        assertThat(server.hits()).isEqualTo(1);
    }

    @Test
    void theNewestListCountsWhoeverBringsIt() {
        RevocationList older = ListMaker.dated(root, NOW.minusSeconds(7_200), NOW.plusSeconds(86_400))
                .list();
        RevocationList newer = ListMaker.dated(root, NOW.minusSeconds(60), NOW.plusSeconds(86_400))
                .revoke(leaf, THEN, 4)
                .list();
        CertificateStatus revoked = new CertificateStatus.Revoked(THEN, RevocationReason.SUPERSEDED);
        serve(ListMaker.current(root).der());
        assertThat(bench.validate(leaf).status()).isEqualTo(new CertificateStatus.Usable());
        assertThat(bench.validate(leaf, RevocationMode.SOFT, newer).status()).isEqualTo(revoked);
        try (Bench other = new Bench(RevocationOrder.CRL_ONLY)) {
            MailCertificate unlucky = other.root.leaf(listsAt(other.server.uri("/crl")));
            RevocationList old = ListMaker.dated(other.root, NOW.minusSeconds(7_200), NOW.plusSeconds(86_400))
                    .list();
            other.server.on(
                    "/crl",
                    TestServer.body(ListMaker.current(other.root)
                            .revoke(unlucky, THEN, 4)
                            .der()));
            assertThat(other.validate(unlucky, RevocationMode.HARD, old).status())
                    .isEqualTo(revoked);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        // If the server returns no list, one that came with the message suffices.
        MailCertificate offline = root.leaf(listsAt(server.uri("/none")));
        assertThat(bench.validate(offline, RevocationMode.HARD, older).status())
                .isEqualTo(new CertificateStatus.Usable());
    }

    @Test
    void forgedListsDoNotCrowdOutTheOneThatRevokes() {
        serve(ListMaker.current(root).revoke(leaf, THEN, 1).der());
        TestAuthority stranger = new TestAuthority("root");
        RevocationList[] forged = IntStream.range(0, 100)
                .mapToObj(i -> ListMaker.dated(stranger, NOW.minusSeconds(i), NOW.plusSeconds(86_400))
                        .list())
                .toArray(RevocationList[]::new);
        assertThat(bench.validate(leaf, RevocationMode.SOFT, forged).status())
                .isEqualTo(new CertificateStatus.Revoked(THEN, RevocationReason.KEY_COMPROMISE));
    }

    @Test
    void manyPathsDoNotMakeARevokedCertificateUnknown() {
        TestAuthority middle = new TestAuthority("middle");
        List<MailCertificate> same =
                IntStream.range(0, 6).mapToObj(_ -> root.authority(middle)).toList();
        MailCertificate below = middle.leaf(listsAt(server.uri("/crl")));
        serve(ListMaker.current(middle).revoke(below, THEN, 1).der());
        PathVerdict verdict = bench.validator.validate(new org.postseal.certstore.path.ValidationRequest(
                below,
                same,
                org.postseal.certstore.CertificatePurpose.SIGN,
                RevocationMode.SOFT,
                NOW,
                java.util.Optional.empty()));
        assertThat(verdict.status()).isEqualTo(new CertificateStatus.Revoked(THEN, RevocationReason.KEY_COMPROMISE));
        assertThat(server.hits()).isEqualTo(1);
    }

    @Test
    void theStoreServesALaterLifeAndAnOlderListDoesNotReplaceANewerOne() {
        serve(ListMaker.current(root).der());
        assertThat(bench.validate(leaf).status()).isEqualTo(new CertificateStatus.Usable());
        RevocationSettings settings = RevocationSettings.DEFAULTS.withOrder(RevocationOrder.CRL_ONLY);
        assertThat(Bench.validate(bench.validator(settings), leaf, RevocationMode.HARD, NOW)
                        .status())
                .isEqualTo(new CertificateStatus.Usable());
        assertThat(server.hits()).isEqualTo(1);
        String key = "crl:" + server.uri("/crl");
        Instant before = bench.store.get(key).orElseThrow().thisUpdate();
        // When the kept list is near its end, a new one is fetched in the background. The server hands out an older
        // one, which is not taken.
        serve(ListMaker.dated(root, NOW.minusSeconds(7_200), NOW.plusSeconds(172_800))
                .der());
        Instant late = NOW.plusSeconds(80_000);
        assertThat(Bench.validate(bench.validator(settings), leaf, RevocationMode.HARD, late)
                        .status())
                .isEqualTo(new CertificateStatus.Usable());
        await(() -> server.hits() == 2);
        assertThat(bench.store.get(key).orElseThrow().thisUpdate()).isEqualTo(before);
    }

    @Test
    void aNewerListIsFetchedInTheBackgroundBeforeTheOldOneEnds() {
        serve(ListMaker.current(root).der());
        assertThat(bench.validate(leaf).status()).isEqualTo(new CertificateStatus.Usable());
        Instant late = NOW.plusSeconds(80_000);
        serve(ListMaker.dated(root, late.minusSeconds(60), late.plusSeconds(86_400))
                .revoke(leaf, THEN, 1)
                .der());
        RevocationSettings settings = RevocationSettings.DEFAULTS.withOrder(RevocationOrder.CRL_ONLY);
        assertThat(Bench.validate(bench.validator(settings), leaf, RevocationMode.HARD, late)
                        .status())
                .isEqualTo(new CertificateStatus.Usable());
        String key = "crl:" + server.uri("/crl");
        await(() -> bench.store.get(key).orElseThrow().thisUpdate().equals(late.minusSeconds(60)));
        assertThat(Bench.validate(bench.validator(settings), leaf, RevocationMode.HARD, late)
                        .status())
                .isEqualTo(new CertificateStatus.Revoked(THEN, RevocationReason.KEY_COMPROMISE));
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }
}
