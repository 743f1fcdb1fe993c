package org.postseal.certstore.remote.ldap;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reports that a directory server gave no answer. The message is for the administrator. It names the server and the
 * cause, and never a password.
 */
public final class LdapFailureException extends Exception {
    private static final long serialVersionUID = 1;

    private final LdapFailure failure;
    private final String detail;

    public LdapFailureException(LdapFailure failure, String detail) {
        this(failure, detail, null);
    }

    public LdapFailureException(LdapFailure failure, String detail, @Nullable Throwable cause) {
        super(detail.isEmpty() ? failure.text() : failure.text() + ": " + detail, cause);
        this.failure = failure;
        this.detail = detail;
    }

    public LdapFailure failure() {
        return failure;
    }

    /** Returns the same failure for another thread, with this exception as its cause. */
    LdapFailureException again() {
        return new LdapFailureException(failure, detail, this);
    }

    /** Returns the message, never null. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
