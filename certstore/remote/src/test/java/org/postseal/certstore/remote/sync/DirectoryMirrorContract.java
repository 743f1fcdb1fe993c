package org.postseal.certstore.remote.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.remote.sync.DirectoryMirror.Applied;
import org.postseal.certstore.remote.sync.DirectoryMirror.Changes;
import org.postseal.certstore.remote.sync.DirectoryMirror.Entries;
import org.postseal.certstore.remote.sync.DirectoryMirror.RemovalGuard;

/** Checks what every {@link DirectoryMirror} must do. A subclass makes the mirror and reads its fingerprints. */
public abstract class DirectoryMirrorContract {
    private static final RemovalGuard ANYTHING = (_, _) -> {};

    /** Returns an empty mirror. */
    protected abstract DirectoryMirror mirror();

    /** Returns the fingerprints of the mirror's entries of the source, ordered by id. */
    protected abstract List<String> fingerprints(DirectoryMirror mirror, String source);

    @Test
    void anEmptyMirrorHasNothing() {
        DirectoryMirror mirror = mirror();

        assertThat(mirror.state("ldap:a")).isEmpty();
        assertThat(mirror.entryIds("ldap:a")).isEmpty();
    }

    @Test
    void oneAtATimeHasTheTurn() {
        DirectoryMirror mirror = mirror();
        DirectoryMirror.Turn first = mirror.turn("ldap:a").orElseThrow();

        assertThat(mirror.turn("ldap:a")).isEmpty();
        try (DirectoryMirror.Turn other = mirror.turn("ldap:b").orElseThrow()) {
            assertThat(other).isNotNull();
        }
        assertThat(mirror.turn("ldap:a")).isEmpty();

        first.close();
        mirror.turn("ldap:a").orElseThrow().close();
    }

    @Test
    void appliesAndCounts() {
        DirectoryMirror mirror = mirror();
        mirror.apply(
                "ldap:a", new Changes(List.of(entry("1", "a"), entry("2", "b"), entry("3", "c")), Set.of()), state(1));

        Applied applied = mirror.apply(
                "ldap:a",
                new Changes(List.of(entry("1", "a"), entry("2", "B"), entry("4", "d")), Set.of("3", "none")),
                state(2));

        assertThat(applied).isEqualTo(new Applied(1, 1, 1, 1));
        assertThat(fingerprints(mirror, "ldap:a"))
                .isEqualTo(fingerprints(entry("1", "a"), entry("2", "B"), entry("4", "d")));
        assertThat(mirror.entryIds("ldap:a")).containsExactlyInAnyOrder("1", "2", "4");
        assertState(mirror, "ldap:a", state(2));
    }

    @Test
    void applyingTwiceIsApplyingOnce() {
        DirectoryMirror mirror = mirror();
        mirror.apply("ldap:a", new Changes(List.of(entry("1", "a"), entry("2", "b")), Set.of()), state(1));
        Changes changes = new Changes(List.of(entry("1", "z")), Set.of("2"));
        mirror.apply("ldap:a", changes, state(2));

        assertThat(mirror.apply("ldap:a", changes, state(2))).isEqualTo(new Applied(0, 0, 0, 1));
        assertThat(fingerprints(mirror, "ldap:a")).isEqualTo(fingerprints(entry("1", "z")));
    }

    @Test
    void replacesEverythingOfOneSourceOnly() throws SyncException {
        DirectoryMirror mirror = mirror();
        mirror.apply(
                "ldap:a", new Changes(List.of(entry("1", "a"), entry("2", "b"), entry("3", "c")), Set.of()), state(1));
        mirror.apply("ldap:b", new Changes(List.of(entry("1", "other")), Set.of()), state(7));

        Applied applied = mirror.replaceAll(
                "ldap:a", of(entry("1", "a"), entry("2", "B"), entry("4", "d")), ANYTHING, () -> state(2));

        assertThat(applied).isEqualTo(new Applied(1, 1, 1, 1));
        assertThat(fingerprints(mirror, "ldap:a"))
                .isEqualTo(fingerprints(entry("1", "a"), entry("2", "B"), entry("4", "d")));
        assertThat(fingerprints(mirror, "ldap:b")).isEqualTo(fingerprints(entry("1", "other")));
        assertState(mirror, "ldap:a", state(2));
        assertState(mirror, "ldap:b", state(7));
    }

    @Test
    void ofAnIdThatComesTwiceTheLastCounts() throws SyncException {
        DirectoryMirror mirror = mirror();

        Applied applied = mirror.replaceAll(
                "ldap:a", of(entry("1", "old"), entry("2", "b"), entry("1", "new")), ANYTHING, () -> state(1));

        assertThat(applied).isEqualTo(new Applied(2, 0, 0, 0));
        assertThat(fingerprints(mirror, "ldap:a")).isEqualTo(fingerprints(entry("1", "new"), entry("2", "b")));
    }

