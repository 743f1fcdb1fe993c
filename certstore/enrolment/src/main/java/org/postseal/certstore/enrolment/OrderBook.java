package org.postseal.certstore.enrolment;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.Act;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.CertificateOrders.Order;
import org.postseal.certstore.database.CertificateOrders.State;
import org.postseal.certstore.database.Certificates.Origin;
import org.postseal.certstore.database.PublicKeyId;
import org.postseal.certstore.database.Transaction;
import org.postseal.certstore.database.WrappedKeys.PairedBy;
import org.postseal.certstore.enrolment.EnrolmentAuthority.Request;
import org.postseal.certstore.issue.KeyRequest;
import org.postseal.certstore.key.KeyFileException;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.key.KeyVault;

/** Keeps the orders, each step in one transaction together with its record for the log of changes. */
final class OrderBook {
    private final CertificateDatabase database;
    private final KeyVault vault;
    private final String who;
    private final Clock clock;

    OrderBook(CertificateDatabase database, KeyVault vault, String who, Clock clock) {
        this.database = database;
        this.vault = vault;
        this.who = who;
        this.clock = clock;
    }

    List<Order> list() {
        return database.orders().list();
    }

    Optional<Order> of(MailAddress address) {
        return database.orders().of(address);
    }

    /** Makes a key and stores it with its order. Returns empty if the address has another order meanwhile. */
    Optional<Order> begin(Wanted wanted, Set<CertificatePurpose> purposes) {
        KeyMaterial key = KeyMaterial.generate(wanted.algorithm());
        Act act = act();
        Order order = new Order(
                wanted.address(),
                wanted.authority(),
                purposes,
                PublicKeyId.of(key.publicKey()),
                State.OPEN,
                0,
                act.when(),
                "",
                act);
        return database.write(transaction -> {
            if (transaction.orders().of(wanted.address()).isPresent()) {
                return Optional.empty();
            }
            PublicKeyId _ = vault.keepForRequest(transaction, key, wanted.address(), act);
            boolean isNew = transaction.orders().begin(order);
            record(transaction, "enrol-order", "key:" + order.key(), order, List.of());
            return Optional.of(order).filter(_ -> isNew);
        });
    }

    /** Returns true if the authority of the order is not to be asked now. */
    boolean isWaiting(Order order) {
        Instant now = clock.instant();
        // A time that is further off was set by a clock that was wrong.
        return order.state() == State.REFUSED
                || (now.isBefore(order.next())
                        && !order.next().isAfter(now.plus(LONGEST_WAIT).plus(FIRST_WAIT)));
    }

    /** Returns the key of the order; empty if somebody has removed it. */
    Optional<KeyMaterial> key(Order order) {
        try {
            return vault.export(order.key()).map(KeyVault.Exported::key);
        } catch (KeyFileException e) {
            throw new StoreUnavailableException("key of the order for " + order.address() + ": " + e.getMessage(), e);
        }
    }

    /** Returns what the authority is asked; empty if somebody has removed the key of the order. */
    Optional<Request> request(Order order) {
        return key(order)
                .map(key -> new Request(
                        order.address(),
                        order.purposes(),
                        order.key(),
                        KeyRequest.pem(key, List.of(order.address())),
                        key::certificateSigner));
    }

    Order waits(Order order, String reason, Optional<Duration> after) {
        Duration wait = after.map(asked -> within(SHORTEST_WAIT, asked, LONGEST_WAIT))
                .orElseGet(() ->
                        within(FIRST_WAIT, FIRST_WAIT.multipliedBy(1L << Math.min(order.tries(), 5)), LONGEST_DELAY));
        return update(order, order.after(State.OPEN, clock.instant().plus(wait), shortened(reason)), "enrol-wait");
    }

    Order refused(Order order, String reason) {
        return update(order, order.after(State.REFUSED, clock.instant(), shortened(reason)), "enrol-refuse");
    }

    private Order update(Order before, Order after, String action) {
        database.commit(transaction -> {
            // The same answer again is on record already.
            if (transaction.orders().update(after)
                    && (before.state() != after.state() || !before.reason().equals(after.reason()))) {
                record(transaction, action, "key:" + after.key(), after, List.of("reason " + after.reason()));
            }
        });
        return after;
    }

    /** Lets the key of the order be used under its certificate. Returns false if the order is gone. */
    boolean fulfil(Order order, AnswerJudge.Verdict.Good good) {
        return database.write(transaction -> {
            if (!transaction.orders().end(order)) {
                return false;
            }
            Act act = act();
            transaction.certificates().add(good.certificate(), Origin.OWN, act);
            transaction.certificates().addAll(good.issuers(), Origin.IMPORTED, act);
            transaction.wrappedKeys().pair(order.key(), good.certificate().id(), PairedBy.PATH);
            record(
                    transaction,
                    "enrol-take",
                    "certificate:" + good.certificate().id(),
                    order,
                    List.of(
                            "key " + order.key(),
                            "serial " + good.certificate().serialNumber().toString(16),
                            "until " + good.certificate().notAfter()));
            return true;
        });
    }

    /** Ends an order that nobody wants any more, and removes its key, which nobody has used. */
    boolean giveUp(Order order) {
        return database.write(transaction -> {
            boolean isEnded = transaction.orders().end(order);
            if (isEnded) {
                boolean isUnused = transaction
                        .wrappedKeys()
                        .find(order.key())
                        .filter(key -> key.certificates().isEmpty())
                        .isPresent();
                boolean _ = isUnused && transaction.wrappedKeys().remove(order.key());
                record(transaction, "enrol-end", "key:" + order.key(), order, List.of());
            }
            return isEnded;
        });
    }

    private void record(Transaction transaction, String action, String object, Order order, List<String> more) {
        List<String> details = new ArrayList<>(List.of(
                "address " + order.address(),
                "authority " + order.authority(),
                "for "
                        + order.purposes().stream()
                                .sorted()
                                .map(each -> each.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(" and "))));
        details.addAll(more);
        transaction.changeLog().add(action, object, details, act());
    }

    private Act act() {
        return Act.of(who, clock.instant());
    }

    private static Duration within(Duration least, Duration time, Duration most) {
        if (time.compareTo(least) < 0) {
            return least;
        }
        return time.compareTo(most) > 0 ? most : time;
    }

    /** Strangers write the reason. */
    private static String shortened(String reason) {
        String line = reason.replaceAll("[\\p{Cntrl}\\p{Cf}\\s]+", " ").strip();
        return line.length() <= MAX_REASON ? line : line.substring(0, MAX_REASON) + "…";
    }

    private static final int MAX_REASON = 300;
    private static final Duration SHORTEST_WAIT = Duration.ofMinutes(1);
    /** A little less than an hour, so that a timer that runs every hour does not come just too early. */
    private static final Duration FIRST_WAIT = Duration.ofMinutes(50);
    /** The longest wait that we choose. */
    private static final Duration LONGEST_DELAY = Duration.ofHours(23);
    /** The longest wait that an authority can ask for. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(7);
}
