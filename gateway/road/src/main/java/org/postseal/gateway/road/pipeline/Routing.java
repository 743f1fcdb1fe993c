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
import org.postseal.policy.Decision;
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
    /**
     * Why mail that was opened for somebody may not go where his mail goes.
     *
     * @param takesOpened what the next hops say of that
     */
    Optional<String> against(MailAddress recipient, Predicate<Way> takesOpened) {
        NextHopConfig hop = hop(recipient);
        if (!hop.mayCarryOpened()) {
            return Optional.of(UNSAFE_CHANNEL);
        }
        return takesOpened.test(hop.way(recipient)) ? Optional.empty() : Optional.of(NO_DSN);
    }

    /** Those of a copy's recipients whose mail takes the same way. */
    record Part(Group group, Way way) {}

    /** A part for each way, in the order of the first recipient of each. Whom a redirected copy was for has no say: it goes where the quarantine is. */
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

    /** The same for recipients who get what came, whatever was decided. */
    Map<Way, List<RecipientPlan>> byWay(List<RecipientPlan> plans) {
        Map<Way, List<RecipientPlan>> byWay = new LinkedHashMap<>();
        for (RecipientPlan plan : plans) {
            byWay.computeIfAbsent(way(plan.recipient().address()), _ -> new ArrayList<>())
                    .add(plan);
        }
        return byWay;
    }

    /** Where mail to this address goes. */
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
