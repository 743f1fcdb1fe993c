package org.postseal.certstore.path;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.OtherName;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;

/**
 * Checks name constraints for mail against every address that a certificate is used for: rfc822Name (RFC 5280
 * §4.2.1.10) and SmtpUTF8Mailbox, which RFC 9598 §6 puts under the constraints for rfc822Name. Unlike RFC 5280, it also
 * checks an address in the subject beside an alternative name, because we accept that as an address as well. The JDK's
 * validator checks only rfc822Name, and the subject only if there is no alternative name.
 */
final class MailConstraints {
    private static final ASN1ObjectIdentifier SMTP_UTF8_MAILBOX = new ASN1ObjectIdentifier("1.3.6.1.5.5.7.8.9");

    private MailConstraints() {}

    /**
     * Returns why an issuer in {@code path} may not certify some address of the first certificate, or empty if all
     * addresses are allowed.
     */
    static Optional<String> complaint(List<MailCertificate> path) {
        List<MailAddress> addresses = path.getFirst().addresses();
        if (addresses.isEmpty()) {
            return Optional.empty();
        }
        for (MailCertificate issuer : path.subList(1, path.size())) {
            Extension extension = issuer.holder().getExtension(Extension.nameConstraints);
            if (extension == null) {
                continue;
            }
            NameConstraints constraints = NameConstraints.getInstance(extension.getParsedValue());
            for (MailAddress address : addresses) {
                if (isForbidden(address, constraints)) {
                    return Optional.of("address outside the issuer's name constraints");
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isForbidden(MailAddress address, NameConstraints constraints) {
        boolean isLimited = false;
        boolean isPermitted = false;
        for (GeneralSubtree subtree : subtrees(constraints.getPermittedSubtrees())) {
            if (isMailboxOfRfc9598(subtree.getBase())) {
                return true; // RFC 9598 §6 forbids such a constraint, and its meaning is unknown
            }
            if (subtree.getBase().getTagNo() == GeneralName.rfc822Name) {
                isLimited = true;
                isPermitted |= covers(subtree, address);
            }
        }
        if (isLimited && !isPermitted) {
            return true;
        }
        for (GeneralSubtree subtree : subtrees(constraints.getExcludedSubtrees())) {
            if (isMailboxOfRfc9598(subtree.getBase())
                    || (subtree.getBase().getTagNo() == GeneralName.rfc822Name && covers(subtree, address))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns true if the constraint covers the address. By RFC 5280 §4.2.1.10, a constraint is a mailbox, a host with
     * all its mailboxes, or, with a leading dot, all hosts below a domain.
     */
    private static boolean covers(GeneralSubtree subtree, MailAddress address) {
        String constraint = ASN1IA5String.getInstance(subtree.getBase().getName())
                .getString()
                .toLowerCase(Locale.ROOT);
        String host = address.domain().ascii();
        int at = constraint.lastIndexOf('@');
        if (at >= 0) {
            return MailAddress.parse(constraint).filter(address::equals).isPresent();
        }
        return constraint.isEmpty()
                || constraint.equals(host)
                || (constraint.startsWith(".") && host.endsWith(constraint));
    }

    private static boolean isMailboxOfRfc9598(GeneralName name) {
        return name.getTagNo() == GeneralName.otherName
                && OtherName.getInstance(name.getName()).getTypeID().equals(SMTP_UTF8_MAILBOX);
    }

    private static GeneralSubtree[] subtrees(GeneralSubtree @Nullable [] subtrees) {
        return subtrees == null ? new GeneralSubtree[0] : subtrees;
    }
}
