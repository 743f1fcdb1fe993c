package org.postseal.gateway.app.assembly;

import java.nio.file.Path;
import java.util.Optional;
import org.postseal.gateway.config.PolicyFile;

/**
 * Tells when a file has another content that has come to rest. Each look reads the whole file: what its name leads to may have been replaced by a rename, a checkout or
 * another link (Kubernetes swaps {@code ..data}), events of a file system do not cross a network or a mount, and times of change can be set back. New content counts when
 * two looks on end found the same, so half a file that an editor or a copy is still writing does not. Not thread-safe.
 */
final class FileWatch {
    private final Path path;
    private String taken;
    private String seen;

    /** Of a file whose content with this fingerprint is taken up already. */
    FileWatch(Path path, String taken) {
        this.path = path;
        this.taken = taken;
        this.seen = taken;
    }

    /** What is new since the last time this was present, or since {@link #taken}. */
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

    /** What was present last could not be taken up and is to be present again. */
    void forget() {
        taken = "";
    }

    /** This content was taken up in another way. */
    void taken(PolicyFile file) {
        taken = file.fingerprint();
        seen = taken;
    }
}
