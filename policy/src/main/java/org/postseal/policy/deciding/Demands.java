package org.postseal.policy.deciding;

import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.condition.Asked;
import org.postseal.policy.condition.HeaderCondition;
import org.postseal.policy.condition.Truth;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.rule.Action;
import org.postseal.policy.rule.Action.Demand;
import org.postseal.policy.settings.Requirement;
import org.postseal.policy.settings.Settings;
import org.postseal.policy.yaml.Words;

/**
 * Finds what is demanded of a message, and judges by what stands outside an encryption whether the message meets it.
 * Used once.
 */
final class Demands {
    private final Facts facts;
    private final Asked gathered;
    private final AcceptedEncryption accepted;
    private final ExistingProtection existing;
    private final Steps steps;

    Demands(Facts facts, Asked gathered, AcceptedEncryption accepted, ExistingProtection existing, Steps steps) {
        this.facts = facts;
        this.gathered = gathered;
        this.accepted = accepted;
        this.existing = existing;
        this.steps = steps;
    }

    Demand of(String what, Requirement<Boolean> byLevels, Optional<Demand> byRule) {
        byRule.ifPresent(asked -> steps.add("the rule asks " + what + ": " + Words.word(asked)));
        if (!byLevels.value()) {
            return byRule.orElse(Demand.NEVER);
        }
        steps.add(byLevels.from() + " asks " + what + ": required");
        if (byRule.isEmpty() || byRule.get() == Demand.REQUIRED) {
            return Demand.REQUIRED;
        }
        if (byLevels.forbids(false)) {
            steps.add("the rule cannot weaken that: no mayWeaken for it");
            return Demand.REQUIRED;
        }
        return byRule.get();
    }

    /**
     * Returns the decision against a message that does not meet the demand to encrypt, or to come encrypted. It comes
     * before any look under the encryption, so that it does not depend on what is there.
     */
    Optional<Decision> judgeOutside(Demand encrypt, Settings levels, Settings settings, Action.Protect asked) {
        Direction direction = gathered.direction();
        Optional<Decision> stopped = facts.content() == Facts.Content.ENCRYPTED
                ? accepted.judge(encrypt, direction, settings, asked)
                        .or(() -> existing.judgeEncryption(encrypt, levels, settings, asked))
                : Optional.empty();
        return stopped.or(() -> judgeSubject(encrypt, settings))
                .or(() -> direction == Direction.INBOUND
                        ? existing.judgeDoubtful(asked.inbound())
                                .or(() -> existing.judgeUnencrypted(asked.inbound(), () -> accepted.incoming(settings)))
                        : Optional.empty());
    }

    /**
     * Redirects an automatic message to the quarantine instead of refusing it, if there is one, so that somebody sees
     * it. A refused bounce is lost, because the peer that handed it to us may not bounce it (RFC 5321 §4.5.5).
     */
    Decision unlessEncrypted(Decision decision, Optional<MailAddress> quarantine) {
        return switch (decision) {
            case Decision.Reject(Reason reason, var _, var _) ->
                quarantine
                        .<Decision>map(place ->
                                steps.redirect(place, reason, "nobody reads the refusal of an automatic message"))
                        .orElseGet(() -> steps.refuse(
                                Reason.AUTOMATIC_NOT_ENCRYPTED,
                                "an automatic message that cannot be encrypted, and there is no quarantine"));
            case Decision.Deliver _, Decision.Redirect _, Decision.Answer _, Decision.Defer _ -> decision;
        };
    }

    /**
     * Returns the decision against a ciphertext of our sender that stands beside a Subject which must be hidden: nobody
     * can hide it any more.
     */
    private Optional<Decision> judgeSubject(Demand encrypt, Settings settings) {
        boolean isHidden = encrypt == Demand.REQUIRED
                && facts.content() == Facts.Content.ENCRYPTED
                && facts.originMaySubmit()
                && settings.headers().hideSubject();
        return isHidden
                        && HeaderCondition.subjectShown(facts.headers().keySet())
                                        .holds(gathered)
                                instanceof Truth.Yes
                ? Optional.of(steps.refuse(
                        Reason.SUBJECT_SHOWN,
                        "hideSubject, and the message that its sender has encrypted shows its Subject"))
                : Optional.empty();
    }
}
