package org.postseal.gateway.road.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.road.delivery.DeliveryUnit;
import org.postseal.policy.outcome.Reason;

/**
 * A message ready to leave: every copy is made, and nothing is sent yet.
 *
 * @param inspection empty if the message was refused before it could be understood
 * @param plans one per recipient, in the order of the envelope
 * @param units the units in the order in which they are sent
 * @param shadow the other policy that is asked for the record
 * @param signers the certificate that signed the copy of a unit, by the number of the unit from 1; a unit that we did
 * not sign has none
 * @param seen what was found out about certificates
 */
record Prepared(
        Passage passage,
        Optional<Inspection> inspection,
        List<RecipientPlan> plans,
        List<DeliveryUnit> units,
        Optional<Shadow> shadow,
        Map<Integer, MailCertificate> signers,
        Witness.Seen seen) {
    Prepared {
        plans = List.copyOf(plans);
        units = List.copyOf(units);
        signers = Map.copyOf(signers);
    }

    /** A message that nobody has looked into. */
    static Prepared unread(Passage passage, List<RecipientPlan> plans, List<DeliveryUnit> units) {
        return new Prepared(passage, Optional.empty(), plans, units, Optional.empty(), Map.of(), Witness.Seen.NOTHING);
    }

    /** A message that is refused for every recipient. */
    static Prepared refused(Passage passage, Reason reason, String detail) {
        List<Recipient> recipients = passage.envelope().recipients();
        List<RecipientPlan> plans = new ArrayList<>();
        for (int i = 0; i < recipients.size(); i++) {
            plans.add(RecipientPlan.failed(i, recipients.get(i), reason, detail));
        }
        return unread(passage, plans, List.of());
    }
}
