package org.postseal.policy.deciding;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Handling;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.outcome.RefusalText;
import org.postseal.policy.rule.Action;

/** Collects the explanation: every step, and why the ciphertext stays closed. */
final class Steps {
    private final List<String> steps = new ArrayList<>();
    private Optional<Handling.Closed> closed = Optional.empty();

    void add(String step) {
        steps.add(step);
    }

    void addFirst(String step) {
        steps.addFirst(step);
    }

    /** Returns how many steps there are, for {@link #forgetSince}. */
    int count() {
        return steps.size();
    }

    /** Forgets all steps but the first {@code count}. */
    void forgetSince(int count) {
        steps.subList(count, steps.size()).clear();
    }

    List<String> all() {
        return List.copyOf(steps);
    }

    /** Notes that the ciphertext stays closed, and why. */
    void leaveClosed(Handling.Closed why) {
        closed = Optional.of(why);
    }

    Optional<Handling.Closed> closed() {
        return closed;
    }

    Decision refuse(Reason reason, String why) {
        return refuse(reason, Optional.empty(), false, why);
    }

    Decision refuse(Reason reason, Optional<RefusalText> text, boolean forAll, String why) {
        steps.add("refused: " + why + (forAll ? "; nobody else gets the message either" : ""));
        return new Decision.Reject(reason, text, forAll);
    }

    Decision tryLater(Reason reason, String why) {
        return tryLater(reason, Optional.empty(), why);
    }

    Decision tryLater(Reason reason, Optional<RefusalText> text, String why) {
        steps.add("deferred: " + why);
        return new Decision.Defer(reason, text);
    }

    /** Decides about mail to be encrypted when a look-up failed that tells whether it can be. */
    Decision lookupFailed(Action.OnFailure onFailure, String why) {
        if (onFailure instanceof Action.OnFailure.SendTo(MailAddress quarantine)) {
            return redirect(quarantine, Reason.CERTIFICATE_LOOKUP_FAILED, why);
        }
        return onFailure instanceof Action.OnFailure.TryLater(var text)
                ? tryLater(Reason.CERTIFICATE_LOOKUP_FAILED, text, why)
                : tryLater(Reason.CERTIFICATE_LOOKUP_FAILED, why);
    }

    Decision redirect(MailAddress quarantine, Reason reason, String why) {
        steps.add("redirected to " + quarantine + ": " + why);
        return new Decision.Redirect(quarantine, reason);
    }
}
