package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.mail.OctetGate;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.smime.SealException;
import org.postseal.policy.outcome.Reason;
import org.slf4j.LoggerFactory;

class FailureTest {
    private static final QueueId ID =
            Letter.submitted(TestRoad.LMTP, Parties.BOB).envelope().queueId();

    /** A library that writes into a spool of ours may wrap the failure in an exception of its own. */
    @Test
    void wantOfRoomIsSeenHoweverDeepItLies() {
        IOException full = new OctetGate.FullException();
        for (Exception each : List.of(
                full,
                new UncheckedIOException(full),
                new IOException("by a library", new IllegalStateException(full)),
                new SealException(Reason.CRYPTOGRAPHIC_FAILURE, "encryption failed", new RuntimeException(full)))) {
            assertThat(Failure.of(ID, each).reason()).isEqualTo(Reason.TOO_MUCH_UNDER_WAY);
            assertThat(Failure.ofSealing(ID, each).reason()).isEqualTo(Reason.TOO_MUCH_UNDER_WAY);
        }
    }

    @Test
    void anythingElseIsWhatItIs() {
        assertThat(Failure.of(ID, new GivenUpException()).reason()).isEqualTo(Reason.PREPARATION_GIVEN_UP);
        assertThat(Failure.of(ID, new JournalException("away")))
                .isEqualTo(new Failure(Reason.JOURNAL_UNAVAILABLE, "away"));
        assertThat(Failure.of(ID, new StackOverflowError()))
                .isEqualTo(new Failure(Reason.INTERNAL_ERROR, "java.lang.StackOverflowError"));
        assertThat(Failure.ofSealing(ID, new SealException(Reason.CRYPTOGRAPHIC_FAILURE, "no", null)))
                .isEqualTo(new Failure(Reason.CRYPTOGRAPHIC_FAILURE, "no"));
        assertThat(Failure.ofSealing(ID, new IOException("disk")).reason()).isEqualTo(Reason.INTERNAL_ERROR);
    }

    /** Any sender can write a message that cannot be sealed, and send one each second. */
    @Test
    void whatASenderCanCauseIsOneLineOfTheLog() {
        Logger logger = (Logger) LoggerFactory.getLogger(Failure.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        Level before = logger.getLevel();
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
        try {
            Failure _ = Failure.ofSealing(
                    ID,
                    new SealException(
                            Reason.HEADER_MALFORMED, "a line is no field", new IllegalArgumentException("at line 7")));
        } finally {
            logger.detachAppender(lines);
            logger.setLevel(before);
        }
        assertThat(lines.list).singleElement().satisfies(line -> {
            assertThat(line.getThrowableProxy()).isNull();
            assertThat(line.getFormattedMessage()).isEqualTo(ID + ": a line is no field: at line 7");
        });
    }
}
