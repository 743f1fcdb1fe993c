package org.postseal.gateway.road.journal;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.audit.ledger.Frame;
import org.postseal.gateway.audit.ledger.Ledger;
import org.slf4j.LoggerFactory;

/** The end of a process is simulated by the content of its files at that moment. */
@Tag("thorough")
@Timeout(60)
class SuspectsTest {
    private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");
    private static final Duration KEPT = Duration.ofDays(6);
    private static final int SEGMENT = 128 << 10;
    private static final SuspectKey POISON = key(0xAA);
    private static final SuspectKey OTHER = key(0xBB);

    @TempDir
    private Path folder;

    private int generation;
    private Path journal = Path.of("unset");

    @Test
    void afterThreeDeathsItIsPutAsideAndAfterAFourthRefused() throws IOException {
        List<Suspect> known = List.of();
        for (int deaths = 0; deaths < 4; deaths++) {
            try (Gateway suspects = open(NOW.plusSeconds(deaths))) {
                Suspects.Turn turn = turn(suspects, POISON);
                assertThat(turn.isPoison()).isEqualTo(deaths == 3);
                dies();
                turn.close();
            }
            known = JournalFile.suspects(journal);
        }
        assertThat(known).containsExactly(new Suspect(POISON, 3, 0, NOW.plusSeconds(3)));
        try (Gateway suspects = open(NOW.plusSeconds(9))) {
            assertThat(suspects.enter(POISON)).isEqualTo(new Suspects.Refused());
        }
    }

    @Test
    void whoWasOnlyInTheCompanyIsNoneAfterOneTurnOfHisOwn() throws IOException {
        try (Gateway suspects = open(NOW)) {
            Suspects.Turn poison = turn(suspects, POISON);
            // Two transactions of one message count once.
            List<Suspects.Turn> others = List.of(turn(suspects, OTHER), turn(suspects, OTHER));
            dies();
            others.forEach(Suspects.Turn::close);
            poison.close();
        }
        try (Gateway suspects = open(NOW)) {
            assertThat(JournalFile.suspects(journal))
                    .containsExactlyInAnyOrder(new Suspect(POISON, 1, 0, NOW), new Suspect(OTHER, 1, 0, NOW));
            try (Suspects.Turn turn = turn(suspects, OTHER)) {
                turn.survived();
            }
            assertThat(JournalFile.suspects(journal)).containsExactly(new Suspect(POISON, 1, 0, NOW));
        }
    }

    @Test
    void aTurnThatThrewIsNoProofOfInnocence() throws IOException {
        dieWith(POISON);
        try (Gateway suspects = open(NOW)) {
            turn(suspects, POISON).close();
            assertThat(JournalFile.suspects(journal)).containsExactly(new Suspect(POISON, 1, 0, NOW));
        }
    }

    @Test
    void aSuspectGoesAloneAndNobodyWaitsForEver() throws Exception {
        dieWith(POISON);
        try (Gateway suspects = open(NOW)) {
            try (Suspects.Turn _ = turn(suspects, OTHER)) {
                assertThat(inAnotherThread(suspects, key(1))).isInstanceOf(Suspects.Turn.class);
                assertThat(inAnotherThread(suspects, POISON)).isEqualTo(new Suspects.Late("no turn within 0 s"));
            }
            try (Suspects.Turn _ = turn(suspects, POISON)) {
                assertThat(inAnotherThread(suspects, OTHER)).isEqualTo(new Suspects.Late("no turn within 0 s"));
            }
            assertThat(inAnotherThread(suspects, OTHER)).isInstanceOf(Suspects.Turn.class);
        }
    }

    @Test
    void ofTooManySuspectsTheOnesWithTheFewestDeathsGo() throws IOException {
        for (int deaths = 0; deaths < 2; deaths++) {
            dieWith(POISON);
        }
        try (Gateway suspects = open(NOW.plusSeconds(1))) {
            List<Suspects.Turn> turns = new ArrayList<>();
            for (int i = 0; i <= SuspectNotes.MOST; i++) {
                turns.add(turn(suspects, key(1000 + i)));
            }
            dies();
            turns.forEach(Suspects.Turn::close);
        }
        try (Gateway _ = open(NOW.plusSeconds(2))) {
            assertThat(JournalFile.suspects(journal))
                    .hasSize(SuspectNotes.MOST)
                    .startsWith(new Suspect(POISON, 2, 0, NOW.plusSeconds(1)));
        }
    }

