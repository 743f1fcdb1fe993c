package org.postseal.certstore.enrolment;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.CertificateOrders.Order;
import org.postseal.certstore.database.CertificateOrders.State;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.certstore.enrolment.EnrolmentAuthority.Answer;
import org.postseal.certstore.key.KeyVault;
import org.postseal.certstore.path.CertificateValidation;

/**
 * Looks once at everybody who is to have a certificate: begins orders, asks authorities, takes certificates. Whoever
 * runs it sees to it that only one runs at a time; if two do, each order is still begun and fulfilled once.
 *
 * <p>An order and its key are stored before the authority hears of them, and a certificate counts from the transaction
 * that ends its order. A process that dies in between leaves an order that the next pass goes on with.
 */
public final class EnrolmentPass {
    private final OrderBook orders;
    private final Holdings holdings;
    private final AnswerJudge judge;
    private final Map<String, EnrolmentAuthority> authorities;
    private final Limits limits;
    private final Telling telling;
    private final Clock clock;
    private final Map<String, Integer> faults = new HashMap<>();
    private int begun;

    /**
     * What a pass may do.
     *
     * @param orders how many orders it may begin, so that a mistake does not order for everybody at once
     * @param mayGoOn false as soon as somebody else may be at this work
     */
    public record Limits(int orders, BooleanSupplier mayGoOn) {}

    /** What became of an address in a pass. */
    public enum Outcome {
        TAKEN,
        WAITING,
        REFUSED,
        /** The order was given up, since nobody wants it any more. */
        ENDED,
        /** An order is due, and will be begun or gone on with by a later pass. */
        POSTPONED,
        /** The person is to have no certificate although the configuration says so. */
        WITHOUT,
        /** It cannot be told what certificates the person has. */
        UNKNOWN
    }

    @FunctionalInterface
    public interface Telling {
        void told(Outcome outcome, MailAddress address, String text);
    }

    /** Where keys and certificates are kept, and what judges them. */
    public record Place(
            CertificateDatabase database, KeyVault vault, CertificateStore store, CertificateValidation validation) {}

    /** @param who is on record as the author of what is done */
    public EnrolmentPass(
            Place place,
            String who,
            Map<String, EnrolmentAuthority> authorities,
            Limits limits,
            Telling telling,
            Clock clock) {
        this.orders = new OrderBook(place.database(), place.vault(), who, clock);
        this.holdings = new Holdings(place.database(), place.vault(), place.store(), place.validation());
        this.judge = new AnswerJudge(place.store());
        this.authorities = Map.copyOf(authorities);
        this.limits = limits;
        this.telling = telling;
        this.clock = clock;
    }

    private record Need(Wanted wanted, Optional<Instant> end) {}

    /** @param wanted everybody who is to have a certificate; orders for anybody else are given up */
    public void run(List<Wanted> wanted) {
        Set<MailAddress> unknown = new HashSet<>();
        List<Need> needs = new ArrayList<>();
        for (Wanted each : wanted) {
            try {
                need(each).ifPresent(needs::add);
            } catch (StoreUnavailableException e) {
                unknown.add(each.address());
                telling.told(Outcome.UNKNOWN, each.address(), String.valueOf(e.getMessage()));
            }
        }
        giveUp(needs, unknown);
        // Those who have nothing, or whose certificate ends first, come first.
        needs.sort(Comparator.comparing(need -> need.end().orElse(Instant.MIN)));
        for (Need need : needs) {
            if (!limits.mayGoOn().getAsBoolean()) {
                return;
            }
            serve(need.wanted());
        }
    }

    /** Returns what somebody lacks; empty if they lack nothing, or are to have nothing. */
    private Optional<Need> need(Wanted wanted) {
        Instant now = clock.instant();
        Optional<Instant> first = Optional.empty();
        boolean isServed = true;
        for (Set<CertificatePurpose> purposes : wanted.certificates()) {
            Optional<Instant> end = holdings.end(wanted.address(), purposes, now);
            if (!isLasting(end, wanted, now) && isServed) {
                isServed = false;
                first = end;
            }
        }
        if (isServed) {
            return Optional.empty();
        }
        Optional<String> whyNone = holdings.whyNone(wanted.address(), now);
        whyNone.ifPresent(why -> telling.told(Outcome.WITHOUT, wanted.address(), why));
        return whyNone.isPresent() ? Optional.empty() : Optional.of(new Need(wanted, first));
    }

