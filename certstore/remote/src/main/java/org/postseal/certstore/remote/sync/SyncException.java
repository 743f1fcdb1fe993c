package org.postseal.certstore.remote.sync;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPResult;
import com.unboundid.ldap.sdk.ResultCode;
import org.jspecify.annotations.Nullable;

/**
 * Reports that a synchronisation was given up. The mirror is in the state after the last batch that was applied
 * completely, and the kept position belongs to that state.
 */
public final class SyncException extends Exception {
    private static final long serialVersionUID = 1;

    private final SyncFailure failure;

    /** @param message what happened, for the administrator */
    public SyncException(SyncFailure failure, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.failure = failure;
    }

    SyncException(SyncFailure failure, String message) {
        this(failure, message, null);
    }

    /** Returns the exception for a failed attempt to reach the server. */
    public static SyncException of(LDAPException e) {
        return new SyncException(failure(e.getResultCode()), e.getResultCode() + ": " + e.getMessage(), e);
    }

    /** Returns the exception for a result other than success. */
    static SyncException of(LDAPResult result) {
        String diagnostic = result.getDiagnosticMessage();
        SyncFailure failure = failure(result.getResultCode());
        return new SyncException(
                failure,
                result.getResultCode()
                        + (diagnostic == null ? "" : ": " + diagnostic)
                        + (failure == SyncFailure.SERVER_LIMIT
                                ? "; the account must be allowed to read everything below the base (OpenLDAP: limits)"
                                : ""));
    }

    /**
     * Works as {@link #of(LDAPResult)}, for a request that was sent with a position. Three results then mean that the
     * server cannot go on from there: e-syncRefreshRequired (RFC 4533 §3.5), unwillingToPerform, with which slapd
     * answers a cookie from its own future, and protocolError, with which Active Directory answers a cookie that it
     * cannot read. Returns null for a success.
     */
    static @Nullable SyncException ofPositioned(LDAPResult result, boolean hasPosition) {
        if (result.getResultCode().equals(ResultCode.SUCCESS)) {
            return null;
        }
        boolean isRefused = switch (result.getResultCode().intValue()) {
            case ResultCode.E_SYNC_REFRESH_REQUIRED_INT_VALUE,
                    ResultCode.UNWILLING_TO_PERFORM_INT_VALUE,
                    ResultCode.PROTOCOL_ERROR_INT_VALUE -> hasPosition;
            default -> false;
        };
        SyncException failure = of(result);
        return isRefused
                ? new SyncException(SyncFailure.POSITION_REFUSED, String.valueOf(failure.getMessage()))
                : failure;
    }

    public SyncFailure failure() {
        return failure;
    }

    private static SyncFailure failure(ResultCode code) {
        return switch (code.intValue()) {
            case ResultCode.INVALID_CREDENTIALS_INT_VALUE, ResultCode.INAPPROPRIATE_AUTHENTICATION_INT_VALUE ->
                SyncFailure.LOGIN_REFUSED;
            case ResultCode.INSUFFICIENT_ACCESS_RIGHTS_INT_VALUE -> SyncFailure.INSUFFICIENT_RIGHTS;
            case ResultCode.UNAVAILABLE_CRITICAL_EXTENSION_INT_VALUE -> SyncFailure.METHOD_UNSUPPORTED;
            case ResultCode.NO_SUCH_OBJECT_INT_VALUE -> SyncFailure.NO_SUCH_BASE;
            case ResultCode.SIZE_LIMIT_EXCEEDED_INT_VALUE,
                    ResultCode.TIME_LIMIT_EXCEEDED_INT_VALUE,
                    ResultCode.ADMIN_LIMIT_EXCEEDED_INT_VALUE -> SyncFailure.SERVER_LIMIT;
            // The SDK counts these as a broken connection, but here the server itself sent them.
            case ResultCode.PROTOCOL_ERROR_INT_VALUE, ResultCode.OTHER_INT_VALUE -> SyncFailure.SERVER_REFUSED;
            case ResultCode.TIMEOUT_INT_VALUE -> SyncFailure.SERVER_SILENT;
            case ResultCode.DECODING_ERROR_INT_VALUE -> SyncFailure.PROTOCOL_VIOLATION;
            default -> code.isConnectionUsable() ? SyncFailure.SERVER_REFUSED : SyncFailure.SERVER_UNAVAILABLE;
        };
    }
}