    @Test
    void whatHangsByItselfIsCountedAndGoesWithTheOthers() throws IOException {
        try (Gateway suspects = open(NOW)) {
            for (int hangs = 0; hangs < 3; hangs++) {
                Suspects.Turn turn = turn(suspects, POISON);
                assertThat(turn.isPoison()).isFalse();
                try (Suspects.Turn _ = turn(suspects, OTHER)) {
                    Runnable _ = turn.hangs(true);
                    // A message that was answered is not acquitted by that.
                    turn.survived();
                    turn.close();
                }
            }
            assertThat(JournalFile.suspects(journal)).containsExactly(new Suspect(POISON, 3, 3, NOW));
            try (Suspects.Turn turn = turn(suspects, POISON)) {
                assertThat(turn.isPoison()).isTrue();
            }
        }
    }

    @Test
    void whatComesBackAfterAllWasSlowAndItsHangIsTakenBack() throws IOException {
        try (Gateway suspects = open(NOW)) {
            for (int attempts = 0; attempts < 4; attempts++) {
                Suspects.Turn turn = turn(suspects, POISON);
                assertThat(turn.isPoison()).isFalse();
                Runnable back = turn.hangs(true);
                turn.close();
                assertThat(JournalFile.suspects(journal)).containsExactly(new Suspect(POISON, 1, 1, NOW));
                back.run();
                assertThat(JournalFile.suspects(journal)).isEmpty();
            }
            Suspects.Turn dying = turn(suspects, POISON);
            dies();
            dying.close();
        }
        try (Gateway suspects = open(NOW)) {
            Suspects.Turn turn = turn(suspects, POISON);
            Runnable back = turn.hangs(true);
            turn.close();
            back.run();
            // A slow message takes back its own hang, and not a death of the process.
            assertThat(JournalFile.suspects(journal)).containsExactly(new Suspect(POISON, 1, 0, NOW));
        }
    }

    @Test
    void whoWasTriedAloneAndHangsFreesTheOthersAndIsNotAcquitted() throws Exception {
        dieWith(POISON);
        try (Gateway suspects = open(NOW)) {
            Suspects.Turn turn = turn(suspects, POISON);
            assertThat(inAnotherThread(suspects, OTHER)).isEqualTo(new Suspects.Late("no turn within 0 s"));
            Runnable back = turn.hangs(false);
            turn.survived();
            turn.close();
            assertThat(inAnotherThread(suspects, OTHER)).isInstanceOf(Suspects.Turn.class);
            back.run();
            assertThat(JournalFile.suspects(journal)).containsExactly(new Suspect(POISON, 1, 0, NOW));
        }
    }

    @Test
    void whatStillHangsWhenTheProcessEndsIsSuspectedAloneAndCountedOnce() throws Exception {
        try (Gateway suspects = open(NOW)) {
            Suspects.Turn turn = turn(suspects, POISON);
            Runnable _ = turn.hangs(true);
            turn.close();
            Suspects.Turn token = turn(suspects, key(1));
            Runnable _ = token.hangs(false);
            token.close();
            try (Suspects.Turn _ = turn(suspects, OTHER)) {
                dies();
            }
        }
        try (Gateway suspects = open(NOW)) {
            assertThat(JournalFile.suspects(journal)).containsExactly(new Suspect(POISON, 1, 0, NOW));
            // It is now suspected because of the end of the process, and so goes alone.
            try (Suspects.Turn _ = turn(suspects, OTHER)) {
                assertThat(inAnotherThread(suspects, POISON)).isEqualTo(new Suspects.Late("no turn within 0 s"));
            }
        }
    }

    @Test
    void whatHangsByAnothersFaultShieldsNobodyUnlessTheWatchdogEndedTheProcess() throws Exception {
        for (int held : List.of(1, Suspects.MOST_HANGING - 1, Suspects.MOST_HANGING)) {
            try (Gateway suspects = open(NOW)) {
                for (int i = 0; i < held; i++) {
                    Suspects.Turn token = turn(suspects, key(1));
                    Runnable _ = token.hangs(false);
                    token.close();
                }
                try (Suspects.Turn _ = turn(suspects, POISON)) {
                    dies();
                }
            }
            try (Gateway _ = open(NOW)) {
                assertThat(JournalFile.suspects(journal))
                        .isEqualTo(held < Suspects.MOST_HANGING ? List.of(new Suspect(POISON, 1, 0, NOW)) : List.of());
            }
            generation++;
        }
    }

