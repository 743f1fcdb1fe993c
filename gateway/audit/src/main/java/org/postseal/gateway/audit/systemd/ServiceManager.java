package org.postseal.gateway.audit.systemd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * systemd, as who starts a service sees it: it is told what the gateway does (sd_notify(3)). Where nobody has asked for it (no NOTIFY_SOCKET), nothing happens. What cannot be told
 * is in the log and changes nothing. Thread-safe.
 */
public final class ServiceManager implements AutoCloseable {
    private final Optional<UnixDatagram> socket;
    private final Optional<Duration> watchdog;

    private ServiceManager(Optional<UnixDatagram> socket, Optional<Duration> watchdog) {
        this.socket = socket;
        this.watchdog = watchdog;
    }

    /** Who has started this process. */
    public static ServiceManager fromEnvironment() {
        return of(System.getenv(), ProcessHandle.current().pid());
    }

    /**
     * @param environment with NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, or without
     * @param process our own
     */
    static ServiceManager of(Map<String, String> environment, long process) {
        String name = environment.getOrDefault("NOTIFY_SOCKET", "");
        if (name.isEmpty()) {
            return new ServiceManager(Optional.empty(), Optional.empty());
        }
        try {
            return new ServiceManager(Optional.of(UnixDatagram.open(name)), watchdog(environment, process));
        } catch (IOException e) {
            LOG.error("systemd asks to be told by {}, which cannot be done: {}", name, e.getMessage());
            return new ServiceManager(Optional.empty(), Optional.empty());
        }
    }

    /** As sd_watchdog_enabled(3) reads it. */
    private static Optional<Duration> watchdog(Map<String, String> environment, long process) {
        String pid = environment.getOrDefault("WATCHDOG_PID", "");
        String limit = environment.getOrDefault("WATCHDOG_USEC", "");
        if (!limit.matches("[1-9][0-9]{0,17}") || !(pid.isEmpty() || pid.equals(Long.toString(process)))) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofNanos(Math.multiplyExact(Math.min(Long.parseLong(limit), MOST_USEC), 1000L)));
    }

    /** After so long without a sign of life the process is ended and started again; empty when it is not. */
    public Optional<Duration> watchdog() {
        return watchdog;
    }

    /** The start, or a reload, has come to its end. */
    public void ready(String status) {
        tell("READY=1\n" + status(status));
    }

    /** A reload begins; {@link #ready} ends it, whatever came of it. */
    public void reloading() {
        if (socket.isPresent()) {
            tell("RELOADING=1\nMONOTONIC_USEC=" + Libc.monotonicMicroseconds() + "\n" + status("reloading"));
        }
    }

    /** What {@code systemctl status} shows. */
    public void working(String status) {
        tell(status(status));
    }

    /**
     * The gateway comes to its end.
     *
     * @param limit that it may take, whatever the unit says
     */
    public void stopping(Duration limit, String status) {
        tell("STOPPING=1\nEXTEND_TIMEOUT_USEC=" + limit.toNanos() / 1000 + "\n" + status(status));
    }

    /** A sign of life. */
    void alive() {
        tell("WATCHDOG=1\n");
    }

    private void tell(String lines) {
        if (socket.isEmpty()) {
            return;
        }
        try {
            socket.get().send(lines.getBytes(StandardCharsets.UTF_8), PATIENCE);
        } catch (IOException e) {
            LOG.warn("systemd was not told {}: {}", lines.lines().findFirst().orElse(""), e.getMessage());
        }
    }

    // A line end would begin another assignment
    private static String status(String text) {
        return "STATUS=" + text.replaceAll("\\p{Cntrl}", " ") + "\n";
    }

    @Override
    public void close() {
        socket.ifPresent(UnixDatagram::close);
    }

    private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long MOST_USEC = 1_000_000_000_000L;
}
