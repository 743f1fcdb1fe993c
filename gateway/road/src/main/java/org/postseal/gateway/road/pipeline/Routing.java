package org.postseal.gateway.road.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.config.NextHopConfig.Way;
import org.postseal.gateway.config.NextHopsConfig;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.outcome.Decision;

/**
 * Says to which next hop the copies of one message go, by recipient.
 *
 * @param nextHops the next hops as configured
 * @param rules the policy, which says whose addresses are ours
 * @param originMaySubmit true if the message is our own users' mail
 * @param sender the address of From, or else that of the reverse path
 */
record Routing(NextHopsConfig nextHops, RuleSet rules, boolean originMaySubmit, Optional<MailAddress> sender) {
    /**
     * Says why opened mail must not go where this recipient's mail goes; empty if it may.
     *
     * @param takesOpened whether the next hop of a way announces what opened mail needs
     */
    Optional<String> against(MailAddress recipient, Predicate<Way> takesOpened) {
        NextHopConfig hop = hop(recipient);
        if (!hop.mayCarryOpened()) {
            return Optional.of(UNSAFE_CHANNEL);
        }
        return takesOpened.test(hop.way(recipient)) ? Optional.empty() : Optional.of(NO_DSN);
    }

    /** The recipients of a copy whose mail takes the same way. */
    record Part(Group group, Way way) {}

    /**
     * One part for each way, in the order of the first recipient of each. A redirected copy goes the way of the
     * quarantine, not of the recipients it was meant for.
     */
    List<Part> parts(Group group) {
        return switch (group.decision()) {
            case Decision.Redirect(MailAddress quarantine, var _) -> List.of(new Part(group, way(quarantine)));
            case Decision.Deliver _, Decision.Reject _, Decision.Defer _ -> {
                List<Part> parts = new ArrayList<>();
                byWay(group.plans())
                        .forEach((way, plans) ->
                                parts.add(new Part(new Group(group.decision(), group.view(), plans), way)));
                yield parts;
            }
        };
    }

    /** Groups recipients by way, for copies that leave as they came, whatever was decided. */
    Map<Way, List<RecipientPlan>> byWay(List<RecipientPlan> plans) {
        Map<Way, List<RecipientPlan>> byWay = new LinkedHashMap<>();
        for (RecipientPlan plan : plans) {
            byWay.computeIfAbsent(way(plan.recipient().address()), _ -> new ArrayList<>())
                    .add(plan);
        }
        return byWay;
    }

    Way way(MailAddress recipient) {
        return hop(recipient).way(recipient);
    }

    private static final String UNSAFE_CHANNEL =
            "not opened: the next hop is neither loopback nor reached over verified TLS";
    private static final String NO_DSN =
            "not opened: the next hop does not announce DSN, so that a bounce of its could return the plaintext";

    private NextHopConfig hop(MailAddress recipient) {
        return nextHops.hop(recipient, rules.direction(recipient, originMaySubmit, sender));
    }
}