    /** The log of the next start says which message it was, and what becomes of it. */
    @Test
    void whatHungIsNotSaidToHaveEndedTheProcess() throws IOException {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(Suspects.class);
        logger.setLevel(Level.WARN);
        lines.start();
        logger.addAppender(lines);
        try {
            try (Gateway suspects = open(NOW)) {
                hang(suspects);
                hang(suspects);
            }
            dieWith(OTHER);
            try (Gateway suspects = open(NOW)) {
                hang(suspects);
            }
            ILoggingEvent _ = lines.list.removeFirst();
            open(NOW).close();
            assertThat(lines.list.stream().map(ILoggingEvent::getFormattedMessage))
                    .containsExactly(
                            said(0, POISON, 2, "it is tried as others are"),
                            said(1, OTHER, 0, "it is tried alone"),
                            said(0, POISON, 3, "it is not looked into any more"),
                            said(1, OTHER, 0, "it is tried alone"));
        } finally {
            logger.detachAppender(lines);
            logger.setLevel(null);
        }
    }

    private static void hang(Gateway suspects) {
        Suspects.Turn turn = turn(suspects, POISON);
        Runnable _ = turn.hangs(true);
        turn.close();
    }

    private static String said(int ends, SuspectKey key, int hangs, String what) {
        return "the process has ended " + ends + " times with message " + key.hex() + ", which has hung " + hangs
                + " times besides: " + what;
    }

    @Test
    void anEndInOrderSuspectsNobody() throws IOException {
        Gateway suspects = open(NOW);
        Suspects.Turn turn = turn(suspects, POISON);
        suspects.suspects().close();
        dies();
        // This is too late to change anything.
        turn.close();
        assertThat(suspects.enter(OTHER)).isEqualTo(new Suspects.Late("it cannot be noted: the gateway stops"));
        suspects.close();
        try (Gateway _ = open(NOW)) {
            assertThat(JournalFile.suspects(journal)).isEmpty();
        }
    }

    @Test
    void whatHasEndedIsNoSuspectOnceTheNextMessageHasSetOut() throws IOException {
        try (Gateway suspects = open(NOW)) {
            turn(suspects, POISON).close();
            try (Suspects.Turn _ = turn(suspects, OTHER);
                    Suspects.Turn _ = turn(suspects, key(1))) {
                dies();
            }
        }
        try (Gateway _ = open(NOW)) {
            assertThat(JournalFile.suspects(journal))
                    .containsExactlyInAnyOrder(new Suspect(OTHER, 1, 0, NOW), new Suspect(key(1), 1, 0, NOW));
        }
    }

    @Test
    void whatHasEndedIsNoSuspectAfterASecondThoughNothingComes() throws Exception {
        try (Gateway suspects = open(NOW)) {
            Suspects.Turn slow = turn(suspects, OTHER);
            turn(suspects, POISON).close();
            awaitNextFrameOfAll(suspects);
            dies();
            slow.close();
        }
        try (Gateway _ = open(NOW)) {
            assertThat(JournalFile.suspects(journal)).containsExactly(new Suspect(OTHER, 1, 0, NOW));
        }
    }

    /** Messages come and go until the segments with everything that was known are gone. */
    @Test
    void whatIsKnownOutlivesItsSegments() throws Exception {
        try (Gateway suspects = open(NOW)) {
            hang(suspects);
            Suspects.Turn slow = turn(suspects, OTHER);
            passBy(suspects);
            dies();
            slow.close();
        }
        try (Gateway _ = open(NOW.plusSeconds(1))) {
            // The message that hung is the only one to blame.
            assertThat(JournalFile.suspects(journal)).containsExactly(new Suspect(POISON, 1, 0, NOW));
        }
    }

    @Test
    void whatIsOnItsWayOutlivesItsSegment() throws Exception {
        try (Gateway suspects = open(NOW)) {
            Suspects.Turn slow = turn(suspects, POISON);
            passBy(suspects);
            try (Suspects.Turn _ = turn(suspects, OTHER)) {
                dies();
            }
            slow.close();
        }
        try (Gateway _ = open(NOW)) {
            assertThat(JournalFile.suspects(journal))
                    .containsExactlyInAnyOrder(new Suspect(POISON, 1, 0, NOW), new Suspect(OTHER, 1, 0, NOW));
        }
    }

    @Test
    void whatHasEndedDoesNotComeBackWithItsCopy() throws Exception {
        try (Gateway suspects = open(NOW)) {
            Suspects.Turn slow = turn(suspects, POISON);
            Suspects.Turn copied = turn(suspects, key(2));
            passBy(suspects);
            copied.close();
            // The end of that turn is noted, and the note that says so is emptied as well.
            awaitNextFrameOfAll(suspects);
            passBy(suspects);
            try (Suspects.Turn _ = turn(suspects, OTHER)) {
                dies();
            }
            slow.close();
        }
        try (Gateway _ = open(NOW)) {
            assertThat(JournalFile.suspects(journal))
                    .containsExactlyInAnyOrder(new Suspect(POISON, 1, 0, NOW), new Suspect(OTHER, 1, 0, NOW));
        }
    }

