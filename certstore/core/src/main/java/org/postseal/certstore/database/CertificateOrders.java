package org.postseal.certstore.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailAddress;

/**
 * The orders of certificates that are not fulfilled yet. An address has one at most. The key of an order is among the
 * {@link WrappedKeys}, where nothing uses it before its certificate has come.
 */
public final class CertificateOrders {
    private final Access access;

    CertificateOrders(Access access) {
        this.access = access;
    }

    public enum State {
        /** The authority is asked, again and again, until it answers for good. */
        OPEN,
        /** The authority has refused, and is not asked again before somebody says so. */
        REFUSED
    }

    /**
     * An order.
     *
     * @param authority its name in the configuration
     * @param purposes what the certificate is to be for
     * @param key the key that is to be certified
     * @param tries how often the authority was asked
     * @param next when it is asked the next time
     * @param reason why there is no certificate yet, in words; empty before the first answer
     * @param act who began the order, and when
     */
    public record Order(
            MailAddress address,
            String authority,
            Set<CertificatePurpose> purposes,
            PublicKeyId key,
            State state,
            int tries,
            Instant next,
            String reason,
            Act act) {
        public Order {
            purposes = Set.copyOf(purposes);
        }

        /** Says what happens next: when the authority is asked, or which command has it asked. */
        public String nextStep() {
            return state == State.REFUSED ? "postseal enrol retry " + address : "asked again from " + next;
        }

        /** Returns the order as it was before the first try. */
        public Order again(Instant now) {
            return new Order(address, authority, purposes, key, State.OPEN, 0, now, reason, act);
        }

        /** Returns the order after a try that brought no certificate. */
        public Order after(State outcome, Instant again, String why) {
            return new Order(address, authority, purposes, key, outcome, tries + 1, again, why, act);
        }
    }

    /** Adds an order whose key is stored. Returns false if the address has one already. */
    public boolean begin(Order order) {
        return access.writeAside(sql -> sql.update(
                        "INSERT INTO certificate_order (address, authority, purposes, private_key, state, tries, next,"
                                + " reason, who, added, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                                + " ON CONFLICT DO NOTHING",
                        order.address(),
                        order.authority(),
                        words(order.purposes()),
                        order.key(),
                        order.state(),
                        order.tries(),
                        order.next(),
                        order.reason(),
                        order.act().who(),
                        order.act().when(),
                        order.act().note())
                > 0);
    }

    /** Keeps what a try brought. Returns false if the order is gone. */
    public boolean update(Order order) {
        return access.writeAside(sql -> sql.update(
                        "UPDATE certificate_order SET state = ?, tries = ?, next = ?, reason = ?"
                                + " WHERE address = ? AND private_key = ?",
                        order.state(),
                        order.tries(),
                        order.next(),
                        order.reason(),
                        order.address(),
                        order.key())
                > 0);
    }

    /** Ends an order. Its key stays. Returns false if the order is gone. */
    public boolean end(Order order) {
        return access.writeAside(sql -> sql.update(
                        "DELETE FROM certificate_order WHERE address = ? AND private_key = ?",
                        order.address(),
                        order.key())
                > 0);
    }

    public Optional<Order> of(MailAddress address) {
        return access.read(sql -> sql.first(SELECT + " WHERE address = ?", CertificateOrders::order, address));
    }

    /** Lists all orders by address. */
    public List<Order> list() {
        return access.read(sql -> sql.list(SELECT + " ORDER BY address", CertificateOrders::order));
    }

    /**
     * Says how many orders are in a state.
     *
     * @param oldest when the first of them was begun
     */
    public record Count(State state, long orders, Instant oldest) {}

    /** Counts the orders by state. A state that no order has is left out. */
    public List<Count> counts() {
        return access.read(sql -> sql.list(
                "SELECT state, COUNT(*) AS orders, MIN(added) AS oldest FROM certificate_order GROUP BY state",
                row -> new Count(state(row), row.getLong("orders"), Sql.instant(row, "oldest"))));
    }

    private static State state(ResultSet row) throws SQLException {
        return State.valueOf(row.getString("state").toUpperCase(Locale.ROOT));
    }

    private static Order order(ResultSet row) throws SQLException {
        return new Order(
                Rows.address(row, "address"),
                row.getString("authority"),
                purposes(row.getString("purposes")),
                Rows.publicKeyId(row, "private_key"),
                state(row),
                row.getInt("tries"),
                Sql.instant(row, "next"),
                row.getString("reason"),
                Rows.act(row));
    }

    private static String words(Collection<CertificatePurpose> purposes) {
        return purposes.stream()
                .sorted()
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" "));
    }

    private static Set<CertificatePurpose> purposes(String words) {
        return Arrays.stream(words.split(" ", -1))
                .map(each -> CertificatePurpose.valueOf(each.toUpperCase(Locale.ROOT)))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(CertificatePurpose.class)));
    }

    private static final String SELECT = "SELECT address, authority, purposes, private_key, state, tries, next, reason,"
            + " who, added, note FROM certificate_order";
}
