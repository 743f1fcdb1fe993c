package org.postseal.certstore.remote.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postseal.certstore.remote.sync.ScriptedSyncServer.add;
import static org.postseal.certstore.remote.sync.ScriptedSyncServer.delete;
import static org.postseal.certstore.remote.sync.ScriptedSyncServer.done;
import static org.postseal.certstore.remote.sync.ScriptedSyncServer.fail;
import static org.postseal.certstore.remote.sync.ScriptedSyncServer.ids;
import static org.postseal.certstore.remote.sync.ScriptedSyncServer.newCookie;
import static org.postseal.certstore.remote.sync.ScriptedSyncServer.present;
import static org.postseal.certstore.remote.sync.ScriptedSyncServer.send;

import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.controls.ContentSyncState;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what RFC 4533 allows and slapd does not do, or does too seldom to wait for it. */
@Tag("thorough")
class SyncreplSessionTest {
    private static final String SOURCE = "ldap:test";

    private final InMemoryMirror mirror = new InMemoryMirror();

    @AutoClose
    private ScriptedSyncServer server;

    @BeforeEach
    void start() throws IOException {
        server = new ScriptedSyncServer();
    }

    @Test
    void aPresentPhaseRemovesWhatIsNotNamed() throws Exception {
        initial(1, 2, 3, 4);
        server.answer(ids(false, 1), send(ContentSyncState.PRESENT, 2, null), add(5), done("c2", false));

        SyncReport report = once();

        assertThat(report.isFull()).isFalse();
        assertThat(report.deleted()).isEqualTo(2);
        assertThat(users()).isEqualTo(Set.of("u1", "u2", "u5"));
        assertThat(server.requests()).isEqualTo(List.of("refreshOnly -", "refreshOnly c1"));
        assertThat(cookie()).isEqualTo("c2");
    }

    @Test
    void aDeletePhaseRemovesOnlyWhatIsNamed() throws Exception {
        initial(1, 2, 3, 4);
        server.answer(ids(true, 1), send(ContentSyncState.DELETE, 2, null), add(5), done("c2", true));

        once();

        assertThat(users()).isEqualTo(Set.of("u3", "u4", "u5"));
    }

    @Test
    void aPresentPhaseMayBeFollowedByADeletePhase() throws Exception {
        initial(1, 2, 3, 4, 5);
        server.answer(ids(false, 1, 2, 3, 4), present(false, null), ids(true, 4), done("c2", true));

        once();

        assertThat(users()).isEqualTo(Set.of("u1", "u2", "u3"));
    }

