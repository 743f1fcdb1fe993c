package org.postseal.certstore.authority;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CRLException;
import java.security.cert.CRLReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509CRLHolder;
import org.postseal.certstore.RevocationReason;
import org.postseal.certstore.authority.CaException.Kind;
import org.postseal.certstore.authority.RevocationListMaker.Revoked;
import org.postseal.certstore.key.KeyMaterial;

/** The root's list, which says which intermediates are revoked. The root's key is fetched once a year to sign it. */
public final class RootList {
    /** §4.9.7 of the Baseline Requirements: a list about intermediates is valid for at most twelve months. */
    static final Duration VALID = Duration.ofDays(365);

    private RootList() {}

    /**
     * Signs a new list; revoked intermediates stay revoked.
     *
     * @param key the file with the root's key
     * @return the end of the list's validity
     * @throws CaException when the key does not open
     */
    public static Instant renew(CaFolder folder, Path key, char[] passphrase, Instant now) throws CaException {
        return sign(folder, key, passphrase, now, Optional.empty());
    }

    /**
     * Signs a new list that revokes an intermediate, and with it everything that it issued. If it is revoked already,
     * its first date and reason stay.
     *
     * @param reason one of {@link #REASONS}
     * @return the end of the list's validity
     * @throws CaException when the key does not open
     */
    public static Instant revoke(
            CaFolder folder,
            Path key,
            char[] passphrase,
            Intermediate intermediate,
            RevocationReason reason,
            Instant now)
            throws CaException {
        if (!REASONS.contains(reason)) {
            throw new CaException(Kind.REFUSED, "reason " + reason + " is not for an intermediate");
        }
        Revoked word =
                new Revoked(intermediate.certificate().serialNumber(), now.truncatedTo(ChronoUnit.SECONDS), reason);
        boolean isRevoked = folder.revokedIntermediates().contains(intermediate);
        return sign(folder, key, passphrase, now, isRevoked ? Optional.empty() : Optional.of(word));
    }

    /** Returns why the present list revokes an intermediate; empty if it does not. */
    public static Optional<RevocationReason> reason(CaFolder folder, Intermediate intermediate) throws CaException {
        return entries(folder).stream()
                .filter(each ->
                        each.getSerialNumber().equals(intermediate.certificate().serialNumber()))
                .findFirst()
                .map(RootList::reason);
    }

    private static Instant sign(CaFolder folder, Path key, char[] passphrase, Instant now, Optional<Revoked> more)
            throws CaException {
        Path file = folder.rootList();
        try {
            X509CRLHolder last = new X509CRLHolder(Files.readAllBytes(file));
            long number = ASN1Integer.getInstance(
                            last.getExtension(Extension.cRLNumber).getParsedValue())
                    .longValueExact();
            List<Revoked> revoked = new ArrayList<>();
            for (X509CRLEntry each : entries(folder)) {
                revoked.add(new Revoked(
                        each.getSerialNumber(), each.getRevocationDate().toInstant(), reason(each)));
            }
            more.ifPresent(revoked::add);
            KeyMaterial opened = LockedKey.open(key, passphrase, folder.root());
            folder.publishRootList(RevocationListMaker.make(folder.root(), opened, number + 1, now, VALID, revoked));
            return nextUpdate(folder.publicFile(CaSettings.ROOT_LIST));
        } catch (IOException | RuntimeException e) {
            throw new CaException(Kind.DAMAGED, file + " cannot be read: " + e, e);
        }
    }

    static Set<BigInteger> revoked(CaFolder folder) throws CaException {
        return entries(folder).stream().map(X509CRLEntry::getSerialNumber).collect(Collectors.toSet());
    }

    private static RevocationReason reason(X509CRLEntry entry) {
        CRLReason reason = entry.getRevocationReason();
        return REASONS.stream()
                .filter(each -> reason != null && each.name().equals(reason.name()))
                .findFirst()
                .orElse(RevocationReason.UNSPECIFIED);
    }

    private static Set<? extends X509CRLEntry> entries(CaFolder folder) throws CaException {
        X509CRL list = read(folder.rootList());
        try {
            list.verify(folder.root().x509().getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new CaException(Kind.DAMAGED, folder.rootList() + " is not signed by the root", e);
        }
        Set<? extends X509CRLEntry> entries = list.getRevokedCertificates();
        return entries == null ? Set.of() : entries;
    }

    public static Instant nextUpdate(Path list) throws CaException {
        return read(list).getNextUpdate().toInstant();
    }

    /** Returns how long a list is valid, from its first moment to its last. */
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

    /**
     * The reasons for revoking an intermediate (RFC 5280 §5.3.1); the list must give one (§7.2.2 of the Baseline
     * Requirements).
     */
    public static final List<RevocationReason> REASONS = List.of(
            RevocationReason.CA_COMPROMISE, RevocationReason.SUPERSEDED, RevocationReason.CESSATION_OF_OPERATION);
}
