package org.postseal.certstore.remote.ldap;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;

/** Translates failures of the LDAP library into our own names. */
final class LdapErrors {
    private LdapErrors() {}

    static LdapFailureException named(LdapUrl server, LDAPException e) {
        LdapFailure failure = failure(e);
        String detail = switch (failure) {
            case REFERS_ELSEWHERE -> server + " names " + String.join(" ", e.getReferralURLs());
            // The library's own message holds stack traces and text from the server, so it is left out.
            default ->
                server + " (" + e.getResultCode().intValue() + " "
                        + e.getResultCode().getName() + ")";
        };
        return new LdapFailureException(failure, detail, e);
    }

    private static LdapFailure failure(LDAPException e) {
        if (isCausedBy(e, each -> each instanceof CertificateException)) {
            return LdapFailure.UNTRUSTED;
        }
        if (isCausedBy(e, each -> each instanceof SSLException)) {
            return LdapFailure.NO_TLS;
        }
        // The library's reader throws this for lengths that are beyond the limit or make no sense.
        if (!e.getResultCode().equals(ResultCode.CONNECT_ERROR)
                && isCausedBy(e, each -> each.getClass().equals(IOException.class))) {
            return LdapFailure.MALFORMED;
        }
        return switch (e.getResultCode().intValue()) {
            case ResultCode.REFERRAL_INT_VALUE -> LdapFailure.REFERS_ELSEWHERE;
            case ResultCode.INVALID_CREDENTIALS_INT_VALUE,
                    ResultCode.INAPPROPRIATE_AUTHENTICATION_INT_VALUE,
                    ResultCode.AUTH_METHOD_NOT_SUPPORTED_INT_VALUE,
                    ResultCode.STRONG_AUTH_REQUIRED_INT_VALUE,
                    ResultCode.CONFIDENTIALITY_REQUIRED_INT_VALUE -> LdapFailure.CREDENTIALS_REFUSED;
            case ResultCode.INSUFFICIENT_ACCESS_RIGHTS_INT_VALUE, ResultCode.UNWILLING_TO_PERFORM_INT_VALUE ->
                LdapFailure.REFUSED;
            case ResultCode.SIZE_LIMIT_EXCEEDED_INT_VALUE, ResultCode.ADMIN_LIMIT_EXCEEDED_INT_VALUE ->
                LdapFailure.OVER_LIMIT;
            case ResultCode.TIME_LIMIT_EXCEEDED_INT_VALUE, ResultCode.TIMEOUT_INT_VALUE -> LdapFailure.TIMED_OUT;
            case ResultCode.DECODING_ERROR_INT_VALUE, ResultCode.PROTOCOL_ERROR_INT_VALUE -> LdapFailure.MALFORMED;
            case ResultCode.CONNECT_ERROR_INT_VALUE,
                    ResultCode.SERVER_DOWN_INT_VALUE,
                    ResultCode.UNAVAILABLE_INT_VALUE,
                    ResultCode.BUSY_INT_VALUE -> LdapFailure.UNREACHABLE;
            case ResultCode.NO_SUCH_OBJECT_INT_VALUE -> LdapFailure.NO_BASE;
            case ResultCode.ASSERTION_FAILED_INT_VALUE,
                    ResultCode.NO_SUCH_ATTRIBUTE_INT_VALUE,
                    ResultCode.ATTRIBUTE_OR_VALUE_EXISTS_INT_VALUE -> LdapFailure.CHANGED_MEANWHILE;
            default -> LdapFailure.FAILED;
        };
    }

    private static boolean isCausedBy(LDAPException e, Predicate<Throwable> kind) {
        for (Throwable each = e.getCause(); each != null; each = each.getCause()) {
            if (kind.test(each)) {
                return true;
            }
        }
        return false;
    }
}
