package org.postseal.gateway.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/** Reads what a process uses of the machine, from {@code /proc} (proc_pid_stat(5), proc_pid_status(5)). */
public final class Usage {
    // The kernel shows times in USER_HZ, which is 100 on every machine that Linux runs Java on
    private static final double TICKS_PER_SECOND = 100;

    /** The numbers of the fields of {@code /proc/PID/stat}. */
    private static final int UTIME = 14;

    private static final int STIME = 15;
    private static final int CUTIME = 16;
    private static final int CSTIME = 17;

    private Usage() {}

    /** Returns user and system time of all threads. */
    public static double cpuSeconds(long pid) {
        return seconds(pid, UTIME, STIME);
    }

    /** Returns user and system time of the process, of its running children, and of those that have ended. */
    public static double cpuSecondsWithChildren(long pid) {
        ProcessHandle parent = ProcessHandle.of(pid).orElseThrow();
        while (true) {
            try {
                return seconds(pid, UTIME, STIME, CUTIME, CSTIME)
                        + parent.children()
                                .mapToDouble(child -> cpuSeconds(child.pid()))
                                .sum();
            } catch (UncheckedIOException childHasEnded) {
                if (!parent.isAlive()) {
                    throw childHasEnded;
                }
            }
        }
    }

    private static double seconds(long pid, int... fields) {
        String stat = read(pid, "stat");
        // The name in parentheses may hold blanks.
        String[] all = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Arrays.stream(fields)
                        .mapToLong(field -> Long.parseLong(all[field - 3]))
                        .sum()
                / TICKS_PER_SECOND;
    }

    /** Returns the memory that the process holds, in KiB. */
    public static long residentKib(long pid) {
        return status(pid, "VmRSS");
    }

    /** Returns the most memory that it has held, in KiB. */
    public static long peakKib(long pid) {
        return status(pid, "VmHWM");
    }

    public static long threads(long pid) {
        return status(pid, "Threads");
    }

    public static long descriptors(long pid) {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long status(long pid, String field) {
        return read(pid, "status")
                .lines()
                .filter(line -> line.startsWith(field + ":"))
                .map(line -> Long.parseLong(line.replaceAll("\\D+", "")))
                .findFirst()
                .orElseThrow();
    }

    private static String read(long pid, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
