package org.postseal.gateway.road.pipeline;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.road.delivery.DeliveryUnit;

/**
 * A message ready to leave: every copy made, nothing sent yet.
 *
 * @param inspection empty when the message was refused before it could be understood
 * @param plans one per recipient, in the order of the envelope
 * @param units in the order to send
 * @param shadow what another policy is to be asked for the record
 * @param signers whose certificate signed the copy of a unit, by its number from 1; those that we did not sign have none
 * @param seen what was found of certificates
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

    /** Of which nothing was asked. */
    Prepared(
            Optional<Inspection> inspection,
            List<RecipientPlan> plans,
            List<DeliveryUnit> units,
            Optional<Shadow> shadow) {
        this(inspection, plans, units, shadow, Map.of(), Witness.Seen.NOTHING);
    }
}
