package org.postseal.gateway.road.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.postseal.gateway.audit.ledger.Ledger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says which messages may be handled at the same time. A message that ends the process is tried three times, and only
 * the first time can it take others with it.
 *
 * <p>Ordinary messages are handled together. All that were on their way when the process ended are suspects. Each
 * suspect is handled alone, so that it alone is counted if the process ends again, and it is no suspect any more once
 * its handling ends. A message that hangs is counted as well until its handling returns. It is handled with the others,
 * since there is no doubt which message hung. Thread-safe.
 */
public final class Suspects implements AutoCloseable {
    /** Limits the deaths, of the process or by hanging, after which a message is not looked into any more. */
    public static final int MOST_DEATHS = 3;

    /** Says how many hanging messages make the gateway end the process, so that it is started anew. */
    public static final int MOST_HANGING = 8;

    private final SuspectNotes notes;
    private final Duration patience;
    // The lock is fair, so that later messages do not keep suspects waiting.
    private final ReadWriteLock road = new ReentrantReadWriteLock(true);

    private volatile Elsewhere elsewhere = new Elsewhere() {
        @Override
        public Optional<Suspect> suspect(SuspectKey key) {
            return Optional.empty();
        }

        @Override
        public void forget(SuspectKey key) {}
    };

    private Suspects(SuspectNotes notes, Duration patience) {
        this.notes = notes;
        this.patience = patience;
    }

    /**
     * Counts the messages that were on their way when the process ended. The audit log was opened before: it says
     * whether the ledger is to be believed.
     *
     * @param retention the retention of the journal
     */
    public static Suspects open(Ledger ledger, Duration retention, InstantSource clock) {
        return open(ledger, retention, clock, PATIENCE);
    }

    static Suspects open(Ledger ledger, Duration retention, InstantSource clock, Duration patience) {
        SuspectNotes notes = new SuspectNotes(ledger, clock);
        for (Suspect suspect : notes.count(clock.instant().minus(retention))) {
            LOG.warn(
                    "the process has ended {} times with message {}, which has hung {} times besides: {}",
                    suspect.deaths() - suspect.hangs(),
                    suspect.key().hex(),
                    suspect.hangs(),
                    prospect(suspect));
        }
        return new Suspects(notes, patience);
    }

    /** Knows what messages did at the other gateways of a fleet. It answers from memory. */
    public interface Elsewhere {
        Optional<Suspect> suspect(SuspectKey key);

        /** Takes a message off the suspects of all gateways sooner or later. */
        void forget(SuspectKey key);
    }

    /** Counts from now on what messages did elsewhere, too. */
    public void share(Elsewhere others) {
        elsewhere = others;
    }

    /** Returns the suspects of this gateway alone. */
    public List<Suspect> own() {
        return notes.all();
    }

    /** Takes a message off the suspects of this gateway alone. */
    public void forgetOwn(SuspectKey key) {
        notes.forget(key);
    }

    private static String prospect(Suspect suspect) {
        if (suspect.deaths() >= MOST_DEATHS) {
            return "it is not looked into any more";
        }
        return suspect.isDoubtful() ? "it is tried alone" : "it is tried as others are";
    }

    /**
     * Takes a message off the suspects of a gateway that may be running. It knows of it when the message comes again,
     * and at its next start. Returns false if this was done before.
     *
     * @param journal the path in {@code journal.file}
     */
    public static boolean forget(Path journal, SuspectKey key) throws JournalException {
        Path asked = SuspectNotes.asked(JournalFile.ledger(journal), key);
        try {
            return asked.toFile().createNewFile();
        } catch (IOException e) {
            throw new JournalException("cannot make " + asked + ": " + e.getMessage(), e);
        }
    }

    /** Says whether a message may be handled now. */
    public sealed interface Answer {}

    /** The message may be handled until this is closed. */
    public final class Turn implements Answer, AutoCloseable {
        private final SuspectKey key;
        private final int deaths;
        private final long number;
        private final Lock lock;
        private boolean hangs;

        private Turn(SuspectKey key, int deaths, long number, Lock lock) {
            this.key = key;
            this.deaths = deaths;
            this.number = number;
            this.lock = lock;
        }

        /** Returns true if the message must not be looked into, and may only be redirected as it came. */
        public boolean isPoison() {
            return deaths == MOST_DEATHS;
        }

        /** Reports that the handling of the message has ended, however it ended, so that it is no suspect any more. */
        public void survived() {
            if (!hangs && deaths > 0 && !isPoison()) {
                notes.forget(key);
                elsewhere.forget(key);
            }
        }

        /**
         * Reports that the message hangs, so that others need not wait for it any longer. It counts as on its way, so
         * that it is known which message was there if the process ends.
         *
         * @param isGuilty true if the hang counts as a death; since there is no doubt which message hung, it need not
         * be handled alone
         * @return an action to run once when the message does not hang any more: it was only slow, and the death is
         * taken back
         */
        public Runnable hangs(boolean isGuilty) {
            hangs = true;
            notes.hangs(number, isGuilty);
            return () -> notes.end(number);
        }

        @Override
        public void close() {
            if (!hangs) {
                notes.end(number);
            }
            lock.unlock();
        }
    }

    /** The message must be refused without another look: even redirecting it has ended the process. */
    public record Refused() implements Answer {}

    /** The message cannot be handled now: others took too long, or the ledger cannot take a note. */
    public record Late(String cause) implements Answer {}

    /** Waits for a turn, but less long than any peer waits. The thread that calls this must also close the turn. */
    public Answer enter(SuspectKey key) {
        Optional<Suspect> others = elsewhere.suspect(key);
        Optional<Suspect> known = notes.suspect(key)
                .map(suspect -> others.map(suspect::plus).orElse(suspect))
                .or(() -> others);
        int deaths = known.map(Suspect::deaths).orElse(0);
        if (deaths > MOST_DEATHS) {
            return new Refused();
        }
        Lock lock = known.filter(Suspect::isDoubtful).isPresent() ? road.writeLock() : road.readLock();
        if (!acquired(lock)) {
            return new Late("no turn within " + patience.toSeconds() + " s");
        }
        try {
            return new Turn(key, deaths, notes.begin(key), lock);
        } catch (IOException e) {
            lock.unlock();
            return new Late("it cannot be noted: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        notes.close();
    }

    private boolean acquired(Lock lock) {
        try {
            return lock.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Suspects.class);
    // Postfix waits 100 s for a filter (smtpd_proxy_timeout).
    private static final Duration PATIENCE = Duration.ofSeconds(30);
}
