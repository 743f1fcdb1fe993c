package org.postseal.certstore.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * What was changed by whom, waiting to be written to the audit log. Added in the transaction of the change itself, so that neither is there without the other; a
 * running gateway, which alone may write the audit log, takes it from here.
 */
public final class ChangeLog {
    private final Access access;

    ChangeLog(Access access) {
        this.access = access;
    }

    /**
     * One change.
     *
     * @param sequence grows from one to the next of those that wait
     * @param action a verb with its noun: {@code cert-pin}
     * @param object what was changed: {@code certificate:SHA-256}
     * @param details one fact each, without line ends; never a secret
     */
    public record Change(long sequence, Act act, String action, String object, List<String> details) {
        public Change {
            details = List.copyOf(details);
        }
    }

    /** Adds a change; the note of the act becomes a detail. */
    public void add(String action, String object, List<String> details, Act act) {
        access.writeAside(sql -> sql.update(
                "INSERT INTO change_log (sequence, who, added, note, action, object, details)"
                        + " VALUES ((SELECT coalesce(max(sequence), 0) + 1 FROM change_log), ?, ?, ?, ?, ?, ?)",
                act.who(),
                act.when(),
                act.note(),
                action,
                object,
                String.join("\n", details)));
    }

    /** What waits, oldest first. */
    public List<Change> waiting(int limit) {
        return access.read(sql -> sql.list(WAITING, ChangeLog::change, limit));
    }

    /** Forgets everything up to this change: it is in the audit log. */
    public void taken(long sequence) {
        access.writeAside(sql -> sql.update("DELETE FROM change_log WHERE sequence <= ?", sequence));
    }

    private static Change change(ResultSet row) throws SQLException {
        String details = row.getString("details");
        return new Change(
                row.getLong("sequence"),
                Rows.act(row),
                row.getString("action"),
                row.getString("object"),
                details.isEmpty() ? List.of() : List.of(details.split("\n", -1)));
    }

    static final String WAITING =
            "SELECT sequence, who, added, note, action, object, details FROM change_log ORDER BY sequence LIMIT ?";
}