    /** Lets messages pass by until some segments are full, and empties these. */
    private static void passBy(Gateway suspects) throws IOException {
        Ledger ledger = suspects.ledger();
        int first = ledger.note(Frame.Kind.VOID, new byte[8]).segment();
        for (int segment = first; segment < first + 3; ) {
            turn(suspects, key(99)).close();
            segment = ledger.note(Frame.Kind.VOID, new byte[64]).segment();
        }
        ledger.force();
        ledger.linesKept(ledger.sequence());
        ledger.tidy();
        assertThat(ledger.frame((long) first << 32 | 32))
                .as("the first frame of a segment that is gone")
                .isEmpty();
    }

    @Test
    void aTornNoteIsLeftOutAndTheOthersCount() throws IOException {
        try (Gateway suspects = open(NOW)) {
            Suspects.Turn first = turn(suspects, OTHER);
            Suspects.Turn torn = turn(suspects, POISON);
            dies();
            tearLastFrame();
            first.close();
            torn.close();
        }
        try (Gateway suspects = open(NOW)) {
            assertThat(JournalFile.suspects(journal)).containsExactly(new Suspect(OTHER, 1, 0, NOW));
            hang(suspects);
            dies();
            tearLastFrame();
        }
        try (Gateway _ = open(NOW)) {
            // What was known before counts: the message went its way, and one was a suspect.
            assertThat(JournalFile.suspects(journal))
                    .containsExactlyInAnyOrder(new Suspect(POISON, 1, 0, NOW), new Suspect(OTHER, 1, 0, NOW));
        }
    }

