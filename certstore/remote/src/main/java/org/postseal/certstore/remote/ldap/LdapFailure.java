package org.postseal.certstore.remote.ldap;

/** The ways in which a directory server can fail to answer, each with its text. */
public enum LdapFailure {
    MISCONFIGURED("cannot be asked as configured"),
    UNREACHABLE("cannot be reached"),
    UNTRUSTED("shows a certificate that is not trusted or is another's"),
    NO_TLS("offers no TLS that we can use"),
    CREDENTIALS_REFUSED("refuses our credentials"),
    REFUSED("refuses the operation"),
    TIMED_OUT("did not answer in time"),
    BUSY("all connections are in use"),
    CLOSED("connections are closed"),
    MALFORMED("sends data that is not LDAP, or too much of it"),
    REFERS_ELSEWHERE("refers elsewhere"),
    NO_BASE("has no such base entry"),
    AMBIGUOUS("ambiguous: several entries have the address"),
    OVER_LIMIT("has more than our limit allows"),
    NOT_EXPANDABLE("group cannot be expanded"),
    CHANGED_MEANWHILE("was changed meanwhile"),
    NO_ENTRY("has no entry for the address"),
    FAILED("failed");

    private final String text;

    LdapFailure(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
