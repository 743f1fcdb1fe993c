package org.postseal.gateway.console;

import org.postseal.certstore.database.CertificateOrders.Order;
import org.postseal.certstore.database.CertificateOrders.State;

/**
 * Shows an order of a certificate in a table.
 *
 * @param state {@code soon} or {@code refused}, a class of the style sheet
 * @param says the state in words
 * @param since when it was begun
 * @param next what happens next
 * @param reason why there is no certificate yet; empty before the first answer
 */
public record OrderRow(
        String address, String authority, String state, String says, String since, String next, String reason) {
    static OrderRow of(Order order) {
        boolean isRefused = order.state() == State.REFUSED;
        return new OrderRow(
                order.address().toString(),
                order.authority(),
                isRefused ? "refused" : "soon",
                isRefused ? "refused" : "waiting",
                Times.second(order.act().when()),
                Times.shown(order.nextStep()),
                order.reason());
    }
}
