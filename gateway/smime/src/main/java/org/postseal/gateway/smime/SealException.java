package org.postseal.gateway.smime;

import org.jspecify.annotations.Nullable;
import org.postseal.policy.outcome.Reason;

/** A message could not be signed or encrypted. The reason decides the reply, and the message is for the audit log. */
public final class SealException extends Exception {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    public SealException(Reason reason, String detail, @Nullable Throwable cause) {
        super(detail, cause);
        this.reason = reason;
    }

    /** Returns the reason for which the recipient's copy is refused or deferred. */
    public Reason reason() {
        return reason;
    }
}
