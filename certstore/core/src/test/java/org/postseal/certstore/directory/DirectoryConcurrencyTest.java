package org.postseal.certstore.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postseal.certstore.directory.Fixture.ALICE;
import static org.postseal.certstore.directory.Fixture.BOB;
import static org.postseal.certstore.directory.Fixture.NOW;
import static org.postseal.certstore.directory.Fixture.candidate;
import static org.postseal.certstore.directory.Fixture.certificate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.source.Candidate;

@Timeout(30)
class DirectoryConcurrencyTest {
    private final Fixture fixture = new Fixture();
    private final MailCertificate before = certificate(ALICE);
    private final MailCertificate after = certificate(ALICE);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void aThousandThreadsAskOneQuestion() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Fixture.Script slow = gated("ldap", begun, go);
        DirectoryCertificateStore store = fixture.store();
        List<Future<MailCertificate>> answers = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            answers.add(threads.submit(() -> choose(store, ALICE)));
        }
        begun.await();
        for (int i = 0; i < 500; i++) {
            answers.add(threads.submit(() -> choose(store, ALICE)));
        }
        await(() -> store.statistics().misses() > 900);
        go.countDown();
        for (Future<MailCertificate> each : answers) {
            assertThat(each.get()).isEqualTo(before);
        }
        assertThat(slow.questions).hasValue(1);
        DirectoryStatistics statistics = store.statistics();
        assertThat(statistics.hits() + statistics.misses()).isEqualTo(1000);
    }

    @Test
    void bothPurposesOfAnAddressShareTheQuestionOfASource() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Fixture.Script slow = gated("ldap", begun, go);
        DirectoryCertificateStore store = fixture.store();
        Future<MailCertificate> choice = threads.submit(() -> choose(store, ALICE));
        begun.await();
        Future<CertificateExplanation> explanation =
                threads.submit(() -> store.explain(ALICE, org.postseal.certstore.CertificatePurpose.ENCRYPT, NOW));
        go.countDown();
        assertThat(choice.get()).isEqualTo(before);
        assertThat(explanation.get().outcome()).isInstanceOf(CertificateExplanation.Outcome.Chosen.class);
        assertThat(slow.questions).hasValue(1);
    }

    @Test
    void aRefreshRunsWhileTheOldAnswerIsServed() throws Exception {
        Fixture.Script ldap = fixture.source("ldap", candidate(before));
        DirectoryCertificateStore store = fixture.store();
        assertThat(choose(store, ALICE)).isEqualTo(before);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        ldap.answer = _ -> gated(begun, go, after);
        fixture.clock.advance(Duration.ofMinutes(12).minusNanos(1));
        assertThat(choose(store, ALICE)).isEqualTo(before);
        assertThat(ldap.questions).hasValue(1);

        fixture.clock.advance(Duration.ofNanos(1));
        assertThat(choose(store, ALICE)).isEqualTo(before);
        begun.await();
        for (int i = 0; i < 100; i++) {
            assertThat(choose(store, ALICE)).isEqualTo(before);
        }
        go.countDown();
        await(() -> choose(store, ALICE).equals(after));
        assertThat(ldap.questions).hasValue(2);
        assertThat(store.statistics().refreshes()).isEqualTo(1);
        // The new choice is fresh for its whole lifetime.
        fixture.clock.advance(Duration.ofMinutes(12).minusNanos(1));
        assertThat(choose(store, ALICE)).isEqualTo(after);
        assertThat(ldap.questions).hasValue(2);
    }

    @Test
    void aFailedRefreshCostsNothingWhileTheAnswerIsFresh() throws Exception {
        Fixture.Script ldap = fixture.source("ldap", candidate(before));
        DirectoryCertificateStore store = fixture.store();
        choose(store, ALICE);
        ldap.fails("down");
        fixture.clock.advance(Duration.ofMinutes(13));
        assertThat(choose(store, ALICE)).isEqualTo(before);
        await(() -> store.statistics().sources().getFirst().errors() == 1);
        assertThat(choose(store, ALICE)).isEqualTo(before);
        assertThat(store.statistics().sources().getFirst().staleServed()).isZero();
        ldap.says(candidate(after));
        fixture.clock.advance(Duration.ofSeconds(5));
        await(() -> choose(store, ALICE).equals(after));
    }

    @Test
    void anAnswerFromBeforeAnInvalidationIsNotCached() throws Exception {
        for (int kind = 0; kind < 2; kind++) {
            Fixture each = new Fixture();
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            Fixture.Script ldap = each.source("ldap");
            ldap.answer = _ -> gated(begun, go, before);
            DirectoryCertificateStore store = each.store();
            Future<MailCertificate> early = threads.submit(() -> choose(store, ALICE));
            begun.await();

            ldap.says(candidate(after));
            store.invalidateSource("ldap");
            if (kind == 1) {
                store.invalidateChoices();
            }
            assertThat(choose(store, ALICE)).isEqualTo(after);
            go.countDown();

            assertThat(early.get()).isEqualTo(before);
            assertThat(choose(store, ALICE)).isEqualTo(after);
            store.invalidateChoices();
            assertThat(choose(store, ALICE)).isEqualTo(after);
            assertThat(ldap.questions).hasValue(2);
        }
    }

    @Test
    void invalidationsAndSearchesAtOnceNeverLeaveAnOldChoice() throws Exception {
        Fixture.Script ldap = fixture.source("ldap", candidate(before));
        DirectoryCertificateStore store = fixture.store();
        AtomicBoolean end = new AtomicBoolean();
        List<Future<?>> searching = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            searching.add(threads.submit(() -> {
                while (!end.get()) {
                    choose(store, ALICE);
                    java.util.concurrent.locks.LockSupport.parkNanos(1000);
                }
            }));
        }
        for (int i = 0; i < 2000; i++) {
            MailCertificate now = i % 2 == 0 ? after : before;
            ldap.says(candidate(now));
            store.invalidateSource("ldap");
            assertThat(choose(store, ALICE)).isEqualTo(now);
            assertThat(choose(store, ALICE)).isEqualTo(now);
        }
        end.set(true);
        for (Future<?> each : searching) {
            each.get();
        }
    }

    @Test
    void aHangingSourceIsGivenUpAtItsDeadline() throws Exception {
        fixture.settings = new DirectorySettings(
                fixture.settings.lifetimes(), fixture.settings.rules(), 1 << 20, Duration.ofMillis(200));
        Semaphore interrupted = new Semaphore(0);
        Fixture.Script ldap = fixture.source("ldap");
        ldap.answer = _ -> {
            try {
                new CountDownLatch(1).await();
                return List.of();
            } catch (InterruptedException e) {
                interrupted.release();
                throw new StoreUnavailableException("interrupted", e);
            }
        };
        DirectoryCertificateStore store = fixture.store();
        List<Future<MailCertificate>> waiting = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            waiting.add(threads.submit(() -> choose(store, ALICE)));
        }
        for (Future<MailCertificate> each : waiting) {
            assertThatThrownBy(each::get)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessage("ldap: no answer within 200 ms");
        }
        assertThat(interrupted.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(() -> choose(store, ALICE)).hasMessage("ldap: no answer within 200 ms");
        assertThat(ldap.questions).hasValue(1);
        assertThat(store.statistics().sources().getFirst().errors()).isEqualTo(1);
    }

    @Test
    void anInterruptEndsOneWaitAndNotTheQuestion() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Fixture.Script slow = gated("ldap", begun, go);
        DirectoryCertificateStore store = fixture.store();
        AtomicBoolean wasInterrupted = new AtomicBoolean();
        Thread first = Thread.ofVirtual().start(() -> {
            try {
                choose(store, ALICE);
            } catch (StoreUnavailableException e) {
                wasInterrupted.set(Thread.currentThread().isInterrupted());
            }
        });
        begun.await();
        Future<MailCertificate> second = threads.submit(() -> choose(store, ALICE));
        first.interrupt();
        first.join();
        go.countDown();
        assertThat(second.get()).isEqualTo(before);
        assertThat(wasInterrupted).isTrue();
        assertThat(slow.questions).hasValue(1);
    }

    @Test
    void aSlowAddressHoldsUpNoOther() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        MailCertificate bobs = certificate(BOB);
        Fixture.Script ldap = fixture.source("ldap");
        ldap.answer = address -> address.equals(ALICE) ? gated(begun, go, before) : List.of(candidate(bobs));
        DirectoryCertificateStore store = fixture.store();
        Future<MailCertificate> slow = threads.submit(() -> choose(store, ALICE));
        begun.await();
        assertThat(choose(store, BOB)).isEqualTo(bobs);
        go.countDown();
        assertThat(slow.get()).isEqualTo(before);
    }

    private Fixture.Script gated(String name, CountDownLatch begun, CountDownLatch go) {
        Fixture.Script script = fixture.source(name);
        script.answer = _ -> gated(begun, go, before);
        return script;
    }

    private static List<Candidate> gated(CountDownLatch begun, CountDownLatch go, MailCertificate certificate) {
        begun.countDown();
        try {
            go.await();
        } catch (InterruptedException e) {
            throw new StoreUnavailableException("interrupted", e);
        }
        return List.of(candidate(certificate));
    }

    private static MailCertificate choose(DirectoryCertificateStore store, MailAddress address) {
        return switch (store.encryptionCertificate(address, NOW)) {
            case CertificateChoice.Chosen<MailCertificate>(MailCertificate certificate, var _) -> certificate;
            case CertificateChoice.NoneUsable<MailCertificate> none -> throw new AssertionError(none.toString());
        };
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 1000 && !condition.getAsBoolean(); i++) {
            Thread.sleep(10);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }
}
