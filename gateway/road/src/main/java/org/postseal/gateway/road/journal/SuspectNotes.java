package org.postseal.gateway.road.journal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.postseal.gateway.audit.ledger.Frame;
import org.postseal.gateway.audit.ledger.Frame.Kind;
import org.postseal.gateway.audit.ledger.Ledger;
import org.postseal.gateway.road.journal.SuspectFormat.OnItsWay;
import org.postseal.gateway.road.journal.SuspectFormat.State;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which messages are on their way, and which were when the process ended, and keeps that in the ledger.
 * Thread-safe.
 *
 * <p>When a message sets out, a note says so, and says which others have ended. A note of all that is known takes the
 * place of every note before it. It is made when a suspect changes, and within a second after a message has ended.
 */
final class SuspectNotes {
    private final Ledger ledger;
    private final InstantSource clock;
    /** It is changed under the monitor only, and read without it. */
    private final Map<SuspectKey, Suspect> suspects = new ConcurrentHashMap<>();
    /** This finds a message by the sequence of its turn. */
    private final Map<Long, OnItsWay> onTheirWay = new HashMap<>();
    /** These turns have ended, and the ledger does not know it yet. */
    private final List<Long> ended = new ArrayList<>();

    private boolean isDue;
    private boolean isClosed;

    SuspectNotes(Ledger ledger, InstantSource clock) {
        this.ledger = ledger;
        this.clock = clock;
    }

    /**
     * Takes what the ledger has of earlier processes, and makes suspects of the messages that were on their way. This
     * is called once. It returns all suspects, those with the most deaths first.
     *
     * @param oldest the time since when something was heard of each suspect that is kept
     */
    synchronized List<Suspect> count(Instant oldest) {
        read();
        for (Suspect suspect : suspects.values()) {
            if (suspect.last().isBefore(oldest) || isAsked(suspect.key())) {
                drop(suspect.key());
            }
        }
        Set<SuspectKey> guilty = keys(State.HUNG);
        long held = onTheirWay.values().stream()
                .filter(message -> message.state() == State.HELD)
                .count();
        if (!guilty.isEmpty()) {
            // One of these messages ended the process, or the process was ended to get rid of them. No other message is
            // suspected, and no hang is counted twice: one becomes a death of the process.
            for (SuspectKey key : guilty) {
                int counted = Math.min(hangs(key), 1);
                change(key, 1 - counted, -counted);
            }
        } else if (held < Suspects.MOST_HANGING) {
            // If so many messages hang by somebody else's fault, the watchdog ended the process, and no message is to
            // blame. Fewer of them do not end it, so one of the other messages did.
            keys(State.GOING).forEach(key -> change(key, 1, 0));
        }
        onTheirWay.clear();
        noteAll();
        forgetQuestions();
        return all();
    }

    /** Returns all suspects, those with the most deaths first. */
    List<Suspect> all() {
        return suspects.values().stream().sorted(Suspect.MOST_DEATHS_FIRST).toList();
    }

