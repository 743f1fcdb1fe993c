package org.postseal.gateway.audit.systemd;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives systemd a sign of life as long as every vital part answers, at most eight times in the time that systemd
 * allows. Without one for all of that time, systemd ends the process and starts it again. This is the way out of a
 * deadlock, or of a thread that has died: mail would wait for it until somebody looks. A part that has not answered is
 * not asked again until it does. So a disk that is only slow answers in time, and one that hangs does not.
 */
public final class Watchdog implements AutoCloseable {
    private final ServiceManager manager;
    private final Duration limit;
    private final List<Vital> parts;
    private final Map<Vital, FutureTask<Optional<String>>> asked = new LinkedHashMap<>();
    private final Optional<Thread> thread;

    private Watchdog(ServiceManager manager, List<Vital> parts) {
        this.manager = manager;
        this.limit = manager.watchdog().orElse(Duration.ZERO);
        this.parts = List.copyOf(parts);
        this.thread = manager.watchdog()
                .map(_ -> Thread.ofPlatform().daemon().name("watchdog").unstarted(this::run));
    }

    /** Starts the watchdog. It does nothing if systemd has not asked for signs of life. */
    public static Watchdog start(ServiceManager manager, List<Vital> parts) {
        Watchdog watchdog = new Watchdog(manager, parts);
        watchdog.thread.ifPresent(Thread::start);
        return watchdog;
    }

    private void run() {
        try {
            while (true) {
                List<String> faults = faults();
                if (faults.isEmpty()) {
                    manager.alive();
                } else {
                    LOG.warn("no sign of life for systemd: {}", String.join("; ", faults));
                }
                Thread.sleep(limit.dividedBy(TURNS));
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private List<String> faults() throws InterruptedException {
        for (Vital part : parts) {
            FutureTask<Optional<String>> before = asked.get(part);
            if (before == null || before.isDone()) {
                FutureTask<Optional<String>> task = new FutureTask<>(part.check()::fault);
                asked.put(part, task);
                Thread.ofVirtual().name("alive-" + part.name()).start(task);
            }
        }
        long end = System.nanoTime() + limit.dividedBy(TURNS).toNanos();
        List<String> faults = new ArrayList<>();
        for (Map.Entry<Vital, FutureTask<Optional<String>>> each : asked.entrySet()) {
            answer(each.getValue(), end)
                    .ifPresent(fault -> faults.add(each.getKey().name() + " " + fault));
        }
        return faults;
    }

    private static Optional<String> answer(FutureTask<Optional<String>> task, long end) throws InterruptedException {
        try {
            return task.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException isAnAnswer) {
            LOG.debug("alive, and fails", isAnAnswer.getCause());
            return Optional.empty();
        } catch (TimeoutException _) {
            return Optional.of("does not answer");
        }
    }

    @Override
    public void close() {
        thread.ifPresent(Thread::interrupt);
    }

    private static final int TURNS = 8;
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
}
