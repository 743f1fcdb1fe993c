package org.postseal.certstore;

import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.OtherName;
import org.bouncycastle.cert.X509CertificateHolder;

/**
 * Reads the mail addresses of a certificate (RFC 8550 §3, RFC 9598).
 *
 * @param all every address, those of the subject alternative name first
 * @param allUnderNameConstraints false if some address stands where the name constraints of RFC 5280 for rfc822Name do
 *     not apply
 */
record CertificateAddresses(List<MailAddress> all, boolean allUnderNameConstraints) {
    static CertificateAddresses of(X509CertificateHolder holder) throws CertificateException {
        GeneralNames names = alternativeNames(holder);
        Set<MailAddress> constrained = new LinkedHashSet<>();
        Set<MailAddress> other = new LinkedHashSet<>();
        if (names != null) {
            for (GeneralName name : names.getNames()) {
                if (name.getTagNo() == GeneralName.rfc822Name) {
                    ascii(name.getName()).ifPresent(constrained::add);
                } else if (name.getTagNo() == GeneralName.otherName) {
                    smtpUtf8(OtherName.getInstance(name.getName())).ifPresent(other::add);
                }
            }
        }
        // RFC 5280 §4.2.1.10: without a subject alternative name, the constraints apply to the subject's emailAddress.
        (names == null ? constrained : other).addAll(inSubject(holder));
        List<MailAddress> all = new ArrayList<>(constrained);
        other.stream().filter(address -> !constrained.contains(address)).forEach(all::add);
        if (all.size() > CertificateLimits.MAX_ADDRESSES) {
            throw new CertificateException("more than " + CertificateLimits.MAX_ADDRESSES + " mail addresses");
        }
        return new CertificateAddresses(List.copyOf(all), all.size() == constrained.size());
    }

    private static @org.jspecify.annotations.Nullable GeneralNames alternativeNames(X509CertificateHolder holder) {
        Extension extension = holder.getExtension(Extension.subjectAlternativeName);
        return extension == null ? null : GeneralNames.getInstance(extension.getParsedValue());
    }

    private static List<MailAddress> inSubject(X509CertificateHolder holder) {
        List<MailAddress> found = new ArrayList<>();
        for (RDN rdn : holder.getSubject().getRDNs(PKCSObjectIdentifiers.pkcs_9_at_emailAddress)) {
            for (AttributeTypeAndValue attribute : rdn.getTypesAndValues()) {
                if (attribute.getType().equals(PKCSObjectIdentifiers.pkcs_9_at_emailAddress)) {
                    ascii(attribute.getValue()).ifPresent(found::add);
                }
            }
        }
        return found;
    }

    private static Optional<MailAddress> ascii(Object value) {
        return value instanceof ASN1String string
                ? MailAddress.parse(string.getString()).filter(MailAddress::isAscii)
                : Optional.empty();
    }

    // RFC 9598 §3: this form is only for local parts beyond ASCII. An ASCII local part here would only evade name
    // constraints.
    private static Optional<MailAddress> smtpUtf8(OtherName name) {
        return name.getTypeID().equals(SMTP_UTF8_MAILBOX) && name.getValue() instanceof ASN1UTF8String string
                ? MailAddress.parse(string.getString()).filter(CertificateAddresses::isBeyondAscii)
                : Optional.empty();
    }

    private static boolean isBeyondAscii(MailAddress address) {
        return !StandardCharsets.US_ASCII.newEncoder().canEncode(address.localPart());
    }

    private static final ASN1ObjectIdentifier SMTP_UTF8_MAILBOX = new ASN1ObjectIdentifier("1.3.6.1.5.5.7.8.9");
}
