package org.postseal.certstore.database;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.database.DatabaseException.Fault;

/**
 * A database engine and the database that it has open: everything that differs between SQLite and PostgreSQL.
 * Thread-safe, but each connection is for one thread.
 *
 * <p>On both engines, one transaction writes at a time: it has the only right to write from its beginning to its end.
 * So what a writing transaction has read is still true when it commits.
 */
public sealed interface Engine permits Sqlite, Postgres {
    /** Says what a connection is used for. */
    enum Use {
        READING,
        WRITING,
        /** Only {@link #version} is asked. */
        WATCHING
    }

    /** Names the database in messages, without any password. */
    String name();

    /** Returns the file that holds the database; empty if a server holds it. */
    Optional<Path> file();

    /** Connects for reading and writing. A transaction is safe on disk when {@link #commit} returns. */
    Sql connect(Use use) throws SQLException;

    /** Returns the names of all tables that may be the store's. */
    List<String> tables(Sql sql) throws SQLException;

    /**
     * Returns true if there is no table yet.
     *
     * @throws DatabaseException if the tables are those of another program
     */
    default boolean isEmpty(Sql sql) throws SQLException {
        List<String> tables = tables(sql);
        if (!tables.isEmpty() && !tables.contains("schema_version")) {
            throw new DatabaseException(Fault.NOT_A_DATABASE, name() + " is the database of another program");
        }
        return tables.isEmpty();
    }

    /** Returns a statement that makes or changes tables in this engine's words. */
    String definition(String statement);

    /** Begins a transaction that sees one state of the database and changes nothing. */
    void beginReading(Sql sql) throws SQLException;

    /** Begins a transaction, after other writers have ended theirs. If this fails, no transaction is under way. */
    void beginWriting(Sql sql) throws SQLException;

    /** Begins a transaction that makes the tables or changes them. Others that do so have ended theirs. */
    void beginMigrating(Sql sql) throws SQLException;

    void commit(Sql sql) throws SQLException;

    /** Rolls back if a transaction is still active. If this fails, {@code cause} says so. */
    void rollback(Sql sql, Throwable cause);

    /** Returns a number that changes with each commit by another connection that was begun for writing. */
    long version(Sql sql) throws SQLException;

    /**
     * Returns what tells the open database from another one that took its place under the same name; empty if there is
     * nothing of that kind.
     */
    Optional<Object> identity() throws IOException;

    /** Returns the faults of the stored data, or an empty list if it is sound. It reads everything. */
    List<String> integrity(Sql sql) throws SQLException;

    /**
     * Removes the traces of deleted and overwritten rows, as far as that can be done. Returns false if traces may be
     * left for now.
     */
    boolean emptyLog(Sql sql) throws SQLException;

    /** Turns an exception of the driver into one that names the fault and has words for the administrator. */
    DatabaseException named(SQLException e);
}
