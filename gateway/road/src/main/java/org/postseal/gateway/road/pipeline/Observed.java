package org.postseal.gateway.road.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.road.delivery.DeliveryUnit;
import org.postseal.gateway.smime.Sendable;
import org.postseal.policy.deciding.Observation;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.Protection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Relays mail as it came while the policy is only observed: everybody gets the received octets, including forged
 * fields. Only {@link Admission}, which depends on no policy, still refuses a recipient. Thread-safe.
 */
final class Observed {
    private static final Logger LOG = LoggerFactory.getLogger(Observed.class);

    private static final Set<Reason> NOT_ADMITTED =
            Set.of(Reason.RELAY_DENIED, Reason.RECIPIENT_ROUTED_ELSEWHERE, Reason.RELEASE_REFUSED);

    private final Outgoing outgoing;

    Observed(Outgoing outgoing) {
        this.outgoing = outgoing;
    }

    Prepared relay(Decided decided) {
        Arrival arrival = decided.arrival();
        Observation observation = arrival.policy().observation().orElseThrow();
        List<RecipientPlan> plans = decided.plans();
        List<RecipientPlan> all = new ArrayList<>(plans);
        List<RecipientPlan> relayed = plans.stream()
                .filter(plan -> plan.failure().filter(NOT_ADMITTED::contains).isEmpty())
                .toList();
        List<DeliveryUnit> units = new ArrayList<>();
        if (!relayed.isEmpty()) {
            Sendable sendable = Sendable.relayed(
                    arrival.message(),
                    observation.permit(relayed.stream()
                            .map(plan -> plan.recipient().address())
                            .toList()));
            decided.routing().byWay(relayed).forEach((way, those) -> {
                units.add(outgoing.relayed(arrival.envelope(), those, sendable).by(way));
                those.forEach(
                        plan -> all.set(plan.position(), plan.relayed(Share.asItCame(units.size(), wouldOpen(plan)))));
            });
        }
        return new Prepared(
                arrival.passage(),
                Optional.of(decided.inspection()),
                all,
                units,
                decided.shadow(),
                Map.of(),
                decided.witness().seen());
    }

    /**
     * Records a fault as the failure of a plan, which does not stop the message: no mail may wait for a policy that is
     * not enforced.
     */
    static RecipientPlan fault(Envelope envelope, int position, Throwable cause) {
        LOG.error("{}: unexpected, and relayed since the policy is only observed", envelope.queueId(), cause);
        return RecipientPlan.failed(
                position,
                envelope.recipients().get(position),
                Reason.INTERNAL_ERROR,
                cause.getClass().getName());
    }

    private static List<String> wouldOpen(RecipientPlan plan) {
        return plan.ruling()
                .filter(ruling -> ruling.decision()
                                instanceof Decision.Deliver(Decision.Incoming incoming, Protection protection, var _)
                        && incoming == Decision.Incoming.OPEN
                        && (protection instanceof Protection.Clear || protection instanceof Protection.Kept))
                .flatMap(_ -> plan.view())
                .flatMap(ContentView::opened)
                .map(opened -> List.of(Copy.OPENED + opened.key().hex()))
                .orElse(List.of());
    }
}
