package org.postseal.certstore.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/** CRLs and OCSP answers as fetched, so that a restart need not fetch them again. Whoever takes one out checks it again. */
public final class RevocationCache {
    private final Access access;

    RevocationCache(Access access) {
        this.access = access;
    }

    /** What an answer is. */
    public enum Kind {
        /** Named by its URI. */
        CRL,
        /** Named by what was asked: issuer's key, serial number, URI. */
        OCSP
    }

    /** One answer. */
    public record Answer(byte[] der, Instant thisUpdate, Optional<Instant> nextUpdate, Instant fetched) {}

    /** The answer under this name. */
    public Optional<Answer> find(Kind kind, String name) {
        return access.read(sql -> sql.first(BY_NAME, RevocationCache::answer, kind, name));
    }

    /** Keeps the answer under this name; false when the one there has a later thisUpdate. */
    public boolean store(Kind kind, String name, Answer answer) {
        return access.writeAside(sql -> sql.update(
                        "INSERT INTO revocation (kind, name, der, this_update, next_update, fetched) VALUES (?, ?, ?, ?, ?, ?)"
                                + " ON CONFLICT (kind, name) DO UPDATE SET der = excluded.der, this_update = excluded.this_update,"
                                + " next_update = excluded.next_update, fetched = excluded.fetched WHERE revocation.this_update <= excluded.this_update",
                        kind,
                        name,
                        answer.der(),
                        answer.thisUpdate(),
                        answer.nextUpdate(),
                        answer.fetched())
                > 0);
    }

    /** Drops what is out of date since before {@code time}, or was fetched before and never is; the number dropped. */
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

    static final String BY_NAME =
            "SELECT der, this_update, next_update, fetched FROM revocation WHERE kind = ? AND name = ?";
}
