package org.postseal.certstore.revocation;

import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.postseal.certstore.KeyIdentifier;
import org.postseal.certstore.MailCertificate;

/**
 * Finds the signer of a list and whether it was entitled to sign (RFC 5280 §6.3.3 f, g). The signer is the issuer of
 * the certificate, another key of the same authority, or for an indirect list the authority that the certificate names.
 * Each needs a path to the same anchor on which nothing is revoked. Thread-safe.
 */
final class ListSigners {
    private static final int MAX_CANDIDATES = 8;

    private final RevocationChecker checker;

    ListSigners(RevocationChecker checker) {
        this.checker = checker;
    }

    /**
     * Returns the certificate whose key signed {@code list}, for checking the certificate at {@code index} of
     * {@code path}. Returns empty if no entitled signer is found.
     */
    Optional<MailCertificate> of(RevocationList list, List<MailCertificate> path, int index, Run run) {
        // Lists are compared by identity.
        record Question(RevocationList list, MailCertificate issuer, MailCertificate anchor) {}
        Question question = new Question(list, path.get(index + 1), path.getLast());
        Optional<MailCertificate> answered = run.signers().get(question);
        if (answered != null) {
            return answered;
        }
        Optional<MailCertificate> found = find(list, path, index, run);
        // An empty result is not remembered, because it may be due to a check in progress. A signer that vouches for
        // itself is not remembered either, because it does not vouch for other certificates.
        if (found.isPresent() && !found.get().equals(path.get(index))) {
            run.signers().put(question, found);
        }
        return found;
    }

    private Optional<MailCertificate> find(RevocationList list, List<MailCertificate> path, int index, Run run) {
        MailCertificate issuer = path.get(index + 1);
        if (maySign(issuer, list) && list.isSignedBy(issuer)) {
            return Optional.of(issuer);
        }
        return run.finder.named(list.issuer()).stream()
                .filter(candidate -> !candidate.equals(issuer) && maySign(candidate, list))
                .limit(MAX_CANDIDATES)
                .filter(candidate -> isKin(candidate, list, path.subList(index + 1, path.size())))
                .filter(list::isSignedBy)
                .filter(candidate ->
                        isOnlyJudge(candidate, list, path, index) || isInOrder(candidate, path.getLast(), run))
                .findFirst();
    }

    private static boolean maySign(MailCertificate candidate, RevocationList list) {
        if (!candidate.subject().equals(list.issuer())) {
            return false;
        }
        KeyIdentifier wanted = list.authorityKeyIdentifier().orElse(null);
        KeyIdentifier has = candidate.subjectKeyIdentifier().orElse(null);
        if ((wanted != null && has != null && !wanted.equals(has))
                || candidate.weakness().isPresent()) {
            return false;
        }
        Extension usage = candidate.holder().getExtension(Extension.keyUsage);
        return usage == null || KeyUsage.getInstance(usage.getParsedValue()).hasUsages(KeyUsage.cRLSign);
    }

    /**
     * Goes beyond RFC 5280: another key of the same authority must be certified by the authority itself, or by the
     * issuer that certified its first key. Otherwise any authority below the anchor could certify a second authority of
     * that name and take over the lists of the first one.
     */
    private static boolean isKin(MailCertificate candidate, RevocationList list, List<MailCertificate> issuers) {
        MailCertificate issuer = issuers.getFirst();
        if (!issuer.subject().equals(list.issuer()) || issuers.contains(candidate)) {
            return true;
        }
        Optional<MailCertificate> first =
                issuers.stream().filter(each -> !each.isSelfIssued()).findFirst();
        return candidate.issuer().equals(issuer.subject())
                || first.filter(each -> candidate.issuer().equals(each.issuer()))
                        .isPresent();
    }

    /**
     * Returns true if the certificate under check is itself the authority that signed the indirect list. Its issuer
     * wanted this, since it named that list in the certificate.
     */
    private static boolean isOnlyJudge(
            MailCertificate candidate, RevocationList list, List<MailCertificate> path, int index) {
        return candidate.equals(path.get(index))
                && !path.get(index + 1).subject().equals(list.issuer());
    }

    private boolean isInOrder(MailCertificate candidate, MailCertificate anchor, Run run) {
        if (candidate.equals(anchor)) {
            return true;
        }
        if (run.inProgress.contains(candidate)) {
            return false;
        }
        return run.finder
                .path(candidate, anchor)
                .filter(path -> checker.checkAll(path, run) instanceof RevocationAnswer.Good)
                .isPresent();
    }
}
