package org.postseal.certstore.path;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.bouncycastle.asn1.x500.X500Name;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SignatureAlgorithms;
import org.postseal.certstore.ValidationCode;

/**
 * Finds paths from a certificate to an anchor, depth first, and offers each to a checker until one is accepted.
 *
 * <p>As an issuer, it tries only a certificate that has the issuer's name as its subject and whose key identifier does
 * not differ, and follows it only if its key verifies the signature. Each verification is a node. A search is limited
 * to {@link #MAX_NODES} nodes and {@link #MAX_DEPTH} certificates in a row, so that a maze of certificates in a message
 * costs little (CVE-2023-0464 and similar). Immutable, thread-safe.
 */
final class PathBuilder {
    static final int MAX_DEPTH = 8;
    static final int MAX_NODES = 200;

    private final Set<MailCertificate> anchors;
    private final Map<X500Name, List<MailCertificate>> known;

    PathBuilder(Collection<MailCertificate> anchors, Collection<MailCertificate> intermediates) {
        this.anchors = Set.copyOf(anchors);
        List<MailCertificate> all = new ArrayList<>(anchors);
        all.addAll(intermediates);
        this.known = bySubject(all);
    }

    boolean isAnchor(MailCertificate certificate) {
        return anchors.contains(certificate);
    }

    /** Returns those of the permanently known certificates and of {@code helpers} whose subject is {@code name}. */
    List<MailCertificate> named(X500Name name, Collection<MailCertificate> helpers) {
        Set<MailCertificate> found = new LinkedHashSet<>(known.getOrDefault(name, List.of()));
        helpers.stream().filter(each -> each.subject().equals(name)).forEach(found::add);
        return List.copyOf(found);
    }

    /**
     * Offers paths, leaf first and anchor last, until {@code checker} has no complaint.
     *
     * @param isEnd says where a path may end
     */
    Found find(
            MailCertificate leaf,
            Collection<MailCertificate> helpers,
            Predicate<MailCertificate> isEnd,
            Function<List<MailCertificate>, Optional<CertificateStatus>> checker) {
        Search search = new Search(bySubject(helpers), isEnd, checker);
        List<MailCertificate> path = new ArrayList<>(List.of(leaf));
        boolean found = search.extend(path);
        return found
                ? new Found(List.copyOf(path), Optional.empty(), List.of())
                : new Found(List.of(), Optional.of(search.complaint()), List.copyOf(search.deadEnds));
    }

    /**
     * The result of a search.
     *
     * @param path the path, or an empty list if none was found
     * @param complaint why none was found, about the path that came nearest to being good
     * @param deadEnds the certificates whose issuer is unknown
     */
    record Found(List<MailCertificate> path, Optional<CertificateStatus> complaint, List<MailCertificate> deadEnds) {}

    private static Map<X500Name, List<MailCertificate>> bySubject(Collection<MailCertificate> certificates) {
        Map<X500Name, List<MailCertificate>> map = new HashMap<>();
        for (MailCertificate certificate : new LinkedHashSet<>(certificates)) {
            map.computeIfAbsent(certificate.subject(), _ -> new ArrayList<>()).add(certificate);
        }
        return map;
    }

    /** One search, with its budget and its complaints. */
    private final class Search {
        private final Map<X500Name, List<MailCertificate>> helpers;
        private final Predicate<MailCertificate> isEnd;
        private final Function<List<MailCertificate>, Optional<CertificateStatus>> checker;
        private final Set<MailCertificate> deadEnds = new LinkedHashSet<>();
        private int nodes;
        private Optional<CertificateStatus> complaint = Optional.empty();

        Search(
                Map<X500Name, List<MailCertificate>> helpers,
                Predicate<MailCertificate> isEnd,
                Function<List<MailCertificate>, Optional<CertificateStatus>> checker) {
            this.helpers = helpers;
            this.isEnd = isEnd;
            this.checker = checker;
        }

        CertificateStatus complaint() {
            if (nodes >= MAX_NODES && complaint.map(PathBuilder::nearness).orElse(0) < REVOKED) {
                return untrusted(ValidationCode.INTERNAL, "gave up after " + MAX_NODES + " candidate certificates");
            }
            return complaint.orElseGet(() -> untrusted(ValidationCode.UNTRUSTED_ISSUER, "no path to a trust anchor"));
        }

