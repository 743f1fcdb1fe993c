package org.postseal.certstore.path;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathEvidence;
import org.postseal.certstore.RevocationReason;
import org.postseal.certstore.ValidationCode;
import org.postseal.certstore.fetch.BoundedFetcher;
import org.postseal.certstore.fetch.FetchSettings;
import org.postseal.certstore.revocation.IssuerFinder;
import org.postseal.certstore.revocation.MemoryRevocationStore;
import org.postseal.certstore.revocation.RevocationAnswer;
import org.postseal.certstore.revocation.RevocationChecker;
import org.postseal.certstore.revocation.RevocationList;
import org.postseal.certstore.revocation.RevocationOrder;
import org.postseal.certstore.revocation.RevocationSettings;

/**
 * Says whether a certificate may have signed a time stamp. It checks the demands of RFC 3161 §2.3, the path to an
 * anchor at that time, and what lists say about revocation. Thread-safe.
 */
public final class TimestampSigners {
    private final PathBuilder builder;
    private final PathRules rules;
    private final RevocationChecker quiet = new RevocationChecker(
            OFFLINE, new BoundedFetcher(FetchSettings.DEFAULTS), new MemoryRevocationStore(STORE_OCTETS), List.of());

    /**
     * Creates a checker.
     *
     * @param anchors the trust anchors for time stamps, whoever issued them
     */
    public TimestampSigners(Collection<MailCertificate> anchors) {
        this.builder = new PathBuilder(anchors, List.of());
        this.rules = new PathRules(PolicyInputs.DEFAULTS, TimestampSigners::allowsTimestamps, "time stamps");
    }

    /**
     * Returns {@code Usable}, or why the certificate may not have signed.
     *
     * @param helpers certificates that help to build the path and are never trusted
     * @param time the time of the stamp
     */
    public CertificateStatus status(MailCertificate signer, List<MailCertificate> helpers, Instant time) {
        Optional<String> wrongUsage = whyNot(signer);
        if (wrongUsage.isPresent()) {
            return new CertificateStatus.WrongUsage(wrongUsage.get());
        }
        if (time.isBefore(signer.notBefore())) {
            return new CertificateStatus.NotYetValid(signer.notBefore());
        }
        if (time.isAfter(signer.notAfter())) {
            return new CertificateStatus.Expired(signer.notAfter());
        }
        if (signer.weakness().isPresent()) {
            return new CertificateStatus.Untrusted(
                    ValidationCode.INFORMATION_MISSING, signer.weakness().get());
        }
        return builder.find(signer, helpers, builder::isAnchor, path -> rules.complaint(path, time))
                .complaint()
                .orElseGet(CertificateStatus.Usable::new);
    }

    /**
     * Returns what lists say about a signer that is {@code Usable}, by the rule of RFC 3161 §4. If it was revoked
     * before the stamp, the stamp is worthless. If it was revoked later for a reason that rules out a stolen key, the
     * stamp counts. If it was revoked later for another reason or none, no stamp of that key counts. The same holds for
     * issuers.
     *
     * <p>No server is asked. The method uses the lists that were current at the time of the stamp. For each issuer it
     * also uses those that were current when the issuer's newest list within the life of the certificate was made,
     * because an expired certificate is left out of lists (RFC 5280 §3.3).
     *
     * @param latest the latest time that the stamp allows for
     */
    public SignerRevocation revocation(
            MailCertificate signer,
            List<MailCertificate> helpers,
            Instant time,
            Instant latest,
            Collection<RevocationList> lists) {
        List<MailCertificate> path = path(signer, helpers, time);
        if (path.size() < 2) {
            return new SignerRevocation.Unknown("it is itself trusted, and nobody revokes it");
        }
        // Each issuer has its own newest list: that of a root may be much younger than the newest one about the signer.
        Map<X500Name, Instant> newest = new HashMap<>();
        Set<X500Name> issuers = path.stream().map(MailCertificate::issuer).collect(Collectors.toSet());
        lists.stream()
                .filter(list -> issuers.contains(list.issuer()))
                .filter(list ->
                        list.thisUpdate().isAfter(time) && !list.thisUpdate().isAfter(signer.notAfter()))
                .forEach(list -> newest.merge(
                        list.issuer(), list.thisUpdate(), (one, other) -> one.isAfter(other) ? one : other));
        SignerRevocation worst = at(path, helpers, time, latest, lists);
        for (Instant asked : newest.values()) {
            SignerRevocation later = at(path, helpers, asked, latest, lists);
            worst = rank(later) > rank(worst)
                            || (later instanceof SignerRevocation.NotRevoked(Instant made)
                                    && worst instanceof SignerRevocation.NotRevoked(Instant known)
                                    && made.isAfter(known))
                    ? later
                    : worst;
        }
        return worst;
    }

    private static int rank(SignerRevocation found) {
        return switch (found) {
            case SignerRevocation.Unknown _ -> 0;
            case SignerRevocation.NotRevoked _ -> 1;
            case SignerRevocation.RevokedLater _ -> 2;
            case SignerRevocation.Spoilt _ -> 3;
        };
    }

