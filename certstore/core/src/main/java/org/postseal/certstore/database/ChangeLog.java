package org.postseal.certstore.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * Changes that wait to be written to the audit log. A change is added in the same transaction as what it describes, so
 * that neither exists without the other. Only the running gateway may write the audit log, and it takes the changes
 * from here.
 */
public final class ChangeLog {
    private final Access access;

    ChangeLog(Access access) {
        this.access = access;
    }

    /**
     * A change that somebody made.
     *
     * @param sequence grows with each change; no other change ever has the same
     * @param action a noun with its verb, for example {@code cert-pin}
     * @param object what was changed, for example {@code certificate:SHA-256}
     * @param details one fact each, without line ends; never a secret
     */
    public record Change(long sequence, Act act, String action, String object, List<String> details) {
        public Change {
            details = List.copyOf(details);
        }
    }

    /** Adds a change. The note of the act is kept with it. */
    public void add(String action, String object, List<String> details, Act act) {
        access.writeAside(sql -> {
            int _ = sql.update("UPDATE generation SET changes = changes + 1");
            return sql.update(
                    "INSERT INTO change_log (sequence, who, added, note, action, object, details)"
                            + " VALUES ((SELECT changes FROM generation), ?, ?, ?, ?, ?, ?)",
                    act.who(),
                    act.when(),
                    act.note(),
                    action,
                    object,
                    String.join("\n", details));
        });
    }

    /** Returns the waiting changes, oldest first. */
    public List<Change> waiting(int limit) {
        return access.read(sql -> sql.list(WAITING, ChangeLog::change, limit));
    }

    /** Deletes all changes up to this one, because they are in the audit log. */
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
