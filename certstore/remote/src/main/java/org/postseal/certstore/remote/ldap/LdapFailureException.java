package org.postseal.certstore.remote.ldap;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A directory server gave no answer, and why. Its message is for the admin: it names server and cause, never a password. */
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

    /** The name of what happened. */
    public LdapFailure failure() {
        return failure;
    }

    /** The same to be thrown in another thread, with this one as the cause. */
    LdapFailureException again() {
        return new LdapFailureException(failure, detail, this);
    }

    /** The words, never null. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
