package org.postseal.certstore.enrolment;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.CertificateOrders.Order;
import org.postseal.certstore.database.CertificateOrders.State;

/**
 * How it stands with somebody who is to have a certificate.
 *
 * @param end when the first of their certificates ends; empty if one is missing
 * @param order their order, if one is not fulfilled yet
 * @param whyNone why they are to have none although the configuration says so
 */
public record Standing(Wanted wanted, Optional<Instant> end, Optional<Order> order, Optional<String> whyNone) {
    /** Looks at everybody, and changes nothing. */
    public static List<Standing> of(EnrolmentPass.Place place, List<Wanted> wanted, Instant now) {
        Holdings holdings = new Holdings(place.database(), place.vault(), place.store(), place.validation());
        Map<MailAddress, Order> orders = new HashMap<>();
        place.database().orders().list().forEach(order -> orders.put(order.address(), order));
        List<Standing> standings = new ArrayList<>();
        for (Wanted each : wanted) {
            List<Optional<Instant>> ends = each.certificates().stream()
                    .map(purposes -> holdings.end(each.address(), purposes, now))
                    .toList();
            Optional<Instant> first = ends.stream().allMatch(Optional::isPresent)
                    ? ends.stream().flatMap(Optional::stream).min(Comparator.naturalOrder())
                    : Optional.empty();
            standings.add(new Standing(
                    each,
                    first,
                    Optional.ofNullable(orders.get(each.address())),
                    first.isPresent() ? Optional.empty() : holdings.whyNone(each.address(), now)));
        }
        return standings;
    }

    /** Returns one word: {@code valid}, {@code due}, {@code waiting}, {@code refused} or {@code without}. */
    public String state(Instant now) {
        if (whyNone.isPresent()) {
            return "without";
        }
        if (order.isPresent()) {
            return order.get().state() == State.REFUSED ? "refused" : "waiting";
        }
        return end.filter(found -> found.isAfter(now.plus(wanted.renewBefore())))
                        .isPresent()
                ? "valid"
                : "due";
    }

    /**
     * Returns true if somebody should look into it: the authority has refused, half of the time for renewing is over,
     * or a first certificate has not come within a day.
     */
    public boolean isLate(Instant now) {
        if (whyNone.isPresent()) {
            return false;
        }
        boolean isRefused = order.filter(each -> each.state() == State.REFUSED).isPresent();
        boolean isShort = end.map(
                        found -> found.isBefore(now.plus(wanted.renewBefore().dividedBy(2))))
                .orElseGet(() -> order.filter(each ->
                                each.act().when().plus(Duration.ofDays(1)).isBefore(now))
                        .isPresent());
        return isRefused || isShort;
    }
}
