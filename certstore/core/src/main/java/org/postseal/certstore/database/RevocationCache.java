package org.postseal.certstore.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/**
 * CRLs and OCSP answers as they were fetched, so that a restart does not have to fetch them again. Callers verify an
 * answer again when they take it out.
 */
public final class RevocationCache {
    private final Access access;

    RevocationCache(Access access) {
        this.access = access;
    }

    /** Says what kind an answer is, and what names it. */
    public enum Kind {
        /** A CRL, named by its URI. */
        CRL,
        /** An OCSP answer, named by the issuer's key, the serial number and the URI. */
        OCSP
    }

    /** An answer with its dates. */
    public record Answer(byte[] der, Instant thisUpdate, Optional<Instant> nextUpdate, Instant fetched) {}

    public Optional<Answer> find(Kind kind, String name) {
        return access.read(sql -> sql.first(BY_NAME, RevocationCache::answer, kind, name));
    }

    /** Returns when the answer of this name was fetched, without reading the answer. */
    public Optional<Instant> fetched(Kind kind, String name) {
        return access.read(sql -> sql.first(FETCHED, row -> Sql.instant(row, "fetched"), kind, name));
    }

    /** Stores the answer under this name. Returns false if the stored one has a later thisUpdate. */
    public boolean store(Kind kind, String name, Answer answer) {
        return access.writeAside(sql -> sql.update(
                        "INSERT INTO revocation (kind, name, der, this_update, next_update, fetched)"
                                + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (kind, name)"
                                + " DO UPDATE SET der = excluded.der, this_update = excluded.this_update,"
                                + " next_update = excluded.next_update, fetched = excluded.fetched"
                                + " WHERE revocation.this_update <= excluded.this_update",
                        kind,
                        name,
                        answer.der(),
                        answer.thisUpdate(),
                        answer.nextUpdate(),
                        answer.fetched())
                > 0);
    }

    /**
     * Removes answers whose nextUpdate lies before {@code time}, and those without nextUpdate that were fetched before
     * it. Returns their number.
     */
    public int removeOutdated(Instant time) {
        return access.writeAside(
                sql -> sql.update("DELETE FROM revocation WHERE coalesce(next_update, fetched) < ?", time));
    }

    private static Answer answer(ResultSet row) throws SQLException {
        return new Answer(
                row.getBytes("der"),
                Sql.instant(row, "this_update"),
                Sql.optionalInstant(row, "next_update"),
                Sql.instant(row, "fetched"));
    }

    static final String FETCHED = "SELECT fetched FROM revocation WHERE kind = ? AND name = ?";
    static final String BY_NAME =
            "SELECT der, this_update, next_update, fetched FROM revocation WHERE kind = ? AND name = ?";
}
