package org.postseal.gateway.road.delivery;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.config.NextHopConfig.Way;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.gateway.smtp.client.NextHop.Outcome;
import org.postseal.gateway.smtp.client.OpenedPassage;
import org.postseal.policy.outcome.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends units to the next hop, one after the other. Thread-safe. */
public final class HopDelivery implements Delivery {
    private final NextHop nextHop;

    public HopDelivery(NextHop nextHop) {
        this.nextHop = nextHop;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if an envelope names a recipient whom its unit does not name; then no unit is
     * sent
     */
    @Override
    public List<List<Outcome>> deliver(List<DeliveryUnit> units, boolean allOrNothing) {
        units.forEach(unit -> unit.envelope().requireNamedBy(unit.sendable()));
        List<List<Outcome>> outcomes = new ArrayList<>();
        boolean hasFailed = false;
        for (DeliveryUnit unit : units) {
            List<Outcome> ofUnit = allOrNothing && hasFailed
                    ? forAll(unit, Outcome.of(Reason.NOT_SENT_WITH_OTHERS, "an earlier unit failed"))
                    : send(unit, allOrNothing, NextHop.Acceptance.unheard());
            hasFailed |= !ofUnit.stream().allMatch(Outcome::isAccepted);
            outcomes.add(ofUnit);
        }
        return outcomes;
    }

    @Override
    public List<Outcome> deliver(DeliveryUnit unit, boolean allOrNothing, NextHop.Acceptance acceptance) {
        unit.envelope().requireNamedBy(unit.sendable());
        return send(unit, allOrNothing, acceptance);
    }

    @Override
    public OpenedPassage forOpened(Way way, boolean needsSmtpUtf8) {
        return nextHop.forOpened(way, needsSmtpUtf8);
    }

    private List<Outcome> send(DeliveryUnit unit, boolean allOrNothing, NextHop.Acceptance acceptance) {
        try {
            return nextHop.send(unit.sendable(), unit.envelope(), allOrNothing, acceptance);
        } catch (RuntimeException unexpected) {
            // If this exception went on, the outcomes of the units sent before would be lost, and their recipients
            // would get the message again. Nobody knows whether this unit has left.
            LOG.error("Next hop failed", unexpected);
            return forAll(
                    unit,
                    new Outcome(
                            Reply.of(Reason.INTERNAL_ERROR),
                            true,
                            Optional.of(Reason.INTERNAL_ERROR),
                            Optional.of(unexpected.toString())));
        }
    }

    private static List<Outcome> forAll(DeliveryUnit unit, Outcome outcome) {
        return Collections.nCopies(unit.envelope().recipients().size(), outcome);
    }

    private static final Logger LOG = LoggerFactory.getLogger(HopDelivery.class);
}
