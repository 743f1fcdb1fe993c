package org.postseal.certstore;

import java.math.BigInteger;
import org.bouncycastle.asn1.x500.X500Name;

/**
 * The name by which a CMS object identifies a signer's certificate (RFC 5652 §5.3). Several certificates may match it,
 * for example after a renewal.
 */
public sealed interface SignerName {
    /** Returns true if the name may mean this certificate. */
    boolean means(MailCertificate certificate);

    /** Names one certificate of one issuer. */
    record IssuerAndSerial(X500Name issuer, BigInteger serialNumber) implements SignerName {
        @Override
        public boolean means(MailCertificate certificate) {
            // The number is compared first, because comparing names costs more.
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
