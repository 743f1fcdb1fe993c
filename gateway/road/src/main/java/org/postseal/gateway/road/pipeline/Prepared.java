package org.postseal.gateway.road.pipeline;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.road.delivery.DeliveryUnit;

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
        Optional<Inspection> inspection,
        List<RecipientPlan> plans,
        List<DeliveryUnit> units,
        Optional<Shadow> shadow,
        Map<Integer, MailCertificate> signers,
        Witness.Seen seen) {
    Prepared {
        signers = Map.copyOf(signers);
    }

    /** A message about whose certificates nothing was asked. */
    Prepared(
            Optional<Inspection> inspection,
            List<RecipientPlan> plans,
            List<DeliveryUnit> units,
            Optional<Shadow> shadow) {
        this(inspection, plans, units, shadow, Map.of(), Witness.Seen.NOTHING);
    }
}
