package org.postseal.gateway.road.pipeline;

import java.util.List;
import java.util.Optional;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.deciding.Ruling;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Handling;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.outcome.RefusalText;

/**
 * The plan for one recipient, and how far it got. Immutable: each step makes a new plan.
 *
 * @param position the position of the recipient in the incoming envelope
 * @param recipient the forward path
 * @param ruling the ruling of the policy; empty if the message failed before the policy could rule
 * @param basis what the ruling rests on; empty if there is no ruling, or it was made without a look into the message
 * @param failure why the message is not delivered; empty while nothing prevents that
 * @param waived why the message would not be delivered if the policy were enforced instead of observed
 * @param detail the cause of the failure, or what could not be done as decided, for the audit log
 * @param share the share in a copy; empty until a copy is made, and if none is
 */
public record RecipientPlan(
        int position,
        Recipient recipient,
        Optional<Ruling> ruling,
        Optional<Basis> basis,
        Optional<Reason> failure,
        Optional<Reason> waived,
        Optional<String> detail,
        Optional<Share> share) {
    static RecipientPlan ruled(int position, Recipient recipient, Ruling ruling, Basis basis) {
        return ruled(position, recipient, ruling, Optional.of(basis));
    }

    /** The plan for a message that must not be looked into, ruled by its envelope only. */
    static RecipientPlan unread(int position, Recipient recipient, Ruling ruling) {
        return ruled(position, recipient, ruling, Optional.empty());
    }

    private static RecipientPlan ruled(int position, Recipient recipient, Ruling ruling, Optional<Basis> basis) {
        return new RecipientPlan(
                position,
                recipient,
                Optional.of(ruling),
                basis,
                failureOf(ruling),
                Optional.empty(),
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
                Optional.of(reason),
                Optional.empty(),
                Optional.of(detail),
                Optional.empty());
    }

    /** The content as this recipient has the right to see it; empty if nobody has looked into the message for them. */
    Optional<ContentView> view() {
        return basis.map(Basis::view);
    }

    /**
     * True if we have a key for this recipient that might open the message. This is known before any key is used, and
     * nothing may leave that tells whether it did open the message.
     */
    boolean mayBeOpened() {
        return view().filter(view -> !view.keys().isEmpty()).isPresent();
    }

    /** The certificates used, as {@code role:SHA-256}. */
    List<String> certificates() {
        return share.map(Share::certificates).orElse(List.of());
    }

    /** Says what is done to the protection that the message came with; empty if it is refused or not looked at. */
    public Optional<Handling> handling() {
        return ruling.flatMap(this::handling);
    }

    /** Says how the copy leaves if it is made as it was decided; empty if there is none. */
    public Optional<Handling.Left> left() {
        return HandledFields.left(this);
    }

    /** True if the message is decrypted and delivered open. */
    boolean isOpened() {
        return handling()
                .filter(handling -> handling.done() == Handling.Done.OPENED)
                .isPresent();
    }

    /** Says what another ruling on the same message would do to that protection. */
    Optional<Handling> handling(Ruling other) {
        return basis.flatMap(known -> other.handling(known.facts(), known.view().closed()));
    }

    /** The plan of a recipient for whom no copy is made after all. */
    RecipientPlan withFailure(Reason reason, String cause) {
        return new RecipientPlan(
                position, recipient, ruling, basis, Optional.of(reason), waived, Optional.of(cause), Optional.empty());
    }

    /** @param note what could not be done as decided */
    RecipientPlan sharing(Share mine, Optional<String> note) {
        return new RecipientPlan(position, recipient, ruling, basis, failure, waived, note, Optional.of(mine));
    }

    /**
     * The plan of a recipient who gets the message as it came. A failure moves to {@code waived} and no longer prevents
     * delivery.
     */
    RecipientPlan relayed(Share mine) {
        return new RecipientPlan(
                position, recipient, ruling, basis, Optional.empty(), failure, detail, Optional.of(mine));
    }

    /** The reply that tells the peer of the failure, with the rule's own line of text if it has one. */
    Reply reply(Reason reason) {
        return text(reason)
                .flatMap(RefusalText::literal)
                .map(own -> Reply.of(reason.code(), reason.enhancedStatus(), own))
                .orElseGet(() -> Reply.of(reason));
    }

    /** The text that the rule has for this failure; empty if it leaves that to the reason. */
    Optional<RefusalText> text(Reason reason) {
        return ruling.flatMap(known -> switch (known.decision()) {
            case Decision.Reject(Reason why, var own, var _) when why == reason -> own;
            case Decision.Defer(Reason why, var own) when why == reason -> own;
            case Decision.Reject _, Decision.Defer _, Decision.Deliver _, Decision.Redirect _, Decision.Answer _ ->
                Optional.empty();
        });
    }

    private static Optional<Reason> failureOf(Ruling ruling) {
        return switch (ruling.decision()) {
            case Decision.Reject(Reason reason, var _, var _) -> Optional.of(reason);
            case Decision.Defer(Reason reason, var _) -> Optional.of(reason);
            case Decision.Deliver _, Decision.Redirect _, Decision.Answer _ -> Optional.empty();
        };
    }
}
