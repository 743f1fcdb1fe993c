package org.postseal.gateway.delivery;

import java.util.List;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.client.OutgoingEnvelope;

/**
 * Recipients who share one form of the message: same protection, same signer, same right to open, Bcc apart.
 *
 * @param sendable the octets, with the proof that they may leave
 * @param envelope how they leave
 * @param positions the index of each of the envelope's recipients in the incoming envelope
 */
public record DeliveryUnit(Sendable sendable, OutgoingEnvelope envelope, List<Integer> positions) {
    public DeliveryUnit {
        positions = List.copyOf(positions);
    }
}
