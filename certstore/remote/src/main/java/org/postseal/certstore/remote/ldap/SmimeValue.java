package org.postseal.certstore.remote.ldap;

/** Says what happens to an entry's userSMIMECertificate. */
public sealed interface SmimeValue {
    /** The attribute stays as it is. */
    record Kept() implements SmimeValue {}

    /** This SignedData of the user replaces what is there, unless a value with the same meaning is there. */
    record Written(byte[] bundle) implements SmimeValue {}

    /** The attribute is emptied, since a value that nobody can renew would hide userCertificate from Outlook. */
    record Cleared() implements SmimeValue {}
}
