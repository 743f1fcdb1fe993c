package org.postseal.gateway.smime;

import org.jspecify.annotations.Nullable;
import org.postseal.policy.Reason;

/** A message that could not be signed or encrypted; the reason decides the reply, the message is for the audit log. */
public final class SealException extends Exception {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    public SealException(Reason reason, String detail, @Nullable Throwable cause) {
        super(detail, cause);
        this.reason = reason;
    }

    /** What the recipient's copy is refused or deferred with. */
    public Reason reason() {
        return reason;
    }
}
