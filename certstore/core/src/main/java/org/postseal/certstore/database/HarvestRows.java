package org.postseal.certstore.database;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.Harvest.Conflict;
import org.postseal.certstore.database.Harvest.Outcome;
import org.postseal.certstore.database.Harvest.State;
import org.postseal.certstore.database.Harvest.VerifiedSender;

/** Applies the rules of {@link Harvest} inside a writing transaction. */
final class HarvestRows {
    private HarvestRows() {}

    static Optional<State> state(Sql sql, MailAddress address, CertificateId id) throws SQLException {
        return sql.first(
                "SELECT state FROM harvest WHERE address = ? AND certificate = ?",
                row -> State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                address,
                id);
    }

    static Outcome observe(Sql sql, VerifiedSender sender, Instant now) throws SQLException {
        MailCertificate certificate = sender.certificate();
        Optional<State> known = state(sql, sender.from(), certificate.id());
        if (known.isPresent()) {
            return new Outcome.Known(known.get());
        }
        if (isOlder(sql, sender)) {
            return new Outcome.Ignored("an active certificate of the same key is newer");
        }
        Optional<Conflict> conflict = conflict(sql, sender.from(), PublicKeyId.of(certificate));
        if (conflict.isPresent() && countHeld(sql, sender.from()) >= Harvest.MAX_HELD) {
            return new Outcome.Ignored(Harvest.MAX_HELD + " certificates of the address are held already");
        }
        CertificateRows.insert(sql, certificate);
        sql.update(
                "INSERT INTO harvest (address, certificate, state, conflict, first_seen, signing_time)"
                        + " VALUES (?, ?, ?, ?, ?, ?)",
                sender.from(),
                certificate.id(),
                conflict.isPresent() ? State.HELD : State.ACTIVE,
                conflict,
                now,
                sender.signingTime());
        refreshEntry(sql, certificate.id(), Act.of("harvest", now));
        return conflict.isPresent() ? new Outcome.Held(conflict.get()) : new Outcome.Added();
    }

    static boolean accept(Sql sql, MailAddress address, CertificateId id, Act act) throws SQLException {
        if (!decide(sql, address, id, State.ACTIVE, act)) {
            return false;
        }
        List<CertificateId> replaced = sql.list(
                "SELECT h.certificate FROM harvest h JOIN certificate c ON c.id = h.certificate WHERE h.address = ?"
                        + " AND h.state = ? AND c.public_key <> (SELECT public_key FROM certificate WHERE id = ?)",
                row -> Rows.certificateId(row, "certificate"),
                address,
                State.ACTIVE,
                id);
        for (CertificateId old : replaced) {
            decide(sql, address, old, State.DISMISSED, act);
        }
        return true;
    }

    static boolean decide(Sql sql, MailAddress address, CertificateId id, State state, Act act) throws SQLException {
        int changed = sql.update(
                "UPDATE harvest SET state = ?, decided_by = ?, decided = ? WHERE address = ? AND certificate = ?",
                state,
                act.who(),
                act.when(),
                address,
                id);
        refreshEntry(sql, id, act);
        return changed > 0;
    }

    // Every contradiction is reported. The sources are looked at in the order of their weight, and the first one that
    // has only other keys gives the conflict its name.
    private static Optional<Conflict> conflict(Sql sql, MailAddress address, PublicKeyId key) throws SQLException {
        if (saysOther(sql, PINNED_KEYS, key, address)) {
            return Optional.of(Conflict.PINNED);
        }
        if (saysOther(sql, STORED_KEYS, key, address)) {
            return Optional.of(Conflict.STORED);
        }
        if (saysOther(sql, MIRRORED_KEYS, key, address)) {
            return Optional.of(Conflict.MIRRORED);
        }
        return saysOther(sql, ACTIVE_KEYS, key, address) ? Optional.of(Conflict.CHANGED_KEY) : Optional.empty();
    }

    private static boolean saysOther(Sql sql, String keysOfAddress, PublicKeyId key, MailAddress address)
            throws SQLException {
        List<PublicKeyId> keys = sql.list(keysOfAddress, row -> Rows.publicKeyId(row, "public_key"), address);
        return !keys.isEmpty() && !keys.contains(key);
    }

    private static boolean isOlder(Sql sql, VerifiedSender sender) throws SQLException {
        return sql.exists(
                "SELECT 1 FROM harvest h JOIN certificate c ON c.id = h.certificate"
                        + " WHERE h.address = ? AND h.state = 'active' AND c.public_key = ? AND c.not_before > ?",
                sender.from(),
                PublicKeyId.of(sender.certificate()),
                sender.certificate().notBefore());
    }

    private static long countHeld(Sql sql, MailAddress address) throws SQLException {
        return sql.first(
                        "SELECT count(*) FROM harvest WHERE address = ? AND state = 'held'",
                        row -> row.getLong(1),
                        address)
                .orElse(0L);
    }

    // A certificate may be active for one address and held for another. The entry shows the strongest state, active
    // first.
    private static void refreshEntry(Sql sql, CertificateId id, Act act) throws SQLException {
        List<State> states = sql.list(
                "SELECT state FROM harvest WHERE certificate = ?",
                row -> State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                id);
        Optional<State> first = states.stream().min(Comparator.naturalOrder());
        if (first.isPresent()) {
            CertificateRows.enter(sql, id, "harvest", entryState(first.get()), act);
        }
    }

    private static EntryState entryState(State state) {
        return switch (state) {
            case ACTIVE -> EntryState.HARVESTED;
            case HELD -> EntryState.HELD;
            case DISMISSED -> EntryState.DISMISSED;
        };
    }

    static final String PINNED_KEYS = "SELECT c.public_key FROM pin p JOIN certificate c ON c.id = p.certificate"
            + " WHERE p.address = ? AND p.purpose = 'encrypt'";
    static final String STORED_KEYS = "SELECT c.public_key FROM certificate_address a"
            + " JOIN entry e ON e.certificate = a.certificate AND e.source IN ('own',"
            + " 'imported') JOIN certificate c ON c.id = a.certificate WHERE a.address = ?";
    static final String MIRRORED_KEYS =
            "SELECT c.public_key FROM mirror_address a JOIN sync_state s ON s.source = a.source"
                    + " JOIN mirror_certificate m ON m.source = a.source AND m.entry = a.entry AND m.is_helper = 0"
                    + " JOIN certificate c ON c.id = m.certificate WHERE a.address = ?";
    static final String ACTIVE_KEYS = "SELECT c.public_key FROM harvest h JOIN certificate c ON c.id = h.certificate"
            + " WHERE h.address = ? AND h.state = 'active'";
}
