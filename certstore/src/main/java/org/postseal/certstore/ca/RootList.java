package org.postseal.certstore.ca;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509CRLHolder;
import org.postseal.certstore.ca.CaException.Kind;

/** The root's list, for which its key is fetched once a year; it says that the intermediate is not revoked. */
public final class RootList {
    /** §4.9.7 of the Baseline Requirements: a list about intermediates at most twelve months. */
    static final Duration VALID = Duration.ofDays(365);

    private RootList() {}

    /**
     * Signs a new one.
     *
     * @param key where the root's key is
     * @return until when it counts
     * @throws CaException when the key does not open
     */
    public static Instant renew(CaFolder folder, Path key, char[] passphrase, Instant now) throws CaException {
        Path file = folder.publicFile(CaSettings.ROOT_LIST);
        try {
            X509CRLHolder last = new X509CRLHolder(Files.readAllBytes(file));
            long number = ASN1Integer.getInstance(
                            last.getExtension(Extension.cRLNumber).getParsedValue())
                    .longValueExact();
            folder.publish(
                    CaSettings.ROOT_LIST,
                    RevocationListMaker.make(
                            folder.root(),
                            LockedKey.open(key, passphrase, folder.root()),
                            number + 1,
                            now,
                            VALID,
                            List.of()));
            return nextUpdate(file);
        } catch (IOException | RuntimeException e) {
            throw new CaException(Kind.DAMAGED, file + " cannot be read: " + e, e);
        }
    }

    /** Until when a list counts. */
    public static Instant nextUpdate(Path list) throws CaException {
        return read(list).getNextUpdate().toInstant();
    }

    /** How long a list counts from its first moment to its last. */
    public static Duration lifetime(Path list) throws CaException {
        X509CRL read = read(list);
        return Duration.between(
                read.getThisUpdate().toInstant(), read.getNextUpdate().toInstant());
    }

    private static X509CRL read(Path list) throws CaException {
        try (var in = Files.newInputStream(list)) {
            return (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(in);
        } catch (IOException | CRLException | CertificateException e) {
            throw new CaException(Kind.DAMAGED, list + " cannot be read: " + e, e);
        }
    }
}
