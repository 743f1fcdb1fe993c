package org.postseal.certstore.authority;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.OtherName;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.postseal.certstore.CertificateLimits;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.PemText;
import org.postseal.certstore.PublicKeyKind;

/**
 * A request for a certificate (PKCS #10, RFC 2986). Its signature shows that the requester has the private key. Of what
 * it asks for, only the key and the addresses count. Immutable.
 */
public final class SigningRequest {
    private final SubjectPublicKeyInfo key;
    private final PublicKeyKind kind;
    private final List<MailAddress> addresses;

    private SigningRequest(SubjectPublicKeyInfo key, PublicKeyKind kind, List<MailAddress> addresses) {
        this.key = key;
        this.kind = kind;
        this.addresses = List.copyOf(addresses);
    }

    /**
     * Reads PEM or DER.
     *
     * @throws CaException REFUSED, with the reason, when the octets are no request, the key is of no kind that secures
     *     mail, or the signature does not verify
     */
    public static SigningRequest read(byte[] content) throws CaException {
        if (content.length > MAX_OCTETS) {
            throw refused("is longer than " + MAX_OCTETS + " octets", null);
        }
        try {
            PKCS10CertificationRequest request = new PKCS10CertificationRequest(der(content));
            SubjectPublicKeyInfo key = request.getSubjectPublicKeyInfo();
            PublicKeyKind kind = CertificateLimits.kindOf(key);
            if (!isSigned(request, key)) {
                throw refused("is not signed by the key that it names: nobody has shown that they have this key", null);
            }
            return new SigningRequest(key, kind, addresses(request));
        } catch (CertificateException e) {
            throw refused("has a key that cannot be used: " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            // Bouncy Castle reports malformed inner structures by unchecked exceptions of many kinds.
            throw refused("is no PKCS #10 request", e);
        }
    }

    public PublicKeyKind kind() {
        return kind;
    }

    /** Returns the addresses in subject and subject alternative name. */
    public List<MailAddress> addresses() {
        return addresses;
    }

    SubjectPublicKeyInfo key() {
        return key;
    }

    private static byte[] der(byte[] content) throws CaException {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        try {
            return PemText.find(text, LABEL)
                    .or(() -> PemText.find(text, OLD_LABEL))
                    .orElse(content);
        } catch (IllegalArgumentException e) {
            throw refused("is cut off, or not base64", e);
        }
    }

    private static boolean isSigned(PKCS10CertificationRequest request, SubjectPublicKeyInfo key) {
        try {
            PublicKey publicKey = KeyFactory.getInstance(
                            key.getAlgorithm().getAlgorithm().getId())
                    .generatePublic(new X509EncodedKeySpec(key.getEncoded()));
            return request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(publicKey));
        } catch (PKCSException
                | IOException
                | GeneralSecurityException
                | OperatorCreationException
                | RuntimeException e) {
            // Engines report a malformed signature in many ways; in each case the request is not signed.
            return false;
        }
    }

    private static List<MailAddress> addresses(PKCS10CertificationRequest request) throws CaException {
        Set<MailAddress> found = new LinkedHashSet<>();
        List<String> strange = new ArrayList<>();
        Extensions extensions = request.getRequestedExtensions();
        GeneralNames names =
                extensions == null ? null : GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
        for (GeneralName name : names == null ? new GeneralName[0] : names.getNames()) {
            if (name.getTagNo() == GeneralName.rfc822Name) {
                add(name.getName(), found, strange);
            } else if (name.getTagNo() == GeneralName.otherName) {
                OtherName other = OtherName.getInstance(name.getName());
                // No other form is taken for an address: a user principal name looks like a mailbox, but that mailbox
                // may be another person's.
                if (other.getTypeID().equals(SMTP_UTF8_MAILBOX)) {
                    add(other.getValue(), found, strange);
                } else {
                    strange.add("a name that is no mail address");
                }
            } else {
                strange.add("a name that is no mail address");
            }
        }
        for (RDN rdn : request.getSubject().getRDNs()) {
            for (AttributeTypeAndValue each : rdn.getTypesAndValues()) {
                if (each.getType().equals(PKCSObjectIdentifiers.pkcs_9_at_emailAddress)) {
                    add(each.getValue(), found, strange);
                } else if (each.getType().equals(BCStyle.CN) && each.getValue() instanceof ASN1String text) {
                    Optional<MailAddress> address = MailAddress.parse(text.getString());
                    address.ifPresent(found::add);
                }
            }
        }
        if (!strange.isEmpty()) {
            throw refused("asks for " + strange.getFirst(), null);
        }
        return List.copyOf(found);
    }

    private static void add(ASN1Encodable value, Set<MailAddress> found, List<String> strange) {
        Optional<MailAddress> address = value instanceof ASN1String text
                ? MailAddress.parse(text.getString()).filter(each -> each.isAscii() || value instanceof ASN1UTF8String)
                : Optional.empty();
        address.ifPresentOrElse(found::add, () -> strange.add("a name that is no mail address"));
    }

    private static CaException refused(String what, @org.jspecify.annotations.Nullable Throwable cause) {
        return new CaException(CaException.Kind.REFUSED, "the request " + what, cause);
    }

    // RFC 9598 §3.
    private static final ASN1ObjectIdentifier SMTP_UTF8_MAILBOX = new ASN1ObjectIdentifier("1.3.6.1.5.5.7.8.9");
    private static final int MAX_OCTETS = 65_536;
    private static final String LABEL = "CERTIFICATE REQUEST";
    // Tools of Microsoft, and old ones of Netscape, write this label.
    private static final String OLD_LABEL = "NEW CERTIFICATE REQUEST";
}