    @Test
    void theStateIsAskedForAfterTheLastEntry() throws SyncException {
        DirectoryMirror mirror = mirror();
        List<String> order = new ArrayList<>();
        Iterator<MirroredEntry> entries =
                List.of(entry("1", "a"), entry("2", "b")).iterator();

        mirror.replaceAll(
                "ldap:a",
                () -> {
                    order.add("next");
                    return entries.hasNext() ? Optional.of(entries.next()) : Optional.empty();
                },
                ANYTHING,
                () -> {
                    order.add("state");
                    return state(1);
                });

        assertThat(order).isEqualTo(List.of("next", "next", "next", "state"));
    }

    @Test
    void theGuardIsToldAndCanForbid() throws SyncException {
        DirectoryMirror mirror = mirror();
        mirror.apply(
                "ldap:a", new Changes(List.of(entry("1", "a"), entry("2", "b"), entry("3", "c")), Set.of()), state(1));
        List<Long> told = new ArrayList<>();

        assertThatThrownBy(() -> mirror.replaceAll(
                        "ldap:a",
                        of(entry("3", "changed"), entry("4", "d")),
                        (before, gone) -> {
                            told.addAll(List.of(before, gone));
                            throw new SyncException(SyncFailure.TOO_MANY_REMOVED, "no");
                        },
                        () -> state(2)))
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.failure()).isEqualTo(SyncFailure.TOO_MANY_REMOVED));

        assertThat(told).isEqualTo(List.of(3L, 2L));
        assertThat(fingerprints(mirror, "ldap:a"))
                .isEqualTo(fingerprints(entry("1", "a"), entry("2", "b"), entry("3", "c")));
        assertState(mirror, "ldap:a", state(1));
    }

    @Test
    void anInterruptedReplacementChangesNothing() throws SyncException {
        DirectoryMirror mirror = mirror();
        mirror.apply("ldap:a", new Changes(List.of(entry("1", "a"), entry("2", "b")), Set.of()), state(1));
        for (Exception thrown : List.of(
                new SyncException(SyncFailure.SERVER_UNAVAILABLE, "gone"), new IllegalStateException("unexpected"))) {
            Iterator<MirroredEntry> first =
                    List.of(entry("1", "changed"), entry("9", "new")).iterator();

            assertThatThrownBy(() -> mirror.replaceAll(
                            "ldap:a",
                            () -> {
                                if (first.hasNext()) {
                                    return Optional.of(first.next());
                                }
                                if (thrown instanceof SyncException expected) {
                                    throw expected;
                                }
                                throw (IllegalStateException) thrown;
                            },
                            ANYTHING,
                            () -> state(2)))
                    .isSameAs(thrown);

            assertThat(fingerprints(mirror, "ldap:a")).isEqualTo(fingerprints(entry("1", "a"), entry("2", "b")));
            assertState(mirror, "ldap:a", state(1));
        }
    }

    @Test
    void knowsEveryValueAgain() {
        DirectoryMirror mirror = mirror();
        MirroredEntry entry = new MirroredEntry(
                "f7a1-\u00fc",
                List.of(
                        MailAddress.of("Primary.Name@Example.COM"),
                        MailAddress.of("z@example.com"),
                        MailAddress.of("j\u00f6rg@b\u00fccher.example"),
                        MailAddress.of("a@example.com")),
                values("userSMIMECertificate", new byte[] {0, -1, 127, 0}, new byte[0]),
                values("other", new byte[70_000], new byte[] {3}, new byte[] {3}),
                true);
        mirror.apply("ldap:a", new Changes(List.of(entry), Set.of()), state(1));

        assertThat(fingerprints(mirror, "ldap:a")).containsExactly(entry.fingerprint());
    }

    @Test
    void twoEntriesMayHaveOneAddress() {
        DirectoryMirror mirror = mirror();
        mirror.apply("ldap:a", new Changes(List.of(entry("1", "same"), entry("2", "same")), Set.of()), state(1));

        assertThat(mirror.entryIds("ldap:a")).containsExactlyInAnyOrder("1", "2");
    }

    static MirroredEntry entry(String id, String name) {
        return new MirroredEntry(
                id,
                List.of(MailAddress.of(name + "@example.com")),
                List.of(),
                values("userCertificate", ("certificate of " + name).getBytes(StandardCharsets.UTF_8)),
                false);
    }

    static List<MirroredEntry.Value> values(String attribute, byte[]... octets) {
        return Stream.of(octets)
                .map(each -> new MirroredEntry.Value(attribute, each))
                .toList();
    }

    private static SyncState state(int number) {
        return new SyncState(SyncMethod.FULL, "server" + number + ":389", new byte[] {0, (byte) number, -1});
    }

    private static Entries of(MirroredEntry... entries) {
        Iterator<MirroredEntry> iterator = List.of(entries).iterator();
        return () -> iterator.hasNext() ? Optional.of(iterator.next()) : Optional.empty();
    }

    private static void assertState(DirectoryMirror mirror, String source, SyncState expected) {
        SyncState state = mirror.state(source).orElseThrow();
        assertThat(state.method()).isEqualTo(expected.method());
        assertThat(state.server()).isEqualTo(expected.server());
        assertThat(state.cookie()).isEqualTo(expected.cookie());
    }

    private static List<String> fingerprints(MirroredEntry... entries) {
        return List.of(entries).stream().map(MirroredEntry::fingerprint).toList();
    }
}
