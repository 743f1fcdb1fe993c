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
import java.util.Set;
import java.util.function.Function;
import org.bouncycastle.asn1.x500.X500Name;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.KeyIdentifier;
import org.postseal.certstore.MailCertificate;

/**
 * Finds the ways from a certificate up to an anchor, depth first, and offers each to a checker until one is taken.
 *
 * <p>Only certificates whose subject is the issuer's name and whose key identifier is not another one are tried, and only those whose key verifies the
 * signature are followed. Each verification is a node; {@link #MAX_NODES} of them and {@link #MAX_DEPTH} certificates in a row are all there is, whatever
 * maze a message brings along (CVE-2023-0464 and its family). Immutable, thread-safe.
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

    /**
     * Offers paths, leaf first and anchor last, until {@code checker} has no complaint.
     *
     * @return the path taken, or why there is none: the complaint about the last one offered
     */
    Found find(
            MailCertificate leaf,
            List<MailCertificate> helpers,
            Function<List<MailCertificate>, @Nullable String> checker) {
        Search search = new Search(bySubject(helpers), checker);
        List<MailCertificate> path = new ArrayList<>(List.of(leaf));
        boolean found = search.extend(path);
        return found ? new Found(List.copyOf(path), "") : new Found(List.of(), search.complaint());
    }

    /**
     * @param path empty when none was found
     * @param complaint why none was found
     */
    record Found(List<MailCertificate> path, String complaint) {}

    private static Map<X500Name, List<MailCertificate>> bySubject(Collection<MailCertificate> certificates) {
        Map<X500Name, List<MailCertificate>> map = new HashMap<>();
        for (MailCertificate certificate : new LinkedHashSet<>(certificates)) {
            map.computeIfAbsent(certificate.subject(), _ -> new ArrayList<>()).add(certificate);
        }
        return map;
    }

    /** One run: the budget and what went wrong last. */
    private final class Search {
        private final Map<X500Name, List<MailCertificate>> helpers;
        private final Function<List<MailCertificate>, @Nullable String> checker;
        private int nodes;
        private @Nullable String complaint;

        Search(
                Map<X500Name, List<MailCertificate>> helpers,
                Function<List<MailCertificate>, @Nullable String> checker) {
            this.helpers = helpers;
            this.checker = checker;
        }

        String complaint() {
            if (nodes >= MAX_NODES) {
                return "gave up after " + MAX_NODES + " candidate certificates";
            }
            return complaint == null ? "no path to a trust anchor" : complaint;
        }

        boolean extend(List<MailCertificate> path) {
            MailCertificate last = path.getLast();
            if (isAnchor(last)) {
                String found = checker.apply(path);
                complaint = found == null ? complaint : found;
                return found == null;
            }
            // before any engine sees it: only listed algorithms are worth a verification
            if (!SignatureAlgorithms.isStrong(last.holder().getSignatureAlgorithm())) {
                complaint = "weak or unknown signature algorithm in a certificate";
                return false;
            }
            if (path.size() >= MAX_DEPTH) {
                complaint = complaint == null ? "path longer than " + MAX_DEPTH + " certificates" : complaint;
                return false;
            }
            for (MailCertificate issuer : issuersOf(last)) {
                if (nodes >= MAX_NODES) {
                    return false;
                }
                // the same name with the same key twice is a loop, also through cross certificates (RFC 4158 §2.4.2)
                if (path.stream().anyMatch(each -> isSameEntity(each, issuer))) {
                    continue;
                }
                nodes++;
                if (!verifies(last.x509(), issuer.x509())) {
                    continue;
                }
                path.add(issuer);
                if (extend(path)) {
                    return true;
                }
                path.removeLast();
            }
            return false;
        }

        private List<MailCertificate> issuersOf(MailCertificate certificate) {
            List<MailCertificate> issuers = new ArrayList<>(known.getOrDefault(certificate.issuer(), List.of()));
            issuers.addAll(helpers.getOrDefault(certificate.issuer(), List.of()));
            issuers.removeIf(issuer -> hasOtherKey(certificate, issuer));
            issuers.sort(Comparator.comparing((MailCertificate issuer) -> !isAnchor(issuer))
                    .thenComparing(MailCertificate::notBefore, Comparator.reverseOrder()));
            return issuers;
        }
    }

    private static boolean hasOtherKey(MailCertificate certificate, MailCertificate issuer) {
        KeyIdentifier wanted = certificate.authorityKeyIdentifier().orElse(null);
        KeyIdentifier has = issuer.subjectKeyIdentifier().orElse(null);
        return wanted != null && has != null && !wanted.equals(has);
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
            // engines report a malformed signature in many ways; none of them is a signature
            return false;
        }
    }
}
