package org.postseal.certstore.remote.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.Modification;
import com.unboundid.ldap.sdk.ModificationType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.remote.ldap.Slapd;

/** Follows OpenLDAP by RFC 4533, waiting for changes. */
class SyncreplFollowIT extends SlapdSyncFixture {
    @Test
    void followsChangesAndGoesOnAfterTheServerWasLost() throws Exception {
        Reports reports = new Reports();
        StopSignal stop = new StopSignal();
        try (Slapd slapd = slapd("syncprov-sessionlog 1000").load(people(1, 3)).start()) {
            Thread follower = Thread.ofVirtual()
                    .start(() -> new SyncRunner(quick(), server(slapd), mirror, InstantSource.system())
                            .follow(stop, reports));
            await(() -> addresses().equals(Set.of("u1", "u2", "u3")));
            try (LDAPConnection admin = slapd.admin()) {
                add(admin, 4);
                await(() -> addresses().equals(Set.of("u1", "u2", "u3", "u4")));
                mail(admin, 4, "four@example.com");
                await(() -> addresses().equals(Set.of("u1", "u2", "u3", "four")));
                admin.delete(dn(1));
                await(() -> addresses().equals(Set.of("u2", "u3", "four")));
            }
            assertThat(reports.failures()).isEmpty();

            slapd.kill();
            await(() -> !reports.failures().isEmpty());
            assertThat(reports.failures()).containsOnly(SyncFailure.SERVER_UNAVAILABLE);
            slapd.start();
            try (LDAPConnection admin = slapd.admin()) {
                admin.delete(dn(2));
                add(admin, 5);
                await(() -> addresses().equals(Set.of("u3", "four", "u5")));
                // The follower waits for changes again.
                add(admin, 6);
                await(() -> addresses().equals(Set.of("u3", "four", "u5", "u6")));
            }
            assertThat(reports.synced().stream().filter(SyncReport::isFull)).hasSize(1);

            stop.request();
            follower.join(Duration.ofSeconds(10));
            assertThat(follower.isAlive()).isFalse();
            assertThat(reports.largestRetry()).isLessThanOrEqualTo(quick().maxBackoff());

            // Everything that was followed is kept, so a single round has nothing left to do.
            assertThat(counts(runner(slapd).once(false))).isEqualTo("0 added, 0 changed, 0 deleted, 0 unchanged");
        }
    }

    @Test
    void keepsACookieWithEveryChangeWhileFollowing() throws Exception {
        StopSignal stop = new StopSignal();
        try (Slapd slapd = slapd("syncprov-sessionlog 1000").load(people(1, 1)).start();
                LDAPConnection admin = slapd.admin()) {
            Thread follower = Thread.ofVirtual()
                    .start(() -> new SyncRunner(quick(), server(slapd), mirror, InstantSource.system())
                            .follow(stop, new Reports()));
            await(() -> addresses().equals(Set.of("u1")));
            byte[] before = cookie();
            add(admin, 2);
            await(() -> addresses().equals(Set.of("u1", "u2")));
            byte[] after = cookie();
            stop.request();
            follower.join(Duration.ofSeconds(10));

            assertThat(after).isNotEqualTo(before);
        }
    }

    @Test
    void anEntryThatNoLongerMatchesIsRemoved() throws Exception {
        for (String line : List.of("syncprov-sessionlog 1000", "syncprov-checkpoint 100 10")) {
            InMemoryMirror fresh = new InMemoryMirror();
            try (Slapd slapd = slapd(line, folderNumber++).load(people(1, 10)).start();
                    LDAPConnection admin = slapd.admin()) {
                SyncRunner runner = new SyncRunner(settings(), server(slapd), fresh, InstantSource.system());
                runner.once(false);
                admin.modify(dn(1), new Modification(ModificationType.DELETE, "mail"));

                assertThat(counts(runner.once(false))).as(line).isEqualTo("0 added, 0 changed, 1 deleted, 0 unchanged");

                StopSignal stop = new StopSignal();
                Thread follower = Thread.ofVirtual()
                        .start(() -> new SyncRunner(quick(), server(slapd), fresh, InstantSource.system())
                                .follow(stop, new Reports()));
                admin.modify(dn(2), new Modification(ModificationType.DELETE, "mail"));
                await(() -> fresh.entries(SOURCE).size() == 8);
                stop.request();
                follower.join(Duration.ofSeconds(10));
            }
        }
    }

    @Test
    void noticesWhileFollowingThatTheServerNoLongerAnswers() throws Exception {
        Reports reports = new Reports();
        StopSignal stop = new StopSignal();
        try (Slapd slapd = slapd("syncprov-sessionlog 1000").load(people(1, 2)).start()) {
            Thread follower = Thread.ofVirtual()
                    .start(() -> new SyncRunner(quick(), server(slapd), mirror, InstantSource.system())
                            .follow(stop, reports));
            await(() -> addresses().equals(Set.of("u1", "u2")));
            // This is longer than the idle check, and the connection still works.
            Thread.sleep(1500);
            assertThat(reports.failures()).isEmpty();
            slapd.pause();
            await(() -> !reports.failures().isEmpty());
            assertThat(reports.failures().getFirst()).isEqualTo(SyncFailure.SERVER_SILENT);
            slapd.resume();
            try (LDAPConnection admin = slapd.admin()) {
                add(admin, 3);
            }
            await(() -> addresses().equals(Set.of("u1", "u2", "u3")));
            stop.request();
            follower.join(Duration.ofSeconds(10));
        }
    }

    @Test
    void readsEverythingAnewWhenThatIsDueWhileFollowing() throws Exception {
        Reports reports = new Reports();
        StopSignal stop = new StopSignal();
        AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
        try (Slapd slapd = slapd("syncprov-sessionlog 1000").load(people(1, 2)).start()) {
            Thread follower = Thread.ofVirtual()
                    .start(() -> new SyncRunner(quick(), server(slapd), mirror, now::get).follow(stop, reports));
            await(() -> reports.synced().size() == 1);
            now.set(now.get().plus(Duration.ofDays(8)));
            await(() -> reports.synced().size() == 2);
            stop.request();
            follower.join(Duration.ofSeconds(10));

            assertThat(reports.synced()).extracting(SyncReport::isFull).isEqualTo(List.of(true, true));
            assertThat(counts(reports.synced().getLast())).isEqualTo("0 added, 0 changed, 0 deleted, 2 unchanged");
        }
    }
}
