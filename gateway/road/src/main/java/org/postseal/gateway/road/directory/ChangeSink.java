package org.postseal.gateway.road.directory;

import java.io.IOException;
import java.util.List;
import org.postseal.certstore.database.ChangeLog.Change;

/** Records changes of the certificate store. */
@FunctionalInterface
public interface ChangeSink {
    /**
     * Records the changes, oldest first, and returns when they are on stable storage.
     *
     * @throws IOException if they cannot be recorded now
     */
    void record(List<Change> changes) throws IOException;
}
