package org.postseal.certstore.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.DatabaseException.Fault;

/**
 * The administrator's blocks. A block forbids one certificate, wherever it comes from, or all certificates of an
 * address.
 */
public final class Blocks {
    private final Access access;

    Blocks(Access access) {
        this.access = access;
    }

    /** Says what a block forbids. */
    public sealed interface Target {
        /** Blocks one certificate, which need not be in the database. */
        record Certificate(CertificateId id) implements Target {}

        /** Blocks every certificate of an address. */
        record Address(MailAddress address) implements Target {}
    }

    /** A block, and who set it. */
    public record Block(Target target, Act act) {}

    /** Adds a block. Its act replaces the act of an earlier block with the same target. */
    public void add(Block block) {
        Act act = block.act();
        access.write(sql -> sql.update(
                "INSERT INTO block (kind, name, who, added, note) VALUES (?, ?, ?, ?, ?) ON CONFLICT (kind, name)"
                        + " DO UPDATE SET who = excluded.who, added = excluded.added, note = excluded.note",
                kind(block.target()),
                name(block.target()),
                act.who(),
                act.when(),
                act.note()));
    }

    /** Removes a block. Returns false if there was none. */
    public boolean remove(Target target) {
        return access.write(
                sql -> sql.update("DELETE FROM block WHERE kind = ? AND name = ?", kind(target), name(target)) > 0);
    }

    public Optional<Block> of(Target target) {
        return access.read(sql -> sql.first(BY_TARGET, Blocks::block, kind(target), name(target)));
    }

    /** Lists blocks in a fixed order, starting behind {@code after}. */
    public List<Block> list(Optional<Target> after, int limit) {
        return access.read(sql -> sql.list(
                "SELECT kind, name, who, added, note FROM block"
                        + " WHERE (kind, name) > (?, ?) ORDER BY kind, name LIMIT ?",
                Blocks::block,
                after.map(Blocks::kind).orElse(""),
                after.map(Blocks::name).orElse(""),
                limit));
    }

    private static String kind(Target target) {
        return switch (target) {
            case Target.Certificate _ -> "certificate";
            case Target.Address _ -> "address";
        };
    }

    private static String name(Target target) {
        return switch (target) {
            case Target.Certificate(CertificateId id) -> id.hex();
            case Target.Address(MailAddress address) -> address.key();
        };
    }

    private static Block block(ResultSet row) throws SQLException {
        String kind = row.getString("kind");
        String name = row.getString("name");
        Target target = switch (kind) {
            case "certificate" -> new Target.Certificate(new CertificateId(name));
            case "address" -> new Target.Address(Rows.address(row, "name"));
            default -> throw new DatabaseException(Fault.DAMAGED, "block in the database is damaged");
        };
        return new Block(target, Rows.act(row));
    }

    static final String BY_TARGET = "SELECT kind, name, who, added, note FROM block WHERE kind = ? AND name = ?";
}
