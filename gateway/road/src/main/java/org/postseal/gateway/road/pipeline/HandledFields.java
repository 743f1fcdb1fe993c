package org.postseal.gateway.road.pipeline;

import java.util.Optional;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.policy.deciding.Ruling;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Handling;
import org.postseal.policy.protection.Protection;

/** Says for a record how a message was protected when it came, what was done to the protection, and how it left. */
final class HandledFields {
    private HandledFields() {}

    static AuditEvent.Handled of(Prepared prepared, RecipientPlan plan, NextHop.Outcome outcome) {
        boolean isMade = plan.failure().isEmpty();
        return new AuditEvent.Handled(
                prepared.inspection()
                        .map(seen -> Handling.word(seen.found().atRoot().came())),
                isMade ? plan.ruling().map(ruling -> done(plan, ruling)).orElse("") : "",
                plan.handling().filter(_ -> isMade).flatMap(Handling::closed).map(Handling::word),
                outcome.reason().isEmpty()
                        ? (prepared.passage().isObserved() ? Optional.of(Handling.Left.AS_IT_CAME) : left(plan))
                                .map(Handling::word)
                        : Optional.empty());
    }

    /** Says what a ruling does to the protection that a message came with. */
    static String done(RecipientPlan plan, Ruling ruling) {
        boolean isUnread = plan.basis().isEmpty() && ruling.decision() instanceof Decision.Redirect;
        return isUnread
                ? Handling.word(Handling.Done.AS_RECEIVED)
                : plan.handling(ruling)
                        .map(handling -> Handling.word(handling.done()))
                        .orElse("");
    }

    static Optional<Handling.Left> left(RecipientPlan plan) {
        return plan.ruling()
                .flatMap(ruling -> ruling.left(deliver -> plan.view()
                        .filter(view -> CopyMaker.leavesAttached(deliver.incoming(), view))
                        .map(_ -> Handling.Left.ATTACHED)
                        .orElseGet(() -> unprotected(plan, deliver.protection(), deliver.changes()))));
    }

    /**
     * Says how a message leaves that gets no new protection. A signature inside opened content stays, unless it was
     * taken off.
     */
    private static Handling.Left unprotected(RecipientPlan plan, Protection protection, Decision.Changes changes) {
        boolean isStripped = changes.strip() && plan.detail().isEmpty();
        if (plan.isOpened()) {
            boolean isSignedInside =
                    plan.view().filter(ContentView::isSignedInside).isPresent();
            return isSignedInside && !isStripped ? Handling.Left.SIGNED : Handling.Left.CLEAR;
        }
        return protection instanceof Protection.Clear && (isStripped || !changes.strip())
                ? Handling.Left.CLEAR
                : Handling.Left.AS_IT_CAME;
    }
}
