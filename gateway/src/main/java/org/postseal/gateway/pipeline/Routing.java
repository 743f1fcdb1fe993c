package org.postseal.gateway.pipeline;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.config.NextHopsConfig;
import org.postseal.gateway.delivery.DeliveryUnit;
import org.postseal.policy.RuleSet;

/**
 * Which next hop the copies of one message go to, by recipient.
 *
 * @param nextHops as configured
 * @param rules say who is ours
 * @param originMaySubmit whether it is our own users' mail
 * @param sender the address of From, else that of the reverse path
 */
record Routing(NextHopsConfig nextHops, RuleSet rules, boolean originMaySubmit, Optional<MailAddress> sender) {
    /** Whether mail that was opened for somebody may go where his mail goes. */
    boolean mayCarryOpened(MailAddress recipient) {
        return hop(recipient).mayCarryOpened();
    }

    /** One unit for each way that its recipients' mail takes, of the same octets. */
    List<DeliveryUnit> split(DeliveryUnit unit) {
        return unit.byWay(recipient -> hop(recipient).way(recipient));
    }

    /** The unit, from 0, in which a recipient of the envelope is. */
    static int indexOf(List<DeliveryUnit> units, int position) {
        return IntStream.range(0, units.size())
                .filter(u -> units.get(u).positions().contains(position))
                .findFirst()
                .orElseThrow();
    }

    private NextHopConfig hop(MailAddress recipient) {
        return nextHops.hop(recipient, rules.direction(recipient, originMaySubmit, sender));
    }
}
