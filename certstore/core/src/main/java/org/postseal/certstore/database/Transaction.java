package org.postseal.certstore.database;

import java.sql.SQLException;

/** A transaction under way: all that is done through it is done, or nothing. Only for the thread and the time of the call it is handed to. */
public final class Transaction extends Contents {
    private final Access access;

    Transaction(Sql sql, Sqlite sqlite, boolean mayWrite) {
        this.access = new Access() {
            @Override
            public <T> T read(Work<T> work) {
                try {
                    return work.run(sql);
                } catch (SQLException e) {
                    throw sqlite.named(e);
                }
            }

            @Override
            public <T> T write(Work<T> work) {
                if (!mayWrite) {
                    throw new IllegalStateException("a reading transaction does not write");
                }
                return read(work);
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