    @Test
    void anEmptyPresentPhaseDoesNotEmptyTheMirror() throws Exception {
        initial(1, 2, 3, 4);
        server.answer(done("c2", false));

        assertThatThrownBy(this::once)
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.failure()).isEqualTo(SyncFailure.TOO_MANY_REMOVED));

        assertThat(users()).hasSize(4);
        assertThat(cookie()).isEqualTo("c1");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCookieThatComesBeforeTheEndIsNotKept(boolean isLost) throws Exception {
        initial(1, 2, 3, 4);
        if (isLost) {
            server.answer(send(ContentSyncState.ADD, 5, "early"), newCookie("early"));
        } else {
            server.answer(send(ContentSyncState.ADD, 5, "early"), newCookie("early"), fail(ResultCode.OTHER));
        }

        assertThatThrownBy(this::once)
                .isInstanceOfSatisfying(
                        SyncException.class,
                        e -> assertThat(e.failure())
                                .isEqualTo(isLost ? SyncFailure.SERVER_UNAVAILABLE : SyncFailure.SERVER_REFUSED));

        assertThat(cookie()).isEqualTo("c1");
        server.answer(send(ContentSyncState.ADD, 5, null), done(null, true));
        once();
        assertThat(server.requests().getLast()).isEqualTo("refreshOnly c1");
        assertThat(users()).isEqualTo(Set.of("u1", "u2", "u3", "u4", "u5"));
        // If the end has no cookie, the old one stays.
        assertThat(cookie()).isEqualTo("c1");
    }

    @ParameterizedTest
    @CsvSource({"4096", "53", "2"})
    void aRefusedCookieMeansEverythingAnew(int code) throws Exception {
        initial(1, 2, 3, 4);
        server.answer(fail(ResultCode.valueOf(code)));
        server.answer(add(1), add(2), add(3), add(6), done("c9", false));

        SyncReport report = once();

        assertThat(report.isFull()).isTrue();
        assertThat(users()).isEqualTo(Set.of("u1", "u2", "u3", "u6"));
        assertThat(server.requests()).isEqualTo(List.of("refreshOnly -", "refreshOnly c1", "refreshOnly -"));
        assertThat(cookie()).isEqualTo("c9");
    }

    @Test
    void theSameRefusalWithoutACookieIsAFailure() {
        server.answer(fail(ResultCode.E_SYNC_REFRESH_REQUIRED));

        assertThatThrownBy(this::once).isInstanceOf(SyncException.class);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void anEntryWithoutItsStateIsNotBelieved() {
        server.answer(add(1), send(null, 2, null), done("c1", false));

        assertThatThrownBy(() -> once(SyncMethod.SYNCREPL))
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.failure()).isEqualTo(SyncFailure.METHOD_UNSUPPORTED));
        assertThat(users()).isEmpty();
    }

    @Test
    void withoutACookieTheNextRoundReadsEverything() throws Exception {
        server.answer(add(1), done(null, false));
        SyncReport first = once();
        assertThat(first.notes())
                .isEqualTo(List.of("the server gave no cookie: the next round reads everything again"));
        server.answer(add(1), done("c1", false));

        assertThat(once().isFull()).isTrue();
        assertThat(server.requests()).isEqualTo(List.of("refreshOnly -", "refreshOnly -"));
    }

    @Test
    void whatIsDeletedWhileEverythingIsSentIsDeleted() throws Exception {
        server.answer(
                add(1),
                add(2),
                add(3),
                add(4),
                send(ContentSyncState.DELETE, 1, null),
                ids(true, 2, 3),
                add(3),
                done("c1", true));

        once();

        assertThat(users()).isEqualTo(Set.of("u3", "u4"));
        assertThat(cookie()).isEqualTo("c1");
    }

    @Test
    void followsAndBeginsAnewWhenTheServerWantsIt() {
        server.answer(
                add(1),
                add(2),
                add(3),
                add(4),
                present(true, "c1"),
                send(ContentSyncState.ADD, 5, "c2"),
                send(ContentSyncState.MODIFY, 1, "c3"),
                send(ContentSyncState.DELETE, 2, "c4"),
                ids(true, 3),
                newCookie("c5"),
                fail(ResultCode.E_SYNC_REFRESH_REQUIRED));
        server.answer(add(1), add(4), add(5), delete(true, "d1"), send(ContentSyncState.ADD, 6, "d2"));
        server.answer(delete(true, "d3"), fail(ResultCode.OTHER));
        StopSignal stop = new StopSignal();
        Reports reports = new Reports();
        SyncListener stopping = new SyncListener() {
            @Override
            public void synced(SyncReport report) {
                reports.synced(report);
            }

            @Override
            public void failed(Exception cause, Duration retryIn) {
                reports.failed(cause, retryIn);
                if (reports.failures().size() == 3) {
                    stop.request();
                }
            }
        };

        runner(SyncMethod.AUTO).follow(stop, stopping);

        assertThat(reports.failures())
                .isEqualTo(List.of(
                        SyncFailure.POSITION_REFUSED, SyncFailure.SERVER_UNAVAILABLE, SyncFailure.SERVER_REFUSED));
        // After the refusal, c5 was forgotten. After the lost connection, the session went on from the last change.
        assertThat(server.requests())
                .isEqualTo(List.of("refreshAndPersist -", "refreshAndPersist -", "refreshAndPersist d2"));
        assertThat(users()).isEqualTo(Set.of("u1", "u4", "u5", "u6"));
        assertThat(cookie()).isEqualTo("d3");
    }

    private void initial(int... numbers) throws SyncException {
        ScriptedSyncServer.Step[] steps = new ScriptedSyncServer.Step[numbers.length + 1];
        for (int i = 0; i < numbers.length; i++) {
            steps[i] = add(numbers[i]);
        }
        steps[numbers.length] = done("c1", false);
        server.answer(steps);
        once();
    }

    private SyncReport once() throws SyncException {
        return once(SyncMethod.AUTO);
    }

    private SyncReport once(SyncMethod method) throws SyncException {
        return runner(method).once(false);
    }

    private SyncRunner runner(SyncMethod method) {
        SyncSettings settings = new SyncSettings(
                SOURCE,
                method,
                Selections.below("dc=example"),
                // Every message is a batch of its own, so that something is applied before a refresh ends.
                1,
                Duration.ofDays(7),
                Duration.ofMillis(10),
                50,
                true,
                EntryLimits.DEFAULT,
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofMillis(1),
                Duration.ofMillis(5));
        return new SyncRunner(settings, server.server(), mirror, InstantSource.system());
    }

    private Set<String> users() {
        return mirror.entries(SOURCE).values().stream()
                .map(entry -> entry.addresses().getFirst().localPart())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private String cookie() {
        byte[] octets = Position.decode(mirror.state(SOURCE).orElseThrow().cookie())
                .orElseThrow()
                .octets();
        return new String(octets, java.nio.charset.StandardCharsets.US_ASCII);
    }
}
