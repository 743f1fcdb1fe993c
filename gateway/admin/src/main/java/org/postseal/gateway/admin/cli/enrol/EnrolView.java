package org.postseal.gateway.admin.cli.enrol;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.CertificateOrders.Order;
import org.postseal.certstore.enrolment.EnrolmentPass.Outcome;
import org.postseal.certstore.enrolment.Standing;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.Validity;

/** How enrolment is shown. */
final class EnrolView {
    private EnrolView() {}

    static String line(Outcome outcome, MailAddress address, String text) {
        return outcome.name().toLowerCase(Locale.ROOT) + ": "
                + Printable.line(address.toString() + (text.isEmpty() ? "" : ": " + text));
    }

    static String until(Standing standing) {
        return standing.end().map(Validity::day).orElse("-");
    }

    /** Says what happens next, and when. */
    static String next(Standing standing, StoreAccess store) {
        return switch (standing.state(store.now())) {
            case "without" -> "-";
            case "refused", "waiting" -> standing.order().map(Order::nextStep).orElse("-");
            case "due" -> "ordered in the next run";
            default ->
                "renewed from "
                        + standing.end()
                                .map(end ->
                                        Validity.day(end.minus(standing.wanted().renewBefore())))
                                .orElse("now");
        };
    }

    static String reason(Standing standing) {
        return standing.whyNone()
                .or(() -> standing.order().map(Order::reason))
                .filter(text -> !text.isEmpty())
                .orElse("-");
    }

    static Map<String, Object> members(Standing standing, StoreAccess store) {
        Optional<Order> order = standing.order();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("address", standing.wanted().address().toString());
        members.put("authority", standing.wanted().authority());
        members.put("state", standing.state(store.now()));
        members.put("late", standing.isLate(store.now()));
        members.put("notAfter", standing.end());
        members.put("ordered", order.map(each -> each.act().when()));
        members.put("tries", order.map(Order::tries));
        members.put("next", order.map(Order::next));
        members.put(
                "reason", standing.whyNone().or(() -> order.map(Order::reason)).filter(text -> !text.isEmpty()));
        return members;
    }
}
