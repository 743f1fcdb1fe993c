package org.postseal.certstore.database;

import java.sql.SQLException;

/** Runs work on a connection: in a transaction of its own, or inside the one that is under way. */
interface Access {
    <T> T read(Work<T> work);

    <T> T write(Work<T> work);

    /** Writes what no look-up rests on: notes, caches, what is written aside. */
    <T> T writeAside(Work<T> work);

    /** What is done with a connection. */
    interface Work<T> {
        T run(Sql sql) throws SQLException;
    }
}
