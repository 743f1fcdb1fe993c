package org.postseal.certstore.database;

/**
 * The contents of the database by subject. If they are reached from the {@link CertificateDatabase}, each method is one
 * transaction. If they are reached from a {@link Transaction}, all calls are part of it. Every method may throw a
 * {@link DatabaseException}.
 */
public abstract sealed class Contents permits CertificateDatabase, Transaction {
    Contents() {}

    abstract Access access();

    public final Certificates certificates() {
        return new Certificates(access());
    }

    public final Pins pins() {
        return new Pins(access());
    }

    public final Blocks blocks() {
        return new Blocks(access());
    }

    public final CertificateMap certificateMap() {
        return new CertificateMap(access());
    }

    public final TrustCollections trust() {
        return new TrustCollections(access());
    }

    public final RememberedCapabilities capabilities() {
        return new RememberedCapabilities(access());
    }

    public final RememberedPrograms programs() {
        return new RememberedPrograms(access());
    }

    public final RevocationCache revocation() {
        return new RevocationCache(access());
    }

    public final Mirrors mirrors() {
        return new Mirrors(access());
    }

    public final Harvest harvest() {
        return new Harvest(access());
    }

    public final ChangeLog changeLog() {
        return new ChangeLog(access());
    }

    public final CertificateOrders orders() {
        return new CertificateOrders(access());
    }

    public final AcmeChallenges acmeChallenges() {
        return new AcmeChallenges(access());
    }

    /** Returns the wrapped private keys. {@code certstore.key.KeyVault} unwraps them. */
    public final WrappedKeys wrappedKeys() {
        return new WrappedKeys(access());
    }
}
