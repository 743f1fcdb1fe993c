package org.postseal.gateway.app.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says whether the parts that a message needs are there. All parts are tried at the same time. An answer is repeated
 * for a second, so that asking often costs nothing. Thread-safe.
 */
public final class Readiness {
    private final List<Part> parts;
    private final Duration patience;
    private final Duration validity;
    private final ReentrantLock asking = new ReentrantLock();
    private final Set<String> failing = new HashSet<>();
    private List<String> known = List.of();
    private long knownUntil = System.nanoTime();

    public Readiness(List<Part> parts) {
        this(parts, Duration.ofSeconds(2), Duration.ofSeconds(1));
    }

    /**
     * @param patience the time that all parts together have to answer
     * @param validity how long an answer is repeated
     */
    Readiness(List<Part> parts, Duration patience, Duration validity) {
        this.parts = List.copyOf(parts);
        this.patience = patience;
        this.validity = validity;
    }

    /**
     * Names a part that is needed.
     *
     * @param name the name for the administrator
     */
    public record Part(String name, Check check) {}

    /** Tries whether a part is there. It may wait. */
    @FunctionalInterface
    public interface Check {
        /** Says in one line what is wrong; the result is empty if nothing is. */
        Optional<String> fault() throws Exception;
    }

    /** Says what is wrong, as {@code part: what}; the list is empty if the gateway is ready. */
    public List<String> faults() {
        asking.lock();
        try {
            if (System.nanoTime() - knownUntil >= 0) {
                known = ask();
                knownUntil = System.nanoTime() + validity.toNanos();
            }
            return known;
        } finally {
            asking.unlock();
        }
    }

    private List<String> ask() {
        long end = System.nanoTime() + patience.toNanos();
        List<FutureTask<Optional<String>>> asked = new ArrayList<>();
        for (Part part : parts) {
            FutureTask<Optional<String>> task = new FutureTask<>(part.check()::fault);
            Thread.ofVirtual().name("ready-" + part.name()).start(task);
            asked.add(task);
        }
        List<String> faults = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            String name = parts.get(i).name();
            Optional<String> fault = answer(asked.get(i), name, end);
            fault.ifPresent(text -> faults.add(name + ": " + text));
            if (fault.isEmpty()) {
                failing.remove(name);
            }
        }
        return List.copyOf(faults);
    }

    private Optional<String> answer(FutureTask<Optional<String>> task, String name, long end) {
        try {
            return task.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            // The cause goes to the log alone, because what is served here is read without a password. It goes there
            // once, however often somebody asks.
            if (failing.add(name)) {
                LOG.warn("not ready: {}", name, e.getCause());
            }
            return Optional.of("fails, see the log");
        } catch (TimeoutException e) {
            return Optional.of("no answer within " + patience.toMillis() + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);
}
