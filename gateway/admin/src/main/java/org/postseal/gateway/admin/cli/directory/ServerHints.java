package org.postseal.gateway.admin.cli.directory;

import org.postseal.certstore.remote.ldap.LdapFailure;
import org.postseal.certstore.remote.sync.SyncFailure;

/** Suggests what an administrator may do about a directory server that fails. */
final class ServerHints {
    private ServerHints() {}

    static String of(LdapFailure failure, String name) {
        String key = "directory.ldap." + name;
        return switch (failure) {
            case MISCONFIGURED -> "see " + key + " in the configuration, and whether its files can be read";
            case UNREACHABLE ->
                "is the server running, are host and port of " + key + ".urls right, does a firewall let them through?";
            case UNTRUSTED ->
                "let " + key + ".trust name the authority that issued it, and " + key
                        + ".urls a name that it is issued for";
            case NO_TLS -> "does the server offer TLS on this port? ldaps:// is for port 636, startTls for 389";
            case CREDENTIALS_REFUSED ->
                "look at " + key + ".bindDn and the file passwordFile: all of it but the last line end is the password";
            case REFUSED -> "the account may not do this there; give it the right, or another account";
            case TIMED_OUT -> "is the server busy? The times allowed are " + key + ".limits";
            case BUSY, CLOSED, CHANGED_MEANWHILE -> "try again";
            case MALFORMED ->
                "is it an LDAP server? One with large entries needs a larger " + key + ".limits.messageOctets";
            case REFERS_ELSEWHERE ->
                "references are not followed: let " + key + ".urls name the server that has the entries";
            case NO_BASE -> "let " + key + ".base name an entry that is there and that the account may read";
            case AMBIGUOUS ->
                "an address may stand in one entry only: remove it from the others, or make " + key + ".base narrower";
            case OVER_LIMIT -> "the limits are " + key + ".limits";
            case NOT_EXPANDABLE, FAILED -> "the log of the server may say more";
            case NO_ENTRY -> "does an entry below " + key + ".base have this address?";
        };
    }

    /**
     * Suggests what to do about a failure to publish.
     *
     * @param isWriting false while the change is still being planned
     */
    static String ofPublishing(LdapFailure failure, String name, boolean isWriting) {
        return switch (failure) {
            case REFUSED ->
                isWriting
                        ? ACCOUNT
                        : "a certificate is published only in an entry that has one of its addresses;"
                                + " see proxyAddresses of the entry";
            case CREDENTIALS_REFUSED -> ACCOUNT;
            case CHANGED_MEANWHILE -> "somebody else changed the entry; nothing was done, run it again";
            case OVER_LIMIT -> "remove some by hand: the gateway cannot know which of them are still in use";
            case TIMED_OUT ->
                "it is not known whether the change was made; run the command again, which does what is left to do";
            case MISCONFIGURED,
                    UNREACHABLE,
                    UNTRUSTED,
                    NO_TLS,
                    BUSY,
                    CLOSED,
                    MALFORMED,
                    REFERS_ELSEWHERE,
                    NO_BASE,
                    AMBIGUOUS,
                    NOT_EXPANDABLE,
                    NO_ENTRY,
                    FAILED -> of(failure, name);
        };
    }

    static String of(SyncFailure failure, String name) {
        String key = "directory.ldap." + name;
        return switch (failure) {
            case SERVER_UNAVAILABLE, SERVER_SILENT, LOGIN_REFUSED, PROTOCOL_VIOLATION, SERVER_REFUSED ->
                "postseal directory test " + name + " says what is wrong";
            case INSUFFICIENT_RIGHTS -> "give the account " + key + ".bindDn the right, or choose another method";
            case METHOD_UNSUPPORTED -> "let " + key + ".sync.method be auto";
            case NO_SUCH_BASE -> of(LdapFailure.NO_BASE, name);
            case SERVER_LIMIT -> "raise the limit of the server for this account";
            case POSITION_REFUSED -> "try again: everything is read anew then";
            case IN_USE ->
                "a running gateway does it by itself; to read everything anew now, stop it or the other command first";
            case STOPPED -> "try again";
            case TOO_MANY_REMOVED -> "look at the server; if it is right, add --force";
        };
    }

    private static final String ACCOUNT =
            "the account needs the right to write the two attributes; --bind-dn and --password-file name another one";
}
