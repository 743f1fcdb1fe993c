package org.postseal.certstore.database;

import java.sql.SQLException;

/**
 * A transaction under way. Everything done through it takes effect, or nothing does. It may be used only by the thread
 * it is handed to, and only during that call.
 */
public final class Transaction extends Contents {
    private final Access access;

    Transaction(Sql sql, Engine engine, boolean mayWrite) {
        this.access = new Access() {
            @Override
            public <T> T read(Work<T> work) {
                try {
                    return work.run(sql);
                } catch (SQLException e) {
                    throw engine.named(e);
                }
            }

            @Override
            public <T> T write(Work<T> work) {
                if (!mayWrite) {
                    throw new IllegalStateException("a reading transaction does not write");
                }
                return read(work);
            }

            // The transaction may change more, so it counts as any other.
            @Override
            public <T> T writeLearnt(Work<T> work) {
                return write(work);
            }

            @Override
            public <T> T writeAside(Work<T> work) {
                return write(work);
            }
        };
    }

    @Override
    Access access() {
        return access;
    }
}
