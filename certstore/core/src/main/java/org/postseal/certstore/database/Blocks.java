package org.postseal.certstore.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.DatabaseException.Fault;

/** What the administrator forbids: a certificate, wherever it comes from, or all certificates of an address. */
public final class Blocks {
    private final Access access;

    Blocks(Access access) {
        this.access = access;
    }

    /** What is blocked. */
    public sealed interface Target {
        /** One certificate; it need not be in the database. */
        record Certificate(CertificateId id) implements Target {}

        /** Every certificate of an address. */
        record Address(MailAddress address) implements Target {}
    }

    /** One block. */
    public record Block(Target target, Act act) {}

    /** Blocks; the act replaces that of an earlier block. */
    public void add(Block block) {
        Act act = block.act();
        access.write(sql -> sql.update(
                "INSERT INTO block (kind, name, who, added, note) VALUES (?, ?, ?, ?, ?)"
                        + " ON CONFLICT (kind, name) DO UPDATE SET who = excluded.who, added = excluded.added, note = excluded.note",
                kind(block.target()),
                name(block.target()),
                act.who(),
                act.when(),
                act.note()));
    }

    /** Takes a block back; false when there was none. */
    public boolean remove(Target target) {
        return access.write(
                sql -> sql.update("DELETE FROM block WHERE kind = ? AND name = ?", kind(target), name(target)) > 0);
    }

    /** The block of this target. */
    public Optional<Block> of(Target target) {
        return access.read(sql -> sql.first(BY_TARGET, Blocks::block, kind(target), name(target)));
    }

    /** The block of the certificate, or else of the address. */
    public Optional<Block> of(CertificateId certificate, MailAddress address) {
        return access.read(sql -> {
            Optional<Block> block = sql.first(BY_TARGET, Blocks::block, "certificate", certificate.hex());
            return block.isPresent() ? block : sql.first(BY_TARGET, Blocks::block, "address", address.key());
        });
    }

    /** Blocks in a fixed order, beginning behind {@code after}. */
    public List<Block> list(Optional<Target> after, int limit) {
        return access.read(sql -> sql.list(
                "SELECT kind, name, who, added, note FROM block WHERE (kind, name) > (?, ?) ORDER BY kind, name LIMIT ?",
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