    private SignerRevocation at(
            List<MailCertificate> path,
            List<MailCertificate> helpers,
            Instant asked,
            Instant latest,
            Collection<RevocationList> lists) {
        List<RevocationList> current = lists.stream()
                .filter(list -> !list.thisUpdate().isAfter(asked.plus(OFFLINE.clockSkew())))
                .filter(list ->
                        list.nextUpdate().filter(end -> !end.isBefore(asked)).isPresent())
                .toList();
        RevocationChecker.Checked checked = quiet.check(path, current, new Finder(helpers, asked), asked, true);
        return switch (checked.answer()) {
            case RevocationAnswer.Good _ -> new SignerRevocation.NotRevoked(made(checked.evidence(), asked));
            case RevocationAnswer.Revoked(int index, Instant at, RevocationReason reason, Instant _) -> {
                boolean isBefore = !at.isAfter(latest);
                yield isBefore || !HARMLESS.contains(reason)
                        ? new SignerRevocation.Spoilt(at, reason, isBefore, index > 0)
                        : new SignerRevocation.RevokedLater(at, reason);
            }
            case RevocationAnswer.Offline _, RevocationAnswer.Unknown _ ->
                new SignerRevocation.Unknown("no list at hand that was current and speaks of each certificate");
        };
    }

    /** Returns when the list about the signer was made. */
    private static Instant made(PathEvidence evidence, Instant otherwise) {
        return evidence.parts().getFirst().revocation().stream()
                .filter(PathEvidence.Revocation.Answered.class::isInstance)
                .map(answer -> ((PathEvidence.Revocation.Answered) answer).thisUpdate())
                .max(Instant::compareTo)
                .orElse(otherwise);
    }

    /**
     * Fetches the lists about a signer that is {@code Usable}, from the addresses that the certificates name.
     *
     * @param settings settings for the fetches; OCSP is not used, whatever they say
     * @param now the time at which the lists must be current
     */
    public SignerLists fetch(
            MailCertificate signer,
            List<MailCertificate> helpers,
            RevocationSettings settings,
            BoundedFetcher fetcher,
            Instant now) {
        List<MailCertificate> path = path(signer, helpers, now);
        Map<String, byte[]> counted = new ConcurrentHashMap<>();
        RevocationChecker checker = new RevocationChecker(
                settings.withOrder(RevocationOrder.CRL_ONLY),
                fetcher,
                new MemoryRevocationStore(STORE_OCTETS),
                List.of(),
                (_, sha256, octets) -> counted.put(sha256, octets));
        RevocationAnswer answer = path.size() < 2
                ? new RevocationAnswer.Unknown("there is no path to ask about")
                : checker.check(path, List.of(), new Finder(helpers, now), now, false)
                        .answer();
        Optional<String> missing = switch (answer) {
            case RevocationAnswer.Good _, RevocationAnswer.Revoked _ -> Optional.empty();
            case RevocationAnswer.Offline(String why) -> Optional.of(why);
            case RevocationAnswer.Unknown(String why) -> Optional.of(why);
        };
        return new SignerLists(List.copyOf(counted.values()), missing);
    }

    private List<MailCertificate> path(MailCertificate signer, List<MailCertificate> helpers, Instant time) {
        return builder.find(signer, helpers, builder::isAnchor, path -> rules.complaint(path, time))
                .path();
    }

    /** Finds the certificates around a path at one time. */
    private final class Finder implements IssuerFinder {
        private final List<MailCertificate> helpers;
        private final Instant time;

        Finder(List<MailCertificate> helpers, Instant time) {
            this.helpers = helpers;
            this.time = time;
        }

        @Override
        public List<MailCertificate> named(X500Name name) {
            return builder.named(name, helpers);
        }

        @Override
        public Optional<List<MailCertificate>> path(MailCertificate certificate, MailCertificate anchor) {
            List<MailCertificate> found = builder.find(
                            certificate, helpers, anchor::equals, each -> rules.complaint(each, time))
                    .path();
            return found.isEmpty() ? Optional.empty() : Optional.of(found);
        }
    }

    private static Optional<String> whyNot(MailCertificate signer) {
        Extensions extensions = signer.holder().getExtensions();
        Extension purposes = extensions == null ? null : extensions.getExtension(Extension.extendedKeyUsage);
        if (purposes == null) {
            return Optional.of("no extKeyUsage, where timeStamping must stand");
        }
        KeyPurposeId[] usages =
                ExtendedKeyUsage.getInstance(purposes.getParsedValue()).getUsages();
        // RFC 3161 §2.3: this must be the only purpose, so that the key signs nothing else.
        if (usages.length != 1 || !usages[0].equals(KeyPurposeId.id_kp_timeStamping)) {
            return Optional.of("extKeyUsage is not timeStamping alone");
        }
        if (!purposes.isCritical()) {
            return Optional.of("extKeyUsage is not critical");
        }
        KeyUsage usage = KeyUsage.fromExtensions(extensions);
        boolean signs =
                usage == null || usage.hasUsages(KeyUsage.digitalSignature) || usage.hasUsages(KeyUsage.nonRepudiation);
        return signs ? Optional.empty() : Optional.of("keyUsage has no digitalSignature");
    }

    private static boolean allowsTimestamps(MailCertificate issuer) {
        Extensions extensions = issuer.holder().getExtensions();
        ExtendedKeyUsage usage = extensions == null ? null : ExtendedKeyUsage.fromExtensions(extensions);
        return usage == null
                || usage.hasKeyPurposeId(KeyPurposeId.id_kp_timeStamping)
                || usage.hasKeyPurposeId(KeyPurposeId.anyExtendedKeyUsage);
    }

    private static final RevocationSettings OFFLINE = RevocationSettings.DEFAULTS.withOrder(RevocationOrder.CRL_ONLY);
    private static final long STORE_OCTETS = 64L << 20;
    /**
     * The reasons that do not affect earlier stamps. RFC 3161 §4 counts "unspecified" among them if a list states it,
     * and a missing reason not. RFC 5280 §5.3.1 demands that "unspecified" is left out, so the two cannot be told
     * apart, and neither counts here.
     */
    private static final Set<RevocationReason> HARMLESS = Set.of(
            RevocationReason.AFFILIATION_CHANGED, RevocationReason.SUPERSEDED, RevocationReason.CESSATION_OF_OPERATION);
}
