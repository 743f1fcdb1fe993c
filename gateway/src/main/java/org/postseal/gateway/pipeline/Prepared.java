package org.postseal.gateway.pipeline;

import java.util.List;
import java.util.Optional;
import org.postseal.gateway.delivery.DeliveryUnit;

/**
 * A message ready to leave: every copy made, nothing sent yet.
 *
 * @param inspection empty when the message was refused before it could be understood
 * @param plans one per recipient, in the order of the envelope
 * @param units in the order to send
 * @param shadow what another policy is to be asked for the record
 */
record Prepared(
        Optional<Inspection> inspection,
        List<RecipientPlan> plans,
        List<DeliveryUnit> units,
        Optional<Shadow> shadow) {}