    private void giveUp(List<Need> needs, Set<MailAddress> unknown) {
        Map<MailAddress, Wanted> wanted = new HashMap<>();
        needs.forEach(need -> wanted.put(need.wanted().address(), need.wanted()));
        for (Order order : orders.list()) {
            Wanted still = wanted.get(order.address());
            if (!unknown.contains(order.address())
                    && (still == null
                            || !still.authority().equals(order.authority())
                            || !still.certificates().contains(order.purposes()))
                    && orders.giveUp(order)) {
                telling.told(Outcome.ENDED, order.address(), "the order is given up: it is not needed any more");
            }
        }
    }

    /** Goes through the certificates that somebody is to have, one order at a time. */
    private void serve(Wanted wanted) {
        for (Set<CertificatePurpose> purposes : wanted.certificates()) {
            Optional<Order> open = orders.of(wanted.address());
            if (open.isPresent() && !open.get().purposes().equals(purposes)) {
                continue;
            }
            if (isLasting(holdings.end(wanted.address(), purposes, clock.instant()), wanted, clock.instant())) {
                continue;
            }
            if (open.isEmpty() && begun >= limits.orders()) {
                telling.told(Outcome.POSTPONED, wanted.address(), "enough orders were begun in this run");
                return;
            }
            Optional<Order> order = open.or(() -> begin(wanted, purposes));
            if (order.isEmpty() || !isFulfilled(order.get(), wanted)) {
                return;
            }
        }
    }

    private Optional<Order> begin(Wanted wanted, Set<CertificatePurpose> purposes) {
        begun++;
        return orders.begin(wanted, purposes);
    }

    private boolean isFulfilled(Order order, Wanted wanted) {
        EnrolmentAuthority authority = authorities.get(order.authority());
        if (authority == null) {
            throw new IllegalArgumentException("no authority is called " + order.authority());
        }
        if (orders.isWaiting(order)) {
            telling.told(
                    order.state() == State.REFUSED ? Outcome.REFUSED : Outcome.WAITING,
                    order.address(),
                    order.reason());
            return false;
        }
        if (faults.getOrDefault(order.authority(), 0) >= MAX_FAULTS) {
            telling.told(
                    Outcome.POSTPONED,
                    order.address(),
                    order.authority() + " has failed " + MAX_FAULTS + " times in a row, and is not asked in this run");
            return false;
        }
        return switch (answer(authority, order)) {
            case Answer.Issued issued -> {
                faults.remove(order.authority());
                yield isTaken(order, wanted, issued);
            }
            case Answer.Later(String reason, Optional<Duration> after) -> {
                faults.remove(order.authority());
                yield waits(order, reason, after);
            }
            case Answer.Unavailable(String reason) -> {
                faults.merge(order.authority(), 1, Integer::sum);
                yield waits(order, reason, Optional.empty());
            }
            case Answer.Refused(String reason) -> {
                faults.remove(order.authority());
                Order refused = orders.refused(order, reason);
                telling.told(Outcome.REFUSED, refused.address(), refused.reason());
                yield false;
            }
        };
    }

    private Answer answer(EnrolmentAuthority authority, Order order) {
        return orders.request(order)
                .<Answer>map(authority::ask)
                .orElseGet(() -> new Answer.Later("the key of the order is gone", Optional.empty()));
    }

    private boolean isTaken(Order order, Wanted wanted, Answer.Issued issued) {
        Instant now = clock.instant();
        return switch (orders.key(order)
                .map(key -> judge.judge(
                        issued.certificates(),
                        key,
                        order.address(),
                        order.purposes(),
                        now,
                        now.plus(wanted.renewBefore())))
                .orElseGet(() -> new AnswerJudge.Verdict.Bad("the key of the order is gone"))) {
            case AnswerJudge.Verdict.Bad(String reason) -> waits(order, reason, Optional.empty());
            case AnswerJudge.Verdict.Good good -> {
                boolean isDone = orders.fulfil(order, good);
                telling.told(
                        isDone ? Outcome.TAKEN : Outcome.ENDED,
                        order.address(),
                        isDone
                                ? "certificate " + good.certificate().id().hex().substring(0, 16) + " until "
                                        + good.certificate().notAfter()
                                : "the order has ended meanwhile");
                yield isDone;
            }
        };
    }

    private boolean waits(Order order, String reason, Optional<Duration> after) {
        Order waiting = orders.waits(order, reason, after);
        telling.told(Outcome.WAITING, waiting.address(), waiting.reason());
        return false;
    }

    private static boolean isLasting(Optional<Instant> end, Wanted wanted, Instant now) {
        return end.filter(found -> found.isAfter(now.plus(wanted.renewBefore())))
                .isPresent();
    }

    /** After so many failures in a row an authority is left alone; each may have cost a whole time limit. */
    private static final int MAX_FAULTS = 3;
}
