package org.postseal.certstore.database;

/**
 * What the database holds, by subject. Reached from the {@link CertificateDatabase} each method is one transaction; reached from a {@link Transaction} all are part
 * of it. Every method may throw {@link DatabaseException}.
 */
public abstract sealed class Contents permits CertificateDatabase, Transaction {
    Contents() {}

    abstract Access access();

    /** Certificates, and where they came from. */
    public final Certificates certificates() {
        return new Certificates(access());
    }

    /** The certificates that the administrator has chosen for an address. */
    public final Pins pins() {
        return new Pins(access());
    }

    /** What the administrator forbids. */
    public final Blocks blocks() {
        return new Blocks(access());
    }

    /** Addresses that a certificate is for without carrying them. */
    public final CertificateMap certificateMap() {
        return new CertificateMap(access());
    }

    /** Collections of trust anchors and intermediates. */
    public final TrustCollections trust() {
        return new TrustCollections(access());
    }

    /** What owners of keys said they can read. */
    public final RememberedCapabilities capabilities() {
        return new RememberedCapabilities(access());
    }

    /** CRLs and OCSP answers. */
    public final RevocationCache revocation() {
        return new RevocationCache(access());
    }

    /** Copies of directory servers. */
    public final Mirrors mirrors() {
        return new Mirrors(access());
    }

    /** Certificates seen in verified mail. */
    public final Harvest harvest() {
        return new Harvest(access());
    }

    /** Changes that wait for the audit log. */
    public final ChangeLog changeLog() {
        return new ChangeLog(access());
    }

    /** Private keys as stored, closed; {@code certstore.key.KeyVault} opens them. */
    public final WrappedKeys wrappedKeys() {
        return new WrappedKeys(access());
    }
}
