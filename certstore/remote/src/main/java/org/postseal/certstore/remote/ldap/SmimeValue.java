package org.postseal.certstore.remote.ldap;

/** What is to become of an entry's userSMIMECertificate. */
public sealed interface SmimeValue {
    /** It stays as it is. */
    record Kept() implements SmimeValue {}

    /** This SignedData of the user's in place of what is there, unless something that says the same is there. */
    record Written(byte[] bundle) implements SmimeValue {}

    /** Nothing: a value that nobody can renew hides the other attribute from Outlook. */
    record Cleared() implements SmimeValue {}
}
