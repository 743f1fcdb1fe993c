package org.postseal.certstore.database;

import java.sql.SQLException;

/** Runs work on a connection, either in a transaction of its own or inside the one that is under way. */
interface Access {
    <T> T read(Work<T> work);

    <T> T write(Work<T> work);

    /** Writes what was learnt from mail. Only look-ups of learnt certificates depend on it. */
    <T> T writeLearnt(Work<T> work);

    /**
     * Writes what look-ups do not depend on, such as notes and caches. It leaves {@link CertificateDatabase#generation}
     * as it is.
     */
    <T> T writeAside(Work<T> work);

    interface Work<T> {
        T run(Sql sql) throws SQLException;
    }
}