        boolean extend(List<MailCertificate> path) {
            MailCertificate last = path.getLast();
            if (isEnd.test(last)) {
                Optional<CertificateStatus> found = checker.apply(List.copyOf(path));
                found.ifPresent(this::complain);
                return found.isEmpty();
            }
            // Only listed algorithms are worth a verification, so this comes before any provider sees the signature.
            if (!SignatureAlgorithms.isStrong(last.holder().getSignatureAlgorithm())) {
                complain(untrusted(
                        ValidationCode.SIGNATURE_INVALID, "weak or unknown signature algorithm in a certificate"));
                return false;
            }
            if (path.size() >= MAX_DEPTH) {
                complain(untrusted(ValidationCode.INTERNAL, "path longer than " + MAX_DEPTH + " certificates"));
                return false;
            }
            List<MailCertificate> issuers = issuersOf(last);
            if (issuers.isEmpty() || issuers.equals(List.of(last))) {
                deadEnds.add(last);
            }
            boolean isSigned = false;
            boolean isLoop = false;
            for (MailCertificate issuer : issuers) {
                if (nodes >= MAX_NODES) {
                    return false;
                }
                // The same name with the same key twice is a loop, also through cross certificates (RFC 4158 §2.4.2).
                if (path.stream().anyMatch(each -> isSameEntity(each, issuer))) {
                    isLoop = true;
                    continue;
                }
                nodes++;
                if (!verifies(last.x509(), issuer.x509())) {
                    continue;
                }
                isSigned = true;
                path.add(issuer);
                if (extend(path)) {
                    return true;
                }
                path.removeLast();
            }
            if (!isSigned && !isLoop && !issuers.isEmpty()) {
                complain(untrusted(
                        ValidationCode.SIGNATURE_INVALID,
                        "signature is not that of any known certificate of the issuer"));
            }
            return false;
        }

        private void complain(CertificateStatus status) {
            if (complaint.isEmpty() || nearness(status) >= nearness(complaint.get())) {
                complaint = Optional.of(status);
            }
        }

        private List<MailCertificate> issuersOf(MailCertificate certificate) {
            Set<MailCertificate> all = new LinkedHashSet<>(known.getOrDefault(certificate.issuer(), List.of()));
            all.addAll(helpers.getOrDefault(certificate.issuer(), List.of()));
            List<MailCertificate> issuers = new ArrayList<>(all);
            issuers.removeIf(issuer -> certificate.namesOtherKey(issuer));
            issuers.sort(Comparator.comparing((MailCertificate issuer) -> !isEnd.test(issuer))
                    .thenComparing(MailCertificate::notBefore, Comparator.reverseOrder()));
            return issuers;
        }
    }

    private static final int REVOKED = 5;

    /** Returns how near a path came to being good, so that the most useful complaint is reported. */
    private static int nearness(CertificateStatus status) {
        return switch (status) {
            case CertificateStatus.Revoked _, CertificateStatus.IssuerRevoked _ -> REVOKED;
            case CertificateStatus.RevocationOffline _ -> 4;
            case CertificateStatus.RevocationUnknown _ -> 3;
            case CertificateStatus.Untrusted(ValidationCode code, String _) ->
                switch (code) {
                    case SIGNATURE_INVALID, UNTRUSTED_ISSUER, INTERNAL -> 1;
                    case VALID,
                            MALFORMED,
                            WRONG_USAGE,
                            OUT_OF_TIME,
                            ISSUER_OUT_OF_TIME,
                            ISSUER_WRONG_USAGE,
                            INFORMATION_MISSING,
                            ROLE_CONFUSED,
                            ADDRESS_MISMATCH,
                            REVOKED,
                            REVOCATION_OFFLINE,
                            ISSUER_REVOKED,
                            REVOCATION_UNKNOWN -> 2;
                };
            case CertificateStatus.Usable _,
                    CertificateStatus.Missing _,
                    CertificateStatus.NotYetValid _,
                    CertificateStatus.Expired _,
                    CertificateStatus.WrongUsage _,
                    CertificateStatus.AddressMismatch _,
                    CertificateStatus.Blocked _ -> 2;
        };
    }

    private static CertificateStatus untrusted(ValidationCode code, String why) {
        return new CertificateStatus.Untrusted(code, why);
    }

    private static boolean isSameEntity(MailCertificate one, MailCertificate other) {
        return one.subject().equals(other.subject())
                && one.holder().getSubjectPublicKeyInfo().equals(other.holder().getSubjectPublicKeyInfo());
    }

    private static boolean verifies(X509Certificate certificate, X509Certificate issuer) {
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException | RuntimeException e) {
            // Providers report a malformed signature in many ways. In each case the certificate counts as not signed.
            return false;
        }
    }
}
