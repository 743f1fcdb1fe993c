package org.postseal.certstore.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postseal.certstore.database.Samples.ACT;
import static org.postseal.certstore.database.Samples.ALICE;
import static org.postseal.certstore.database.Samples.BOB;
import static org.postseal.certstore.database.Samples.certificate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.Certificates.Origin;
import org.postseal.certstore.database.DatabaseException.Fault;

@ParameterizedClass
@EnumSource
class CertificateDatabaseTest {
    @Parameter
    TestEngine engine;

    @TempDir
    Path directory;

    TestEngine.Place place;

    @BeforeEach
    void name() {
        place = engine.in(directory);
    }

    @Test
    void findsWhatWasAddedAfterReopening() {
        MailCertificate alice = certificate(ALICE);
        try (CertificateDatabase database = open()) {
            assertThat(database.certificates().add(alice, Origin.OWN, ACT)).isTrue();
            assertThat(database.certificates().add(alice, Origin.OWN, ACT)).isFalse();
        }
        try (CertificateDatabase database = open()) {
            assertThat(database.certificates().withAddress(ALICE)).containsExactly(alice);
            assertThat(database.certificates().list(CertificateFilter.all(10)))
                    .containsExactly(new StoredCertificate(
                            alice, List.of(new StoredCertificate.Entry("own", EntryState.OWN, ACT))));
            assertThat(database.integrityFaults()).isEmpty();
        }
    }

    @Test
    void writesAllOfTransactionOrNothing() {
        MailCertificate alice = certificate(ALICE);
        try (CertificateDatabase database = open()) {
            assertThatThrownBy(() -> database.commit(transaction -> {
                        transaction.certificates().add(alice, Origin.OWN, ACT);
                        transaction.blocks().add(new Blocks.Block(new Blocks.Target.Address(BOB), ACT));
                        assertThat(transaction.certificates().withAddress(ALICE))
                                .containsExactly(alice);
                        throw new IllegalArgumentException("changed my mind");
                    }))
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessage("changed my mind");
            assertThat(database.certificates().withAddress(ALICE)).isEmpty();
            assertThat(database.blocks().of(new Blocks.Target.Address(BOB))).isEmpty();
            // The writer still works.
            assertThat(database.certificates().add(alice, Origin.OWN, ACT)).isTrue();
        }
    }

    @Test
    void readsOneStateInReadingTransaction() throws Exception {
        try (CertificateDatabase database = open();
                ExecutorService other = Executors.newSingleThreadExecutor()) {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch written = new CountDownLatch(1);
            Future<List<MailCertificate>> seen = other.submit(() -> database.read(transaction -> {
                List<MailCertificate> before = transaction.certificates().withAddress(ALICE);
                begun.countDown();
                await(written);
                List<MailCertificate> all = new ArrayList<>(before);
                all.addAll(transaction.certificates().withAddress(ALICE));
                return all;
            }));
            await(begun);
            database.certificates().add(certificate(ALICE), Origin.OWN, ACT);
            written.countDown();
            assertThat(seen.get()).isEmpty();
            assertThat(database.certificates().withAddress(ALICE)).hasSize(1);
        }
    }

    @Test
    void refusesToWriteInReadingTransactionAndToNest() {
        try (CertificateDatabase database = open()) {
            assertThatThrownBy(() -> database.read(
                            transaction -> transaction.certificates().add(certificate(ALICE), Origin.OWN, ACT)))
                    .isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessage("a reading transaction does not write");
            // The writer would wait for itself for ever.
            assertThatThrownBy(
                            () -> database.write(_ -> database.certificates().add(certificate(ALICE), Origin.OWN, ACT)))
                    .isExactlyInstanceOf(IllegalStateException.class)
                    .hasMessage("inside a transaction everything goes through the transaction");
        }
    }

    @Test
    void servesManyVirtualThreads() throws Exception {
        List<MailCertificate> certificates =
                IntStream.range(0, 40).mapToObj(i -> certificate(numbered(i))).toList();
        try (CertificateDatabase database = open();
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<MailCertificate>>> found = IntStream.range(0, 40)
                    .mapToObj(i -> callers.submit(() -> {
                        database.certificates().add(certificates.get(i), Origin.IMPORTED, ACT);
                        return database.certificates().withAddress(numbered(i));
                    }))
                    .toList();
            for (int i = 0; i < 40; i++) {
                assertThat(found.get(i).get()).containsExactly(certificates.get(i));
            }
        }
    }

    @Test
    void countsOwnChangesAtOnceAndTellsListeners() throws Exception {
        try (CertificateDatabase database = open()) {
            CountDownLatch told = new CountDownLatch(1);
            CountDownLatch never = new CountDownLatch(1);
            database.onChange(() -> {
                throw new IllegalStateException("a listener with a fault");
            });
            database.onChange(told::countDown);
            database.onChange(never::countDown).close();
            long before = database.changes();
            database.certificates().withAddress(ALICE);
            assertThat(database.changes()).isEqualTo(before);
            database.certificates().add(certificate(ALICE), Origin.OWN, ACT);
            assertThat(database.changes()).isNotEqualTo(before);
            await(told);
            assertThat(never.getCount()).isEqualTo(1);
        }
    }

    // To the engines, another connection is like another process. CertificateDatabaseIT uses a real process.
    @Test
    void noticesChangesByOthers() throws Exception {
        try (CertificateDatabase here = open();
                CertificateDatabase there = open()) {
            CountDownLatch told = new CountDownLatch(1);
            here.onChange(told::countDown);
            long before = here.changes();
            there.certificates().add(certificate(ALICE), Origin.OWN, ACT);
            await(told);
            assertThat(here.changes()).isNotEqualTo(before);
            assertThat(here.certificates().withAddress(ALICE)).hasSize(1);
        }
    }

    @Test
    void refusesEverythingOnceClosed() {
        CertificateDatabase database = open();
        database.close();
        database.close();
        assertThatThrownBy(() -> database.certificates().withAddress(ALICE))
                .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.fault()).isEqualTo(Fault.CLOSED));
        assertThatThrownBy(() -> database.certificates().add(certificate(ALICE), Origin.OWN, ACT))
                .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.fault()).isEqualTo(Fault.CLOSED));
    }

    private CertificateDatabase open() {
        return place.open();
    }

    private static MailAddress numbered(int number) {
        return MailAddress.of("user" + number + "@example.com");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
