package org.postseal.gateway.road.pipeline;

import java.util.List;
import java.util.Optional;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.Decision;
import org.postseal.policy.Handling;
import org.postseal.policy.Reason;
import org.postseal.policy.Ruling;

/**
 * The plan for one recipient, and how far it got. Immutable: each step makes a new plan.
 *
 * @param position the position of the recipient in the incoming envelope
 * @param recipient the forward path
 * @param ruling the ruling of the policy; empty if the message failed before the policy could rule
 * @param basis what the ruling rests on; empty if there is no ruling, or it was made without a look into the message
 * @param view the content as this recipient has the right to see it; empty if {@code basis} is
 * @param failure why the message is not delivered; empty while nothing prevents that
 * @param detail the cause of the failure, or what could not be done as decided, for the audit log
 * @param unit the number of the delivery unit, from 1
 * @param certificates the certificates used, as {@code role:SHA-256}
 * @param readers additional readers of the copy, as {@code address:SHA-256} of each certificate
 * @param headerProtection what was done to protect the header fields of the copy
 * @param waived why the message would not be delivered if the policy were enforced instead of observed
 */
public record RecipientPlan(
        int position,
        Recipient recipient,
        Optional<Ruling> ruling,
        Optional<Basis> basis,
        Optional<ContentView> view,
        Optional<Reason> failure,
        Optional<String> detail,
        Optional<Integer> unit,
        List<String> certificates,
        List<String> readers,
        Optional<String> headerProtection,
        Optional<Reason> waived) {
    static RecipientPlan ruled(int position, Recipient recipient, Ruling ruling, Basis basis, ContentView view) {
        return new RecipientPlan(
                position,
                recipient,
                Optional.of(ruling),
                Optional.of(basis),
                Optional.of(view),
                failureOf(ruling),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    /** The plan for a recipient to whom the peer may not send, whatever the policy says. */
    static RecipientPlan notAdmitted(int position, Recipient recipient, Reason reason) {
        return failed(position, recipient, reason, reason.auditText());
    }

    static RecipientPlan failed(int position, Recipient recipient, Reason reason, String detail) {
        return new RecipientPlan(
                position,
                recipient,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(reason),
                Optional.of(detail),
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    /** The plan for a message that must not be looked into, ruled by its envelope only. */
    static RecipientPlan unread(int position, Recipient recipient, Ruling ruling) {
        return new RecipientPlan(
                position,
                recipient,
                Optional.of(ruling),
                Optional.empty(),
                Optional.empty(),
                failureOf(ruling),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    /** Says what is done to the protection that the message came with; empty if it is refused or not looked at. */
    public Optional<Handling> handling() {
        return ruling.flatMap(this::handling);
    }

    /** Says what another ruling on the same message would do to that protection. */
    Optional<Handling> handling(Ruling other) {
        return basis.flatMap(known -> Handling.of(other, known.facts(), view.flatMap(ContentView::closed)));
    }

    RecipientPlan withFailure(Reason reason, String cause) {
        return new RecipientPlan(
                position,
                recipient,
                ruling,
                basis,
                view,
                Optional.of(reason),
                Optional.of(cause),
                Optional.empty(),
                certificates,
                readers,
                headerProtection,
                waived);
    }

    /** @param used the certificates used, as {@code role:SHA-256} */
    RecipientPlan inUnit(int number, Copy copy, List<String> used) {
        Optional<String> note =
                copy.notes().isEmpty() ? Optional.empty() : Optional.of(String.join("; ", copy.notes()));
        return new RecipientPlan(
                position,
                recipient,
                ruling,
                basis,
                view,
                failure,
                note,
                Optional.of(number),
                used,
                copy.readers(),
                copy.headerProtection(),
                waived);
    }

    /**
     * The plan of a recipient who gets the message as it came. A failure moves to {@code waived} and no longer prevents
     * delivery.
     */
    RecipientPlan relayedIn(int number, List<String> wouldBeUsed) {
        return new RecipientPlan(
                position,
                recipient,
                ruling,
                basis,
                view,
                Optional.empty(),
                detail,
                Optional.of(number),
                wouldBeUsed,
                readers,
                headerProtection,
                failure);
    }

    /** The reply that tells the peer of the failure, with the rule's own text if it has one. */
    Reply reply(Reason reason) {
        Optional<String> text = ruling.flatMap(known -> switch (known.decision()) {
            case Decision.Reject(Reason why, var own, var _) when why == reason -> own;
            case Decision.Defer(Reason why, var own) when why == reason -> own;
            case Decision.Reject _, Decision.Defer _, Decision.Deliver _, Decision.Redirect _ -> Optional.empty();
        });
        return text.map(own -> Reply.of(reason.code(), reason.enhancedStatus(), own))
                .orElseGet(() -> Reply.of(reason));
    }

    private static Optional<Reason> failureOf(Ruling ruling) {
        return switch (ruling.decision()) {
            case Decision.Reject(Reason reason, var _, var _) -> Optional.of(reason);
            case Decision.Defer(Reason reason, var _) -> Optional.of(reason);
            case Decision.Deliver _, Decision.Redirect _ -> Optional.empty();
        };
    }
}
