package org.postseal.certstore.authority;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.PolicyInformation;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.CertificateRequest;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.PublicKeys;

/**
 * The content of an authority's certificates. Those of users follow the profile Mailbox-validated, generation Strict,
 * of the S/MIME Baseline Requirements (§7.1.2.3, §7.1.4.2.3); those of root and intermediate follow §7.1.2.1 and
 * §7.1.2.2. The section numbers below are of that document.
 */
final class Templates {
    /** The policy Mailbox-validated, Strict (§7.1.6.1). */
    static final ASN1ObjectIdentifier STRICT = new ASN1ObjectIdentifier("2.23.140.1.5.1.3");

    private final CaSettings settings;
    private final boolean hasResponder;

    Templates(CaSettings settings) {
        this(settings, false);
    }

    /** @param hasResponder whether users' certificates name the OCSP responder */
    Templates(CaSettings settings, boolean hasResponder) {
        this.settings = settings;
        this.hasResponder = hasResponder;
    }

    X500Name rootName() {
        return name(settings.organization() + " Root CA");
    }

    X500Name issuerName(int number) {
        return name(settings.organization() + " Issuing CA " + number);
    }

    X509v3CertificateBuilder root(SubjectPublicKeyInfo key, Instant from, Instant to) {
        X509v3CertificateBuilder builder = builder(rootName(), rootName(), key, from, to);
        return filled(builder, () -> {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            authority(builder, key, key);
        });
    }

