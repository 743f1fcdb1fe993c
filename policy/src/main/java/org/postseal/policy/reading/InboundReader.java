package org.postseal.policy.reading;

import java.util.Optional;
import java.util.Set;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.rule.Action;
import org.postseal.policy.rule.Action.OnFailure;
import org.postseal.policy.yaml.YamlMapping;

/**
 * Reads a rule's demands on incoming mail: {@code requireSigned}, {@code requireEncrypted}, {@code onUnauthenticated},
 * {@code onSuspicious}, {@code strip}.
 */
final class InboundReader {
    private final FailureReader failures;

    InboundReader(FailureReader failures) {
        this.failures = failures;
    }

    /**
     * Reads the demands.
     *
     * @param directions in which the rule can match
     */
    Action.Inbound read(YamlMapping then, Set<Direction> directions, Optional<Boolean> verify) {
        Optional<OnFailure> onUnsigned = demand(then, "requireSigned", "onUnsigned", directions);
        Optional<OnFailure> onUnencrypted = demand(then, "requireEncrypted", "onUnencrypted", directions);
        boolean isTold = onUnsigned
                .filter(outcome -> outcome instanceof OnFailure.Refuse || outcome instanceof OnFailure.TryLater)
                .isPresent();
        if (isTold && !failures.hasQuarantine()) {
            then.value("requireSigned")
                    .orElseThrow()
                    .warning("cannot refuse mail that comes encrypted, since the reply would tell what our keys open:"
                            + " it is delivered with its verdict; set quarantine at the top to redirect it");
        }
        boolean strip = then.bool("strip").orElse(false);
        if (strip && verify.equals(Optional.of(false))) {
            then.value("strip")
                    .orElseThrow()
                    .error("does not go with verify: never; only a valid signature is taken off");
        }
        if (strip) {
            warnUnlessInbound(then, "strip", directions);
        }
        return new Action.Inbound(
                onUnsigned,
                onUnencrypted,
                changed(then, "onUnauthenticated", directions),
                changed(then, "onSuspicious", directions),
                strip);
    }

    private Optional<OnFailure> changed(YamlMapping then, String key, Set<Direction> directions) {
        Optional<OnFailure> outcome = failures.read(then, key, FailureReader.ON_UNAUTHENTICATED);
        if (outcome.isPresent()) {
            warnUnlessInbound(then, key, directions);
        }
        return outcome;
    }

    private Optional<OnFailure> demand(YamlMapping then, String demand, String outcome, Set<Direction> directions) {
        boolean isAsked = then.bool(demand).orElse(false);
        Optional<OnFailure> asked = failures.read(then, outcome, FailureReader.ON_UNMET);
        if (isAsked) {
            warnUnlessInbound(then, demand, directions);
        } else if (then.names().contains(outcome)) {
            then.value(outcome).orElseThrow().error("does nothing without " + demand + ": true");
        }
        return isAsked ? Optional.of(asked.orElse(new OnFailure.Refuse())) : Optional.empty();
    }

    private static void warnUnlessInbound(YamlMapping then, String key, Set<Direction> directions) {
        if (!directions.contains(Direction.INBOUND)) {
            then.value(key).orElseThrow().warning("has no effect: the rule does not match inbound mail");
        }
    }
}
