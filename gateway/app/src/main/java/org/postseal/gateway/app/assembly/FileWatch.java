package org.postseal.gateway.app.assembly;

import java.nio.file.Path;
import java.util.Optional;
import org.postseal.gateway.config.PolicyFile;

/**
 * Tells when a file has new content that no longer changes. Each look reads the whole file, since other signs fail: the
 * name may lead to another file after a rename, a checkout or a new link (Kubernetes swaps {@code ..data}), file system
 * events do not cross a network or a mount, and modification times can be set back. New content counts when two looks
 * in a row have found it, so half a file that an editor or a copy is still writing does not count. Not thread-safe.
 */
final class FileWatch {
    private final Path path;
    private String taken;
    private String seen;

    /** @param taken the fingerprint of the content that is in force already */
    FileWatch(Path path, String taken) {
        this.path = path;
        this.taken = taken;
        this.seen = taken;
    }

    /**
     * Returns the content of the file if it no longer changes and is not what was last returned or passed to {@link
     * #taken}; otherwise, the result is empty.
     */
    Optional<PolicyFile> look() {
        PolicyFile now = PolicyFile.read(path);
        boolean isAtRest = now.fingerprint().equals(seen);
        seen = now.fingerprint();
        if (!isAtRest || seen.equals(taken)) {
            return Optional.empty();
        }
        taken = seen;
        return Optional.of(now);
    }

    /** Says that the content returned last could not be put in force, so that the next look returns it again. */
    void forget() {
        taken = "";
    }

    /** Says that this content was put in force in another way. */
    void taken(PolicyFile file) {
        taken = file.fingerprint();
        seen = taken;
    }
}