    X509v3CertificateBuilder issuer(
            int number, SubjectPublicKeyInfo key, SubjectPublicKeyInfo root, Instant from, Instant to) {
        X509v3CertificateBuilder builder = builder(rootName(), issuerName(number), key, from, to);
        return filled(builder, () -> {
            // The intermediate signs users' certificates and no further authority.
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            authority(builder, key, root);
            builder.addExtension(
                    Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_emailProtection));
            policy(builder, !isBrainpool(key) && !isBrainpool(root));
            pointers(builder, CaSettings.ROOT_LIST, List.of(issuerAt(CaSettings.ROOT_CERTIFICATE)));
        });
    }

    X509v3CertificateBuilder subscriber(
            SubjectPublicKeyInfo key,
            PublicKeyKind kind,
            Intermediate intermediate,
            SubjectPublicKeyInfo issuer,
            List<MailAddress> addresses,
            Profile profile,
            Instant from,
            Instant to) {
        java.math.BigInteger serial = CertificateAuthority.serialNumber();
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                issuerName(intermediate.number()),
                serial,
                Date.from(from),
                Date.from(to),
                subject(addresses.getFirst(), serial),
                key);
        return filled(builder, () -> {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(CertificateRequest.keyUsage(profile, kind)));
            // Strict demands emailProtection and nothing else (§7.1.2.3 f).
            builder.addExtension(
                    Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_emailProtection));
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    CertificateAuthority.identifiers().createSubjectKeyIdentifier(key));
            // The extension has only the keyIdentifier (§7.1.2.3 g).
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    CertificateAuthority.identifiers().createAuthorityKeyIdentifier(issuer));
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(addresses.stream()
                            .map(CertificateRequest::generalName)
                            .toArray(GeneralName[]::new)));
            policy(builder, !isBrainpool(key) && claims(intermediate.certificate()));
            List<AccessDescription> access = new ArrayList<>(List.of(issuerAt(intermediate.published())));
            if (hasResponder) {
                access.addFirst(
                        new AccessDescription(AccessDescription.id_ad_ocsp, uri(settings.place(CaSettings.RESPONDER))));
            }
            pointers(builder, intermediate.list(), access);
        });
    }

    /**
     * Makes the certificate of a key that signs OCSP answers for an intermediate (RFC 6960 §4.2.2.2). Nobody looks for
     * its revocation (§4.2.2.2.1), so it must be short-lived.
     */
    X509v3CertificateBuilder responder(SubjectPublicKeyInfo key, Intermediate intermediate, Instant from, Instant to) {
        MailCertificate issuer = intermediate.certificate();
        X509v3CertificateBuilder builder =
                builder(issuer.subject(), name(settings.organization() + " OCSP"), key, from, to);
        return filled(builder, () -> {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_OCSPSigning));
            builder.addExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck, false, DERNull.INSTANCE);
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    CertificateAuthority.identifiers()
                            .createAuthorityKeyIdentifier(issuer.holder().getSubjectPublicKeyInfo()));
        });
    }

    private static void authority(
            X509v3CertificateBuilder builder, SubjectPublicKeyInfo key, SubjectPublicKeyInfo signer)
            throws CertIOException {
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        builder.addExtension(
                Extension.subjectKeyIdentifier,
                false,
                CertificateAuthority.identifiers().createSubjectKeyIdentifier(key));
        builder.addExtension(
                Extension.authorityKeyIdentifier,
                false,
                CertificateAuthority.identifiers().createAuthorityKeyIdentifier(signer));
    }

    // The requirements know no Brainpool curves (§6.1.5). A certificate does not claim to fulfil them if a key of its
    // chain is on such a curve.
    private static void policy(X509v3CertificateBuilder builder, boolean isClaimed) throws CertIOException {
        if (isClaimed) {
            builder.addExtension(
                    Extension.certificatePolicies, false, new CertificatePolicies(new PolicyInformation(STRICT)));
        }
    }

    private static boolean claims(MailCertificate intermediate) {
        return intermediate.holder().getExtension(Extension.certificatePolicies) != null;
    }

    private static boolean isBrainpool(SubjectPublicKeyInfo key) {
        return PublicKeys.kind(key) instanceof PublicKeyKind.Ec(PublicKeyKind.Curve curve) && curve.isBrainpool();
    }

    private void pointers(X509v3CertificateBuilder builder, String list, List<AccessDescription> access)
            throws CertIOException {
        builder.addExtension(Extension.cRLDistributionPoints, false, new CRLDistPoint(new DistributionPoint[] {
            new DistributionPoint(new DistributionPointName(new GeneralNames(uri(settings.place(list)))), null, null)
        }));
        builder.addExtension(
                Extension.authorityInfoAccess,
                false,
                new AuthorityInformationAccess(access.toArray(AccessDescription[]::new)));
    }

    private AccessDescription issuerAt(String file) {
        return new AccessDescription(AccessDescription.id_ad_caIssuers, uri(settings.place(file)));
    }

    private static GeneralName uri(String text) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, text);
    }

    // §7.1.4.2.2 a: the common name, if any, is a mailbox of the subject alternative name; X.520 limits it to 64
    // characters. For a longer address the subject is a serial number that we choose, because programs stumble over an
    // empty one.
    private static X500Name subject(MailAddress address, java.math.BigInteger serial) {
        String text = CertificateRequest.mailbox(address);
        X500NameBuilder name = new X500NameBuilder(BCStyle.INSTANCE);
        return text.codePointCount(0, text.length()) <= 64
                ? name.addRDN(BCStyle.CN, text).build()
                : name.addRDN(BCStyle.SERIALNUMBER, serial.toString(16)).build();
    }

    private X500Name name(String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.C, settings.country())
                .addRDN(BCStyle.O, settings.organization())
                .addRDN(BCStyle.CN, commonName)
                .build();
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, SubjectPublicKeyInfo key, Instant from, Instant to) {
        return new X509v3CertificateBuilder(
                issuer, CertificateAuthority.serialNumber(), Date.from(from), Date.from(to), subject, key);
    }

    private interface Filling {
        void fill() throws CertIOException;
    }

    private static X509v3CertificateBuilder filled(X509v3CertificateBuilder builder, Filling filling) {
        try {
            filling.fill();
            return builder;
        } catch (CertIOException e) {
            throw new IllegalStateException("encoding to memory failed", e);
        }
    }
}
