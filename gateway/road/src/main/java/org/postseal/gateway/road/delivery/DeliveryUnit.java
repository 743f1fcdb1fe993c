package org.postseal.gateway.road.delivery;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.postseal.gateway.config.NextHopConfig.Way;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.client.OutgoingEnvelope;

/**
 * Holds the recipients who share one form of the message: the same protection, the same signer and the same right to
 * open. Bcc recipients are apart.
 *
 * @param sendable the octets, with the proof that they may leave
 * @param envelope the envelope with which they leave
 * @param positions the index of each of the envelope's recipients in the incoming envelope
 */
public record DeliveryUnit(Sendable sendable, OutgoingEnvelope envelope, List<Integer> positions) {
    public DeliveryUnit {
        positions = List.copyOf(positions);
    }

    /**
     * Returns the positions in the incoming envelope for which this recipient of the copy stands. A redirected copy has
     * one recipient, the quarantine, in place of all those it was redirected for.
     */
    List<Integer> positionsOf(int recipient) {
        boolean isLast = recipient == envelope.recipients().size() - 1;
        return positions.subList(recipient, isLast ? positions.size() : recipient + 1);
    }

    /** Returns the same copy with another next hop. */
    public DeliveryUnit by(Way way) {
        return new DeliveryUnit(sendable, envelope.by(way), positions);
    }

    /**
     * Returns the same copy for only those recipients whose positions are wanted; the result is empty if none is left.
     * The proof still covers them, since it names the recipients for whom the copy was made.
     */
    Optional<DeliveryUnit> only(Predicate<Integer> isWanted) {
        List<Integer> left = positions.stream().filter(isWanted).toList();
        if (left.isEmpty()) {
            return Optional.empty();
        }
        // A redirected copy has one recipient in place of all.
        boolean isRedirected = envelope.recipients().size() != positions.size();
        List<Recipient> recipients = isRedirected
                ? envelope.recipients()
                : IntStream.range(0, positions.size())
                        .filter(i -> isWanted.test(positions.get(i)))
                        .mapToObj(envelope.recipients()::get)
                        .toList();
        return Optional.of(new DeliveryUnit(sendable, envelope.to(recipients), left));
    }
}
