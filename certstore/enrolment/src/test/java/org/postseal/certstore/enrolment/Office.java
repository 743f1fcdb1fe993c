package org.postseal.certstore.enrolment;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.ChangeLog.Change;
import org.postseal.certstore.directory.Blocks;
import org.postseal.certstore.directory.DirectoryCertificateStore;
import org.postseal.certstore.directory.DirectorySettings;
import org.postseal.certstore.directory.SigningPreferences;
import org.postseal.certstore.enrolment.EnrolmentPass.Limits;
import org.postseal.certstore.enrolment.EnrolmentPass.Outcome;
import org.postseal.certstore.enrolment.EnrolmentPass.Place;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyFileException;
import org.postseal.certstore.key.KeyVault;
import org.postseal.certstore.key.MasterKey;
import org.postseal.certstore.path.PathValidator;
import org.postseal.certstore.provider.CryptoProviders;

/** A store with its authority, and a clock that a test moves. */
final class Office implements AutoCloseable {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    static final MailAddress ALICE = MailAddress.of("alice@ours.example");
    static final Set<CertificatePurpose> BOTH = Set.of(CertificatePurpose.SIGN, CertificatePurpose.ENCRYPT);
    static final Duration BEFORE = Duration.ofDays(30);

    final ScriptedAuthority authority =
            new ScriptedAuthority(START.minus(Duration.ofDays(1)), START.plus(Duration.ofDays(3000)));
    final CertificateDatabase database;
    final KeyVault vault;
    final List<String> told = new ArrayList<>();
    final HandClock clock = new HandClock();
    int ordersPerRun = 1000;

    static final class HandClock extends Clock {
        Instant now = START;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    Office(Path folder) {
        CryptoProviders.install();
        database = CertificateDatabase.open(folder.resolve("postseal.db"));
        try {
            vault = new KeyVault(database, MasterKey.of(new byte[32]));
        } catch (KeyFileException e) {
            throw new IllegalStateException(e);
        }
    }

    static Wanted wanted(MailAddress address, Set<CertificatePurpose> purposes) {
        return wanted(address, List.of(purposes));
    }

    static Wanted wanted(MailAddress address, List<Set<CertificatePurpose>> certificates) {
        return new Wanted(address, "house", certificates, KeyAlgorithm.P256, BEFORE);
    }

    /** Issues right certificates of this validity. */
    void issuesFor(Duration valid) {
        authority.script = request -> authority.issue(request, ScriptedAuthority.right(request, clock, valid));
    }

    Place place() {
        // Everything is opened anew, as by another process.
        PathValidator validator = new PathValidator(List.of(authority.root()), List.of());
        return new Place(
                database,
                vault,
                new DirectoryCertificateStore(
                        List.of(),
                        List.of(),
                        validator,
                        Blocks.NONE,
                        SigningPreferences.NONE,
                        DirectorySettings.DEFAULTS),
                validator);
    }

    /** Runs a pass, and returns what was told about each address. */
    List<String> run(Wanted... wanted) {
        return run(List.of(wanted));
    }

    List<String> run(List<Wanted> wanted) {
        told.clear();
        new EnrolmentPass(
                        place(),
                        "timer",
                        Map.of("house", authority),
                        new Limits(ordersPerRun, () -> true),
                        (outcome, _, text) -> told.add(outcome + (outcome == Outcome.TAKEN ? "" : ": " + text)),
                        clock)
                .run(wanted);
        return told;
    }

    void pass(Duration time) {
        clock.now = clock.now.plus(time);
    }

    List<KeyHandle> keys(MailAddress address) {
        return vault.keysOf(address);
    }

    List<String> actions() {
        return database.changeLog().waiting(100_000).stream()
                .map(Change::action)
                .toList();
    }

    @Override
    public void close() {
        database.close();
    }
}
