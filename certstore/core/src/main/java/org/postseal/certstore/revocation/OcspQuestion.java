package org.postseal.certstore.revocation;

import java.io.IOException;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPRequest;
import org.bouncycastle.asn1.ocsp.Request;
import org.bouncycastle.asn1.ocsp.TBSRequest;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.postseal.certstore.Digest;
import org.postseal.certstore.MailCertificate;

/**
 * Asks a responder about one certificate of one issuer, which is named by digests of its name and its key (RFC 6960
 * §4.1.1).
 */
public final class OcspQuestion {
    private final byte[] issuerName;
    private final byte[] issuerKey;
    private final BigInteger serialNumber;

    private OcspQuestion(byte[] issuerName, byte[] issuerKey, BigInteger serialNumber) {
        this.issuerName = issuerName;
        this.issuerKey = issuerKey;
        this.serialNumber = serialNumber;
    }

    static OcspQuestion about(MailCertificate certificate, MailCertificate issuer) {
        return of(certificate.issuer(), issuer, certificate.serialNumber());
    }

    /** Returns the question about the certificate to which {@code issuer} gave this serial number. */
    public static OcspQuestion about(BigInteger serialNumber, MailCertificate issuer) {
        return of(issuer.subject(), issuer, serialNumber);
    }

    private static OcspQuestion of(X500Name issuerName, MailCertificate issuer, BigInteger serialNumber) {
        try {
            return new OcspQuestion(
                    issuerName.getEncoded(),
                    issuer.holder().getSubjectPublicKeyInfo().getPublicKeyData().getOctets(),
                    serialNumber);
        } catch (IOException e) {
            throw new IllegalStateException("it was read from these octets", e);
        }
    }

    /** Returns the key under which an answer is kept. */
    public String key() {
        return "ocsp:" + Digest.SHA_256.hex(issuerName) + ":" + Digest.SHA_256.hex(issuerKey) + ":"
                + serialNumber.toString(16);
    }

    byte[] encoded(Optional<byte[]> nonce) {
        // Every responder knows SHA-1 (RFC 5019), and no signature depends on it.
        CertID id = id(Digest.SHA_1);
        try {
            Extensions extensions = nonce.isEmpty()
                    ? null
                    : new Extensions(new Extension(
                            OCSPObjectIdentifiers.id_pkix_ocsp_nonce,
                            false,
                            new DEROctetString(nonce.get()).getEncoded()));
            TBSRequest request = new TBSRequest(null, new DERSequence(new Request(id, null)), extensions);
            return new OCSPRequest(request, null).getEncoded();
        } catch (IOException e) {
            throw new IllegalStateException("encoding to memory failed", e);
        }
    }

    /** Returns the name that the certificate has in requests and answers, by this digest. */
    public CertID id(Digest digest) {
        AlgorithmIdentifier algorithm = digest == Digest.SHA_1
                ? new AlgorithmIdentifier(OIWObjectIdentifiers.idSHA1, DERNull.INSTANCE)
                // RFC 5754 §2: parameters are absent.
                : new AlgorithmIdentifier(name(digest));
        return new CertID(
                algorithm,
                new DEROctetString(digest.of(issuerName)),
                new DEROctetString(digest.of(issuerKey)),
                new ASN1Integer(serialNumber));
    }

    boolean isAnsweredBy(CertID id) {
        Digest digest = DIGESTS.get(id.getHashAlgorithm().getAlgorithm());
        return digest != null
                && id.getSerialNumber().getValue().equals(serialNumber)
                && MessageDigest.isEqual(id.getIssuerNameHash().getOctets(), digest.of(issuerName))
                && MessageDigest.isEqual(id.getIssuerKeyHash().getOctets(), digest.of(issuerKey));
    }

    private static ASN1ObjectIdentifier name(Digest digest) {
        return DIGESTS.entrySet().stream()
                .filter(each -> each.getValue() == digest)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    private static final Map<ASN1ObjectIdentifier, Digest> DIGESTS = Map.of(
            OIWObjectIdentifiers.idSHA1, Digest.SHA_1,
            NISTObjectIdentifiers.id_sha256, Digest.SHA_256,
            NISTObjectIdentifiers.id_sha384, Digest.SHA_384,
            NISTObjectIdentifiers.id_sha512, Digest.SHA_512);
}
