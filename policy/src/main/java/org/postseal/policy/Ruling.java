package org.postseal.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;

/**
 * A decision for one recipient with its explanation. Only {@link RuleSet} makes one, and this is what gives a
 * {@link ClearPermit} its worth. Immutable.
 */
public final class Ruling {
    private final MailAddress recipient;
    private final Decision decision;
    private final Explanation explanation;
    private final Optional<MailAddress> notice;

    Ruling(MailAddress recipient, Decision decision, Explanation explanation, Optional<MailAddress> notice) {
        this.recipient = recipient;
        this.decision = decision;
        this.explanation = explanation;
        this.notice = notice;
    }

    public MailAddress recipient() {
        return recipient;
    }

    public Decision decision() {
        return decision;
    }

    public Explanation explanation() {
        return explanation;
    }

    /** Returns the same ruling with these steps before the steps of its explanation. */
    public Ruling after(List<String> steps) {
        if (steps.isEmpty()) {
            return this;
        }
        List<String> all = new ArrayList<>(steps);
        all.addAll(explanation.steps());
        return new Ruling(
                recipient,
                decision,
                new Explanation(
                        explanation.direction(),
                        explanation.rule(),
                        explanation.mailboxPolicy(),
                        List.copyOf(all),
                        explanation.settings(),
                        explanation.closed()),
                notice);
    }

    /**
     * Returns the internal sender who gets a notice that the message was refused or redirected; empty if nobody does.
     */
    public Optional<MailAddress> notice() {
        return notice;
    }

    /** Returns the permit to send that notice in clear; it tells nothing of the content. */
    public Optional<ClearPermit> noticePermit() {
        return notice.map(sender -> new ClearPermit(Set.of(sender)));
    }

    /**
     * Returns the permit to send without encryption of ours; empty if the decision is to encrypt, to reject or to
     * defer.
     */
    public Optional<ClearPermit> clearPermit() {
        return switch (decision) {
            case Decision.Deliver deliver ->
                switch (deliver.protection()) {
                    case Protection.Clear _, Protection.Kept _, Protection.Signed _ ->
                        Optional.of(new ClearPermit(Set.of(recipient)));
                    case Protection.Encrypted _, Protection.SignedAndEncrypted _, Protection.TripleWrapped _ ->
                        Optional.empty();
                };
            case Decision.Redirect redirect -> Optional.of(new ClearPermit(Set.of(redirect.quarantine())));
            case Decision.Reject _, Decision.Defer _ -> Optional.empty();
        };
    }
}
