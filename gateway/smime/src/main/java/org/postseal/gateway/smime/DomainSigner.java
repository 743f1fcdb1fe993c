package org.postseal.gateway.smime;

import java.util.Locale;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.policy.protection.DomainAuthority;

/** Recognises certificates that sign for a whole domain, by their names (RFC 3183 §3.1.1). */
public final class DomainSigner {
    private DomainSigner() {}

    /**
     * Returns true if the names of {@code certificate} say that it signs for the domain of {@code member}, or for a
     * domain above it. A top-level domain does not count as such a domain.
     */
    public static boolean covers(MailCertificate certificate, MailAddress member) {
        return hasName(certificate)
                && !certificate.addresses().isEmpty()
                && certificate.addresses().stream()
                        .allMatch(address -> address.localPart().equals(DomainAuthority.NAME))
                && certificate.addresses().stream().anyMatch(address -> isAtOrAbove(address, member));
    }

    // There must be exactly one common name, and it must be the one that RFC 3183 §3.1.1 prescribes.
    private static boolean hasName(MailCertificate certificate) {
        RDN[] names = certificate.subject().getRDNs(BCStyle.CN);
        return names.length == 1
                && !names[0].isMultiValued()
                && IETFUtils.valueToString(names[0].getFirst().getValue()).equals(DomainAuthority.NAME);
    }

    private static boolean isAtOrAbove(MailAddress authority, MailAddress member) {
        String above = authority.domain().ascii().toLowerCase(Locale.ROOT);
        String domain = member.domain().ascii().toLowerCase(Locale.ROOT);
        // Nobody speaks for all that is registered below a top-level domain.
        return domain.equals(above) || (above.contains(".") && domain.endsWith("." + above));
    }
}