    private void tearLastFrame() throws IOException {
        Path segment;
        try (Stream<Path> files = Files.list(JournalFile.ledger(next()))) {
            segment = files.filter(file -> file.toString().endsWith(".ledger"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        }
        byte[] octets = Files.readAllBytes(segment);
        int last = octets.length - 1;
        while (octets[last] == 0) {
            last--;
        }
        octets[last] = 0;
        Files.write(segment, octets);
    }

    @Test
    void withoutRoomNobodyComesInAndWhatHappenedIsNotedLater() throws Exception {
        try (Gateway suspects = open(NOW)) {
            try (Suspects.Turn _ = turn(suspects, key(1))) {
                dies();
            }
        }
        try (Gateway suspects = open(NOW)) {
            Suspects.Turn hanging = turn(suspects, POISON);
            Path ledger = JournalFile.ledger(journal);
            Path aside = folder.resolve("aside");
            Files.move(ledger, aside);
            Files.createFile(ledger);
            Suspects.Answer answer = suspects.enter(OTHER);
            while (answer instanceof Suspects.Turn turn) {
                turn.close();
                answer = suspects.enter(OTHER);
            }
            assertThat(((Suspects.Late) answer).cause()).startsWith("it cannot be noted: ");
            Runnable _ = hanging.hangs(true);
            hanging.close();
            Files.delete(ledger);
            Files.move(aside, ledger);
            while (JournalFile.suspects(journal).size() < 2) {
                Thread.sleep(50);
            }
            assertThat(JournalFile.suspects(journal))
                    .containsExactlyInAnyOrder(new Suspect(POISON, 1, 1, NOW), new Suspect(key(1), 1, 0, NOW));
            // Nobody holds a turn that was not given, so this one may go alone.
            turn(suspects, key(1)).close();
        }
    }

    /** An old copy beside the audit log tells what was on its way long ago. */
    @Test
    void aLedgerThatIsNotBelievedAccusesNobody() throws IOException {
        try (Gateway suspects = open(NOW)) {
            hang(suspects);
            try (Suspects.Turn _ = turn(suspects, OTHER)) {
                dies();
            }
        }
        Ledger ledger = Ledger.open(JournalFile.ledger(next()), SEGMENT);
        ledger.doubt();
        try (Gateway _ = open(ledger, NOW)) {
            assertThat(JournalFile.suspects(journal)).containsExactly(new Suspect(POISON, 1, 1, NOW));
        }
    }

    @Test
    void suspectsAreForgottenInTimeOrByHand() throws IOException {
        dieWith(POISON);
        try (Gateway suspects = open(NOW)) {
            assertThat(Suspects.forget(journal, POISON)).isTrue();
            assertThat(Suspects.forget(journal, POISON)).isFalse();
            assertThat(JournalFile.suspects(journal)).isEmpty();
            // It may go together with others again at once.
            try (Suspects.Turn _ = turn(suspects, OTHER);
                    Suspects.Turn turn = turn(suspects, POISON)) {
                assertThat(turn.isPoison()).isFalse();
                dies();
            }
        }
        open(NOW).close();
        open(NOW.plus(KEPT)).close();
        assertThat(JournalFile.suspects(journal)).hasSize(2);
        open(NOW.plus(KEPT).plusMillis(1)).close();
        assertThat(JournalFile.suspects(journal)).isEmpty();
    }

    @Test
    void whatIsAskedTooLateIsForgottenAtTheStart() throws IOException {
        try (Gateway suspects = open(NOW)) {
            turn(suspects, OTHER).close();
            assertThat(Suspects.forget(journal, POISON)).isTrue();
        }
        try (Gateway _ = open(NOW)) {
            assertThat(SuspectNotes.asked(journal, POISON)).doesNotExist();
        }
    }

    @Test
    void whatIsForgottenOnceIsCountedAnewAndNotForgottenAgain() throws IOException {
        try (Gateway suspects = open(NOW)) {
            hang(suspects);
            hang(suspects);
        }
        assertThat(Suspects.forget(journal, POISON)).isTrue();
        try (Gateway suspects = open(NOW)) {
            assertThat(SuspectNotes.asked(journal, POISON)).doesNotExist();
            hang(suspects);
            assertThat(JournalFile.suspects(journal)).containsExactly(new Suspect(POISON, 1, 1, NOW));
            assertThat(Suspects.forget(journal, POISON)).isTrue();
            hang(suspects);
            hang(suspects);
            assertThat(JournalFile.suspects(journal)).containsExactly(new Suspect(POISON, 2, 2, NOW));
        }
    }

    private record Gateway(Ledger ledger, Suspects suspects) implements AutoCloseable {
        Suspects.Answer enter(SuspectKey key) {
            return suspects.enter(key);
        }

        @Override
        public void close() throws IOException {
            suspects.close();
            ledger.close();
        }
    }

    private Gateway open(Instant now) throws IOException {
        return open(Ledger.open(JournalFile.ledger(next()), SEGMENT), now);
    }

    private Gateway open(Ledger ledger, Instant now) {
        journal = next();
        return new Gateway(ledger, Suspects.open(ledger, KEPT, InstantSource.fixed(now), Duration.ofMillis(50)));
    }

    /** Returns the journal that the next process finds. */
    private Path next() {
        return folder.resolve("journal-" + generation + ".db");
    }

    /** Lets a process die while this message is on its way. */
    private void dieWith(SuspectKey key) throws IOException {
        try (Gateway suspects = open(NOW)) {
            Suspects.Turn turn = turn(suspects, key);
            dies();
            turn.close();
        }
    }

    /** Ends the process. What the files hold now is what the next process finds. */
    private void dies() throws IOException {
        generation++;
        Path copy = Files.createDirectory(JournalFile.ledger(next()));
        try (Stream<Path> files = Files.list(JournalFile.ledger(journal))) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
    }

    /** Waits until all that is known is noted once more. */
    private static void awaitNextFrameOfAll(Gateway suspects) throws Exception {
        long before = suspects.ledger().sequence();
        AtomicBoolean isThere = new AtomicBoolean();
        while (!isThere.get()) {
            Thread.sleep(50);
            suspects.ledger().read(_ -> {}, frame -> {
                if (frame.kind() == Frame.Kind.SUSPECTS && frame.sequence() > before) {
                    isThere.set(true);
                }
            });
        }
    }

    private static Suspects.Turn turn(Gateway suspects, SuspectKey key) {
        if (suspects.enter(key) instanceof Suspects.Turn turn) {
            return turn;
        }
        throw new AssertionError("no turn");
    }

    private static Suspects.Answer inAnotherThread(Gateway suspects, SuspectKey key) throws InterruptedException {
        List<Suspects.Answer> answers = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(1);
        Thread _ = Thread.ofVirtual().start(() -> {
            Suspects.Answer answer = suspects.enter(key);
            answers.add(answer);
            if (answer instanceof Suspects.Turn turn) {
                turn.close();
            }
            done.countDown();
        });
        done.await();
        return answers.getFirst();
    }

    private static SuspectKey key(int number) {
        return new SuspectKey("%064x".formatted(number));
    }
}
