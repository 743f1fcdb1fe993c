package org.postseal.policy.deciding;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Explanation;
import org.postseal.policy.outcome.Handling;
import org.postseal.policy.protection.Protection;

/**
 * A decision for one recipient with its explanation. Only {@link RuleSet} makes one, so a {@link ClearPermit} proves
 * that the policy has decided. Immutable.
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
     * Returns the internal sender who gets a notice that the message was redirected; empty if nobody does.
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
            case Decision.Answer(MailAddress to) -> Optional.of(new ClearPermit(Set.of(to)));
            case Decision.Reject _, Decision.Defer _ -> Optional.empty();
        };
    }

    /**
     * Returns how the protection that the message came with is handled; empty if the message is answered, refused or
     * deferred.
     *
     * @param obstacle why the ciphertext cannot be opened for the recipient; empty when it was, or would be, decrypted
     */
    public Optional<Handling> handling(Facts facts, Optional<Handling.Closed> obstacle) {
        return switch (decision) {
            case Decision.Deliver(var incoming, var _, var _) ->
                Optional.of(
                        facts.content() == Facts.Content.ENCRYPTED
                                ? ofCiphertext(incoming == Decision.Incoming.OPEN, obstacle)
                                : new Handling(readable(incoming, facts), Optional.empty()));
            case Decision.Redirect _ ->
                Optional.of(
                        facts.content() == Facts.Content.ENCRYPTED
                                ? closed(obstacle, Handling.Closed.REDIRECTED)
                                : new Handling(Handling.Done.AS_RECEIVED, Optional.empty()));
            case Decision.Answer _, Decision.Reject _, Decision.Defer _ -> Optional.empty();
        };
    }

    /**
     * Returns how the copy leaves; empty if the message is answered, refused or deferred.
     *
     * @param unprotected says it of a copy that gets no new protection
     */
    public Optional<Handling.Left> left(Function<Decision.Deliver, Handling.Left> unprotected) {
        return switch (decision) {
            case Decision.Deliver deliver ->
                Optional.of(
                        switch (deliver.protection()) {
                            case Protection.Clear _, Protection.Kept _ -> unprotected.apply(deliver);
                            case Protection.Signed _ -> Handling.Left.SIGNED;
                            case Protection.Encrypted _ -> Handling.Left.ENCRYPTED;
                            case Protection.SignedAndEncrypted _, Protection.TripleWrapped _ ->
                                Handling.Left.SIGNED_AND_ENCRYPTED;
                        });
            case Decision.Redirect _ -> Optional.of(Handling.Left.AS_IT_CAME);
            case Decision.Answer _, Decision.Reject _, Decision.Defer _ -> Optional.empty();
        };
    }

    private Handling ofCiphertext(boolean opens, Optional<Handling.Closed> obstacle) {
        if (!opens) {
            return closed(obstacle, explanation.closed().orElse(Handling.Closed.NOT_ASKED));
        }
        return obstacle.map(why -> new Handling(Handling.Done.KEPT_CLOSED, Optional.of(why)))
                .orElseGet(() -> new Handling(Handling.Done.OPENED, Optional.empty()));
    }

    private static Handling closed(Optional<Handling.Closed> obstacle, Handling.Closed why) {
        return new Handling(
                obstacle.isPresent() ? Handling.Done.KEPT_CLOSED : Handling.Done.DECRYPTED_THEN_CLOSED,
                Optional.of(why));
    }

    private static Handling.Done readable(Decision.Incoming incoming, Facts facts) {
        return switch (incoming) {
            case AS_RECEIVED -> Handling.Done.AS_RECEIVED;
            case VERIFY, OPEN, KEEP_CLOSED ->
                facts.signature() == Facts.Signature.UNSIGNED ? Handling.Done.INSPECTED : Handling.Done.VERIFIED;
        };
    }
}
