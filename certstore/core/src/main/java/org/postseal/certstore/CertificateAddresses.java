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

/** Reads the mail addresses of a certificate (RFC 8550 §3, RFC 9598). */
final class CertificateAddresses {
    private CertificateAddresses() {}

    /** Returns every address: first each rfc822Name, then each SmtpUTF8Mailbox, then those of the subject. */
    static List<MailAddress> of(X509CertificateHolder holder) throws CertificateException {
        GeneralNames names = alternativeNames(holder);
        Set<MailAddress> all = new LinkedHashSet<>();
        Set<MailAddress> beyondAscii = new LinkedHashSet<>();
        if (names != null) {
            for (GeneralName name : names.getNames()) {
                if (name.getTagNo() == GeneralName.rfc822Name) {
                    ascii(name.getName()).ifPresent(all::add);
                } else if (name.getTagNo() == GeneralName.otherName) {
                    smtpUtf8(OtherName.getInstance(name.getName())).ifPresent(beyondAscii::add);
                }
            }
        }
        all.addAll(beyondAscii);
        all.addAll(inSubject(holder));
        if (all.size() > CertificateLimits.MAX_ADDRESSES) {
            throw new CertificateException("more than " + CertificateLimits.MAX_ADDRESSES + " mail addresses");
        }
        return List.copyOf(all);
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
