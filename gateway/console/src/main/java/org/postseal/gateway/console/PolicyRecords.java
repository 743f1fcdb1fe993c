package org.postseal.gateway.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the log of changes says about policies. Since the last record about them, the log may have grown by a year
 * of other records. So each file is read once, and again only when it has changed: a page that is asked for again and
 * again must not read all files each time. Thread-safe.
 */
final class PolicyRecords {
    private final LogFiles admin;
    private final ReentrantLock reading = new ReentrantLock();
    private final Map<Path, Known> known = new HashMap<>();

    /** @param admin the log of administrative changes */
    PolicyRecords(LogFiles admin) {
        this.admin = admin;
    }

    /**
     * Returns the last records about policies. It begins with the newest file.
     *
     * @throws IOException if the log cannot be read
     */
    EnforcedPolicy now() throws IOException {
        reading.lock();
        try {
            List<Path> files = admin.newestFirst();
            known.keySet().retainAll(files);
            EnforcedPolicy last = EnforcedPolicy.NONE;
            for (Path file : files) {
                last = last.or(in(file));
                if (last.taken().isPresent() && last.started().isPresent()) {
                    break;
                }
            }
            return last;
        } finally {
            reading.unlock();
        }
    }

    private EnforcedPolicy in(Path file) throws IOException {
        State state = State.of(file);
        Known before = known.get(file);
        if (before != null && before.state().equals(state)) {
            return before.says();
        }
        // The state of the file is taken before the file is read: if something is written in between, the next state
        // differs.
        EnforcedPolicy says = EnforcedPolicy.in(file);
        known.put(file, new Known(state, says));
        return says;
    }

    private record Known(State state, EnforcedPolicy says) {}

    /** Holds the state of a file that is only written at its end. The file has changed if its state has. */
    private record State(
            long size, FileTime modified, @Nullable Object key) {
        static State of(Path file) throws IOException {
            Path there = Files.exists(file) ? file : LogFiles.compressed(file);
            BasicFileAttributes attributes = Files.readAttributes(there, BasicFileAttributes.class);
            return new State(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
        }
    }
}
