package org.postseal.gateway.road.directory;

import java.io.IOException;
import java.util.List;
import org.postseal.certstore.database.ChangeLog.Change;

/** Where changes of the directory are recorded. */
@FunctionalInterface
public interface ChangeSink {
    /**
     * Records them, oldest first, and returns when they are on stable storage.
     *
     * @throws IOException when they cannot be recorded now
     */
    void record(List<Change> changes) throws IOException;
}
