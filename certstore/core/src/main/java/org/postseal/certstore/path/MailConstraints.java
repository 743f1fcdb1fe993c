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
 * Name constraints for mail, on every address a certificate is used for: rfc822Name (RFC 5280 §4.2.1.10), SmtpUTF8Mailbox (RFC 9598 §6, which puts it under
 * the constraints for rfc822Name) and, unlike RFC 5280, an address in the subject beside an alternative name, because we take that for an address as well.
 * The JDK's validator looks at rfc822Name only, and at the subject where there is no alternative name.
 */
final class MailConstraints {
    private static final ASN1ObjectIdentifier SMTP_UTF8_MAILBOX = new ASN1ObjectIdentifier("1.3.6.1.5.5.7.8.9");

    private MailConstraints() {}

    /** Why an address of the first certificate of {@code path} is beyond what an issuer in it may certify; empty when none is. */
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
                return true; // RFC 9598 §6: no issuer may write such a constraint, and nobody knows what it would mean
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

    /** RFC 5280 §4.2.1.10: a mailbox, the mailboxes of a host, or, with a dot in front, those of all hosts below a domain. */
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
