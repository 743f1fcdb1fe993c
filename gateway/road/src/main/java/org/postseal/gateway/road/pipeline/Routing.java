package org.postseal.gateway.road.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.config.NextHopConfig.Way;
import org.postseal.gateway.config.NextHopsConfig;
import org.postseal.gateway.smtp.client.OpenedPassage;
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
     * Says whether opened mail may go where this recipient's mail goes.
     *
     * @param outside tells whether the next hop of a way announces what opened mail needs
     */
    OpenedPassage forOpened(MailAddress recipient, Function<Way, OpenedPassage> outside) {
        NextHopConfig hop = hop(recipient);
        return hop.mayCarryOpened()
                ? outside.apply(hop.way(recipient))
                : new OpenedPassage.Barred(
                        "not opened: the next hop is neither loopback nor reached over verified TLS");
    }

    /** The recipients of a copy whose mail takes the same way. */
    record Part(Group group, Way way) {}

    /**
     * One part for each way, in the order of the first recipient of each. A redirected copy goes the way of the
     * quarantine, not of the recipients it was meant for, and an answer goes the way of a mail that its author writes.
     */
    List<Part> parts(Group group) {
        return switch (group.decision()) {
            case Decision.Redirect(MailAddress quarantine, var _) -> List.of(new Part(group, way(quarantine)));
            case Decision.Answer(MailAddress to) -> {
                MailAddress from = group.plans().getFirst().recipient().address();
                yield List.of(new Part(
                        group,
                        nextHops.hop(to, rules.direction(to, true, Optional.of(from)))
                                .way(to)));
            }
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

    private NextHopConfig hop(MailAddress recipient) {
        return nextHops.hop(recipient, rules.direction(recipient, originMaySubmit, sender));
    }
}
