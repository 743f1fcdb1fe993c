package org.postseal.certstore.remote.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests how changes in an Active Directory are followed until the end. */
@Tag("thorough")
class ActiveDirectoryFollowTest extends ActiveDirectoryFixture {
    @Test
    void followPollsAndStops() throws Exception {
        Reports reports = new Reports();
        StopSignal stop = new StopSignal();
        SyncListener stopping = new SyncListener() {
            @Override
            public void synced(SyncReport report) {
                reports.synced(report);
                try {
                    if (reports.synced().size() == 1) {
                        directory.add(6);
                    } else {
                        stop.request();
                    }
                } catch (com.unboundid.ldap.sdk.LDAPException e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public void failed(Exception cause, Duration retryIn) {
                reports.failed(cause, retryIn);
                stop.request();
            }
        };

        runner(settings(SyncMethod.AUTO, ""), directory.server()).follow(stop, stopping);

        assertThat(reports.failures()).isEmpty();
        assertThat(reports.synced())
                .extracting(ActiveDirectoryFollowTest::counts)
                .isEqualTo(List.of(
                        "5 added, 0 changed, 0 deleted, 0 unchanged", "1 added, 0 changed, 0 deleted, 0 unchanged"));
    }

    @Test
    void aServerThatCannotBeReachedIsTriedEverMoreSeldom() {
        StopSignal stop = new StopSignal();
        List<Duration> waits = new ArrayList<>();
        SyncListener listener = new SyncListener() {
            @Override
            public void synced(SyncReport report) {
                throw new AssertionError("nothing to synchronise with");
            }

            @Override
            public void failed(Exception cause, Duration retryIn) {
                waits.add(retryIn);
                if (waits.size() == 5) {
                    stop.request();
                }
            }
        };
        DirectoryServer gone = _ -> {
            throw new SyncException(SyncFailure.SERVER_UNAVAILABLE, "gone", null);
        };

        runner(settings(SyncMethod.AUTO, ""), gone).follow(stop, listener);

        assertThat(waits).extracting(Duration::toMillis).isEqualTo(List.of(1L, 2L, 4L, 5L, 5L));
    }

    @Test
    void aFaultThatNobodyExpectedEndsNoFollowing() {
        StopSignal stop = new StopSignal();
        List<String> failures = new ArrayList<>();
        SyncListener listener = new SyncListener() {
            @Override
            public void synced(SyncReport report) {
                throw new AssertionError("nothing to synchronise with");
            }

            @Override
            public void failed(Exception cause, Duration retryIn) {
                failures.add(String.valueOf(cause.getMessage()));
                if (failures.size() == 2) {
                    stop.request();
                }
            }
        };
        DirectoryServer odd = _ -> {
            throw new IllegalStateException("odd");
        };

        runner(settings(SyncMethod.AUTO, ""), odd).follow(stop, listener);

        assertThat(failures).containsExactly("odd", "odd");
    }
}
