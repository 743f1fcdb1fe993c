package org.postseal.gateway.road.pipeline;

import java.util.List;
import java.util.Optional;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;

/**
 * A message on which the policy has ruled for each recipient, and of which no copy is made yet.
 *
 * @param plans one per recipient, in the order of the envelope
 * @param directory remembers what the policy was told of certificates and keys
 * @param routing says where the copies go
 * @param witness remembers what the verdicts on certificates rest on
 * @param shadow the other policy that is asked for the record
 */
record Decided(
        Inspected inspected,
        List<RecipientPlan> plans,
        Directory directory,
        Routing routing,
        Witness witness,
        Optional<Shadow> shadow) {
    Arrival arrival() {
        return inspected.arrival();
    }

    Inspection inspection() {
        return inspected.inspection();
    }

    /**
     * If a rule says that nobody gets a message that one recipient cannot get, fails every other recipient too, also
     * those whose failure was temporary and who would be retried on their own.
     */
    Decided allOrNobody() {
        boolean isForAll = plans.stream()
                .flatMap(plan -> plan.ruling().stream())
                .anyMatch(ruling -> ruling.decision() instanceof Decision.Reject reject && reject.forAll());
        return isForAll ? with(plans.stream().map(Decided::withOthers).toList()) : this;
    }

    private static RecipientPlan withOthers(RecipientPlan plan) {
        return plan.failure().filter(reason -> !reason.isTemporary()).isPresent()
                ? plan
                : plan.withFailure(Reason.REFUSED_WITH_OTHERS, Reason.REFUSED_WITH_OTHERS.auditText());
    }

    private Decided with(List<RecipientPlan> others) {
        return new Decided(inspected, others, directory, routing, witness, shadow);
    }
}
