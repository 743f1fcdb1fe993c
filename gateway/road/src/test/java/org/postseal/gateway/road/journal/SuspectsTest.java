package org.postseal.gateway.road.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The end of a process is simulated by the content of its file at that moment. */
@Tag("thorough")
class SuspectsTest {
    private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");
    private static final Duration KEPT = Duration.ofDays(6);
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
            try (Suspects suspects = open(NOW.plusSeconds(deaths))) {
                Suspects.Turn turn = turn(suspects, POISON);
                assertThat(turn.isPoison()).isEqualTo(deaths == 3);
                dies();
                turn.close();
            }
            known = SuspectFile.list(Suspects.file(journal));
        }
        assertThat(known).containsExactly(new Suspect(POISON, 3, 0, NOW.plusSeconds(3)));
        try (Suspects suspects = open(NOW.plusSeconds(9))) {
            assertThat(suspects.enter(POISON)).isEqualTo(new Suspects.Refused());
        }
    }

    @Test
    void whoWasOnlyInTheCompanyIsNoneAfterOneTurnOfHisOwn() throws IOException {
        try (Suspects suspects = open(NOW)) {
            Suspects.Turn poison = turn(suspects, POISON);
            // Two transactions of one message count once.
            List<Suspects.Turn> others = List.of(turn(suspects, OTHER), turn(suspects, OTHER));
            dies();
            others.forEach(Suspects.Turn::close);
            poison.close();
        }
        try (Suspects suspects = open(NOW)) {
            assertThat(SuspectFile.list(Suspects.file(journal)))
                    .containsExactlyInAnyOrder(new Suspect(POISON, 1, 0, NOW), new Suspect(OTHER, 1, 0, NOW));
            try (Suspects.Turn turn = turn(suspects, OTHER)) {
                turn.survived();
            }
            assertThat(SuspectFile.list(Suspects.file(journal))).containsExactly(new Suspect(POISON, 1, 0, NOW));
        }
    }

    @Test
    void aTurnThatThrewIsNoProofOfInnocence() throws IOException {
        try (Suspects suspects = open(NOW)) {
            Suspects.Turn turn = turn(suspects, POISON);
            dies();
            turn.close();
        }
        try (Suspects suspects = open(NOW)) {
            turn(suspects, POISON).close();
            assertThat(SuspectFile.list(Suspects.file(journal))).containsExactly(new Suspect(POISON, 1, 0, NOW));
        }
    }

    @Test
    void aSuspectGoesAloneAndNobodyWaitsForEver() throws Exception {
        try (Suspects suspects = open(NOW)) {
            Suspects.Turn turn = turn(suspects, POISON);
            dies();
            turn.close();
        }
        try (Suspects suspects = open(NOW)) {
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
    void whereEveryPlaceIsTakenNobodyComesInAndTheOthersGoOn() throws IOException {
        try (Suspects suspects = open(NOW)) {
            List<Suspects.Turn> turns = new ArrayList<>();
            for (int i = 0; i < SuspectRecords.PLACES; i++) {
                turns.add(turn(suspects, key(i)));
            }
            assertThat(suspects.enter(POISON)).isEqualTo(new Suspects.Late("no place is free"));
            turns.getLast().close();
            turn(suspects, POISON).close();
            dies();
            turns.subList(0, turns.size() - 1).forEach(Suspects.Turn::close);
        }
        try (Suspects _ = open(NOW)) {
            assertThat(SuspectFile.list(Suspects.file(journal))).hasSize(SuspectRecords.SUSPECTS);
        }
    }

    @Test
    void whatHangsByItselfIsCountedAndGoesWithTheOthers() throws IOException {
        try (Suspects suspects = open(NOW)) {
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
            assertThat(SuspectFile.list(Suspects.file(journal))).containsExactly(new Suspect(POISON, 3, 3, NOW));
            try (Suspects.Turn turn = turn(suspects, POISON)) {
                assertThat(turn.isPoison()).isTrue();
            }
        }
    }

    @Test
    void whatComesBackAfterAllWasSlowAndItsHangIsTakenBack() throws IOException {
        try (Suspects suspects = open(NOW)) {
            for (int attempts = 0; attempts < 4; attempts++) {
                Suspects.Turn turn = turn(suspects, POISON);
                assertThat(turn.isPoison()).isFalse();
                Runnable back = turn.hangs(true);
                turn.close();
                assertThat(SuspectFile.list(Suspects.file(journal))).containsExactly(new Suspect(POISON, 1, 1, NOW));
                back.run();
                assertThat(SuspectFile.list(Suspects.file(journal))).isEmpty();
            }
            Suspects.Turn dying = turn(suspects, POISON);
            dies();
            dying.close();
        }
        try (Suspects suspects = open(NOW)) {
            Suspects.Turn turn = turn(suspects, POISON);
            Runnable back = turn.hangs(true);
            turn.close();
            back.run();
            // A slow message takes back its own hang, and not a death of the process.
            assertThat(SuspectFile.list(Suspects.file(journal))).containsExactly(new Suspect(POISON, 1, 0, NOW));
        }
    }

    @Test
    void whoWasTriedAloneAndHangsFreesTheOthersAndIsNotAcquitted() throws Exception {
        try (Suspects suspects = open(NOW)) {
            Suspects.Turn turn = turn(suspects, POISON);
            dies();
            turn.close();
        }
        try (Suspects suspects = open(NOW)) {
            Suspects.Turn turn = turn(suspects, POISON);
            assertThat(inAnotherThread(suspects, OTHER)).isEqualTo(new Suspects.Late("no turn within 0 s"));
            Runnable back = turn.hangs(false);
            turn.survived();
            turn.close();
            assertThat(inAnotherThread(suspects, OTHER)).isInstanceOf(Suspects.Turn.class);
            back.run();
            assertThat(SuspectFile.list(Suspects.file(journal))).containsExactly(new Suspect(POISON, 1, 0, NOW));
        }
    }

    @Test
    void whatStillHangsWhenTheProcessEndsIsSuspectedAloneAndCountedOnce() throws Exception {
        try (Suspects suspects = open(NOW)) {
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
        try (Suspects suspects = open(NOW)) {
            assertThat(SuspectFile.list(Suspects.file(journal))).containsExactly(new Suspect(POISON, 1, 0, NOW));
            // It is now suspected because of the end of the process, and so goes alone.
            try (Suspects.Turn _ = turn(suspects, OTHER)) {
                assertThat(inAnotherThread(suspects, POISON)).isEqualTo(new Suspects.Late("no turn within 0 s"));
            }
        }
    }

    @Test
    void whatHangsByAnothersFaultShieldsNobodyUnlessTheWatchdogEndedTheProcess() throws Exception {
        for (int held : List.of(1, Suspects.MOST_HANGING - 1, Suspects.MOST_HANGING)) {
            try (Suspects suspects = open(NOW)) {
                for (int i = 0; i < held; i++) {
                    Suspects.Turn token = turn(suspects, key(1));
                    Runnable _ = token.hangs(false);
                    token.close();
                }
                try (Suspects.Turn _ = turn(suspects, POISON)) {
                    dies();
                }
            }
            try (Suspects _ = open(NOW)) {
                assertThat(SuspectFile.list(Suspects.file(journal)))
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
            try (Suspects suspects = open(NOW)) {
                hang(suspects);
                hang(suspects);
            }
            try (Suspects suspects = open(NOW)) {
                Suspects.Turn turn = turn(suspects, OTHER);
                dies();
                turn.close();
            }
            try (Suspects suspects = open(NOW)) {
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

    private static void hang(Suspects suspects) {
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
        Suspects suspects = open(NOW);
        Suspects.Turn turn = turn(suspects, POISON);
        suspects.close();
        // This is too late to change anything.
        turn.close();
        try (Suspects _ = open(NOW)) {
            assertThat(SuspectFile.list(Suspects.file(journal))).isEmpty();
        }
    }

    @Test
    void suspectsAreForgottenInTimeOrByHand() throws IOException {
        try (Suspects suspects = open(NOW)) {
            Suspects.Turn turn = turn(suspects, POISON);
            dies();
            turn.close();
        }
        try (Suspects suspects = open(NOW)) {
            assertThat(SuspectFile.forget(Suspects.file(journal), OTHER)).isFalse();
            assertThat(SuspectFile.forget(Suspects.file(journal), POISON)).isTrue();
            // It may go together with others again at once.
            try (Suspects.Turn _ = turn(suspects, OTHER);
                    Suspects.Turn turn = turn(suspects, POISON)) {
                assertThat(turn.isPoison()).isFalse();
                dies();
            }
        }
        open(NOW).close();
        open(NOW.plus(KEPT)).close();
        assertThat(SuspectFile.list(Suspects.file(journal))).hasSize(2);
        open(NOW.plus(KEPT).plusMillis(1)).close();
        assertThat(SuspectFile.list(Suspects.file(journal))).isEmpty();
    }

    @Test
    void theFileIsForOneProcessAndForTheServiceOnly() throws IOException {
        try (Suspects _ = open(NOW)) {
            Path file = Suspects.file(journal);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThatThrownBy(() -> open(NOW))
                    .isInstanceOf(JournalException.class)
                    .hasMessage(file + " is in use by another gateway");
        }
    }

    @Test
    void aFileThatIsNoneIsMadeAnew() throws IOException {
        open(NOW).close();
        Files.writeString(Suspects.file(journal), "Postseal suspects 1\n");
        try (Suspects suspects = open(NOW)) {
            turn(suspects, POISON).close();
            assertThat(Files.size(Suspects.file(journal))).isEqualTo(SuspectRecords.SIZE);
        }
    }

    private Suspects open(Instant now) throws JournalException {
        journal = folder.resolve("journal-" + generation + ".db");
        return Suspects.open(journal, KEPT, InstantSource.fixed(now), Duration.ofMillis(50));
    }

    /** Ends the process. What the file holds now is what the next process finds. */
    private void dies() throws IOException {
        generation++;
        Files.copy(
                Suspects.file(journal),
                Suspects.file(folder.resolve("journal-" + generation + ".db")),
                StandardCopyOption.REPLACE_EXISTING);
    }

    private static Suspects.Turn turn(Suspects suspects, SuspectKey key) {
        if (suspects.enter(key) instanceof Suspects.Turn turn) {
            return turn;
        }
        throw new AssertionError("no turn");
    }

    private static Suspects.Answer inAnotherThread(Suspects suspects, SuspectKey key) throws InterruptedException {
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
