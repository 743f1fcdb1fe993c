package org.postseal.gateway.audit.systemd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd, which started the service, what the gateway does (sd_notify(3)). Nothing happens if nobody has asked
 * for it (no NOTIFY_SOCKET). A message that cannot be sent is logged and changes nothing. Thread-safe.
 */
public final class ServiceManager implements AutoCloseable {
    private final Optional<UnixDatagram> socket;
    private final Optional<Duration> watchdog;

    private ServiceManager(Optional<UnixDatagram> socket, Optional<Duration> watchdog) {
        this.socket = socket;
        this.watchdog = watchdog;
    }

    /** Returns the service manager that started this process. */
    public static ServiceManager fromEnvironment() {
        return of(System.getenv(), ProcessHandle.current().pid());
    }

    /**
     * @param environment variables that may include NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID
     * @param process the id of our process
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

    /** Reads the limit as sd_watchdog_enabled(3) does. */
    private static Optional<Duration> watchdog(Map<String, String> environment, long process) {
        String pid = environment.getOrDefault("WATCHDOG_PID", "");
        String limit = environment.getOrDefault("WATCHDOG_USEC", "");
        if (!limit.matches("[1-9][0-9]{0,17}") || !(pid.isEmpty() || pid.equals(Long.toString(process)))) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofNanos(Math.multiplyExact(Math.min(Long.parseLong(limit), MOST_USEC), 1000L)));
    }

    /**
     * Returns the time after which systemd ends and restarts a process that gives no sign of life; empty if it does
     * not.
     */
    public Optional<Duration> watchdog() {
        return watchdog;
    }

    /** Says that the start or a reload is complete. */
    public void ready(String status) {
        tell("READY=1\n" + status(status));
    }

    /** Says that a reload begins. {@link #ready} must end it, whether it succeeded or not. */
    public void reloading() {
        if (socket.isPresent()) {
            tell("RELOADING=1\nMONOTONIC_USEC=" + Libc.monotonicMicroseconds() + "\n" + status("reloading"));
        }
    }

    /** Sets the text that {@code systemctl status} shows. */
    public void working(String status) {
        tell(status(status));
    }

    /**
     * Says that the gateway stops.
     *
     * @param limit how long it may take, whatever the unit says
     */
    public void stopping(Duration limit, String status) {
        tell("STOPPING=1\nEXTEND_TIMEOUT_USEC=" + limit.toNanos() / 1000 + "\n" + status(status));
    }

    /** Gives a sign of life. */
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

    // A line end would begin another assignment.
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