    /** Removes what asks for messages that were no suspects any more. */
    private void forgetQuestions() {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(ledger.folder(), "*" + ASKED)) {
            for (Path asked : all) {
                Files.deleteIfExists(asked);
            }
        } catch (IOException e) {
            LOG.warn("the questions to forget a suspect cannot be removed: {}", e.toString());
        }
    }

    private void read() {
        Comparator<Frame> bySequence = Comparator.comparingLong(Frame::sequence);
        Optional<Frame> newest = ledger.atStart(Kind.SUSPECTS).stream().max(bySequence);
        newest.ifPresent(all -> SuspectFormat.readAll(all, suspects, onTheirWay));
        ledger.atStart(Kind.TURN).stream()
                .filter(turn ->
                        newest.isEmpty() || turn.sequence() > newest.get().sequence())
                .sorted(bySequence)
                .forEach(turn -> SuspectFormat.readTurn(turn, onTheirWay));
        if (ledger.isDoubtful()) {
            // What was on its way in an old copy came to its end long ago.
            onTheirWay.clear();
        }
    }

    private Set<SuspectKey> keys(State state) {
        return onTheirWay.values().stream()
                .filter(message -> message.state() == state)
                .map(OnItsWay::key)
                .collect(Collectors.toSet());
    }

    /** Returns this message if it is a suspect. */
    Optional<Suspect> suspect(SuspectKey key) {
        Suspect known = suspects.get(key);
        if (known != null && isAsked(key)) {
            forget(key);
            return Optional.empty();
        }
        return Optional.ofNullable(known);
    }

    /**
     * Notes that a message sets out, and returns the number of its turn.
     *
     * @throws IOException if the ledger cannot take the note
     */
    synchronized long begin(SuspectKey key) throws IOException {
        if (isClosed) {
            throw new IOException("the gateway stops");
        }
        Frame turn = ledger.note(Kind.TURN, SuspectFormat.turn(key, ended));
        ended.clear();
        onTheirWay.put(turn.sequence(), new OnItsWay(key, State.GOING));
        return turn.sequence();
    }

    /** Notes that a message hangs. It stays on its way, and if it is guilty, that counts as a death. */
    synchronized void hangs(long turn, boolean isGuilty) {
        OnItsWay before = onTheirWay.get(turn);
        if (before != null) {
            onTheirWay.put(turn, new OnItsWay(before.key(), isGuilty ? State.HUNG : State.HELD));
            if (isGuilty) {
                change(before.key(), 1, 1);
            }
            noteAll();
        }
    }

    /** Takes a message off its way. If it hung, it was only slow, and the death is taken back. */
    synchronized void end(long turn) {
        OnItsWay before = onTheirWay.remove(turn);
        if (before == null) {
            return;
        }
        ended.add(turn);
        // The suspect may have been forgotten since.
        if (before.state() == State.HUNG && hangs(before.key()) > 0) {
            change(before.key(), -1, -1);
            noteAll();
        } else {
            noteSoon();
        }
    }

    /** Removes the message from the suspects. */
    synchronized void forget(SuspectKey key) {
        drop(key);
        noteAll();
    }

    /** Notes that nothing is on its way any more, since the process ends in order. */
    synchronized void close() {
        isClosed = true;
        onTheirWay.clear();
        noteAll();
    }

    /**
     * Returns the file by which a gateway, which may be running, is asked to forget a suspect.
     *
     * @param folder the folder of the ledger
     */
    static Path asked(Path folder, SuspectKey key) {
        return folder.resolve(key.hex() + ASKED);
    }

    private boolean isAsked(SuspectKey key) {
        return Files.exists(asked(ledger.folder(), key));
    }

    private int hangs(SuspectKey key) {
        return suspect(key).map(Suspect::hangs).orElse(0);
    }

    /** Counts deaths and hangs. If there are too many suspects, the one that is missed least is dropped. */
    private void change(SuspectKey key, int deaths, int hangs) {
        // The ledger and the database of a fleet have no more of it.
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Suspect before = suspect(key).orElseGet(() -> new Suspect(key, 0, 0, now));
        if (before.deaths() + deaths == 0) {
            drop(key);
            return;
        }
        if (before.deaths() == 0 && suspects.size() == MOST) {
            drop(Collections.max(suspects.values(), Suspect.MOST_DEATHS_FIRST).key());
        }
        Instant last = deaths > 0 ? now : before.last();
        suspects.put(key, new Suspect(key, before.deaths() + deaths, before.hangs() + hangs, last));
    }

    private void drop(SuspectKey key) {
        suspects.remove(key);
        Path asked = asked(ledger.folder(), key);
        try {
            Files.deleteIfExists(asked);
        } catch (IOException e) {
            LOG.warn("{} cannot be removed: {}", asked, e.toString());
        }
    }

    private synchronized void noteAll() {
        isDue = false;
        try {
            Frame _ = ledger.note(Kind.SUSPECTS, SuspectFormat.all(suspects.values(), onTheirWay));
            ended.clear();
        } catch (IOException e) {
            LOG.debug("the ledger does not take what is known of suspects", e);
            noteSoon();
        }
    }

    private void noteSoon() {
        if (!isDue && !isClosed) {
            isDue = true;
            SOON.execute(this::noteAll);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(SuspectNotes.class);
    private static final String ASKED = ".forget";
    /** Limits how many suspects are known; beyond it, the one that is missed least is dropped. */
    static final int MOST = 1024;

    private static final Executor SOON =
            CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, Thread::startVirtualThread);
}
