package org.postseal.gateway.road.pipeline;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.road.delivery.DeliveryUnit;
import org.postseal.gateway.road.pipeline.StageObserver.Stage;
import org.postseal.gateway.smime.SealException;

/** Makes every copy of a message, and a unit of it for each next hop. Thread-safe. */
final class Sealer {
    private final CmsWork cms;
    private final Outgoing outgoing;

    Sealer(CmsWork cms, Outgoing outgoing) {
        this.cms = cms;
        this.outgoing = outgoing;
    }

    /** Seals the message. The recipients of a copy that cannot be made fail, and the others get theirs. */
    Prepared seal(Split split) {
        Decided decided = split.decided();
        Arrival arrival = decided.arrival();
        CopyMaker maker = new CopyMaker(split, cms, outgoing.hostName());
        List<RecipientPlan> plans = new ArrayList<>(split.plans());
        List<DeliveryUnit> units = new ArrayList<>();
        Map<Integer, MailCertificate> signers = new HashMap<>();
        for (Group group : split.groups()) {
            try {
                Copy copy = copy(maker, group, arrival);
                List<DeliveryUnit> parts = new ArrayList<>();
                for (Routing.Part part : decided.routing().parts(group)) {
                    // Each part gets a unit of its own, since a stamp names the recipients it is for.
                    parts.add(outgoing.unit(decided.inspected(), part.group(), copy.sendable())
                            .by(part.way()));
                    int number = units.size() + parts.size();
                    copy.signer().ifPresent(certificate -> signers.put(number, certificate));
                    for (RecipientPlan plan : part.group().plans()) {
                        plans.set(
                                plan.position(),
                                plan.sharing(
                                        copy.share(number, split.readership().certificates(plan)), copy.note()));
                    }
                }
                // The units are added last, so that an earlier failure leaves no unit for a plan that has failed.
                units.addAll(parts);
            } catch (SealException | IOException | RuntimeException e) {
                // If the message was given up, this ends the thread, and the failure is not recorded.
                arrival.preparation().step();
                Failure failure = Failure.ofSealing(arrival.envelope().queueId(), e);
                for (RecipientPlan plan : group.plans()) {
                    plans.set(plan.position(), plan.withFailure(failure.reason(), failure.detail()));
                }
            }
        }
        return new Prepared(
                arrival.passage(),
                Optional.of(decided.inspection()),
                plans,
                units,
                decided.shadow(),
                signers,
                decided.witness().seen());
    }

    private Copy copy(CopyMaker maker, Group group, Arrival arrival) throws IOException, SealException {
        try (StageClock.Running _ = arrival.clock().begin(Stage.SEAL);
                CryptoGate.Place _ = cms.turn(arrival)) {
            return maker.copy(group);
        }
    }
}
