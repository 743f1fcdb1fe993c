package org.postseal.gateway.audit.evidence;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

/**
 * One file that is kept beside the log cannot be read, while others may be readable. The message has its path and the
 * cause.
 */
public final class UnreadableException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    UnreadableException(Path file, IOException cause) {
        super(file + ": " + FileFault.words(file, cause), cause);
    }
}
