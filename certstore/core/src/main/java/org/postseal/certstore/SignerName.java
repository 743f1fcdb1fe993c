package org.postseal.certstore;

import java.math.BigInteger;
import org.bouncycastle.asn1.x500.X500Name;

/** The name by which a CMS object calls the certificate of a signer (RFC 5652 §5.3). Renewed ones may share it. */
public sealed interface SignerName {
    /** Says whether this certificate may be meant. */
    boolean means(MailCertificate certificate);

    /** Names one certificate of one issuer. */
    record IssuerAndSerial(X500Name issuer, BigInteger serialNumber) implements SignerName {
        @Override
        public boolean means(MailCertificate certificate) {
            // the number first: comparing names costs more
            return certificate.serialNumber().equals(serialNumber)
                    && certificate.issuer().equals(issuer);
        }
    }

    /** Names every certificate of one key. */
    record SubjectKey(KeyIdentifier identifier) implements SignerName {
        @Override
        public boolean means(MailCertificate certificate) {
            return certificate.subjectKeyIdentifier().filter(identifier::equals).isPresent();
        }
    }
}
