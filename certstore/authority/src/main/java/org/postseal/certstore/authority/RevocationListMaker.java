package org.postseal.certstore.authority;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.RevocationReason;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.key.KeyMaterial;

/** Signs complete revocation lists (RFC 5280 §5). */
final class RevocationListMaker {
    private RevocationListMaker() {}

    record Revoked(BigInteger serial, Instant when, RevocationReason reason) {
        static Revoked of(IssuedEntry entry) {
            IssuedEntry.Revocation word = entry.revocation().orElseThrow();
            return new Revoked(entry.serial(), word.when(), word.reason());
        }
    }

    static byte[] make(
            MailCertificate signer, KeyMaterial key, long number, Instant now, Duration valid, List<Revoked> revoked) {
        Instant from = now.truncatedTo(ChronoUnit.SECONDS);
        X509v2CRLBuilder list = new X509v2CRLBuilder(signer.subject(), Date.from(from));
        list.setNextUpdate(Date.from(from.plus(valid)));
        try {
            for (Revoked each : revoked) {
                // An entry for UNSPECIFIED has no reason (§7.2.2 of the Baseline Requirements).
                list.addCRLEntry(
                        each.serial(), Date.from(each.when()), each.reason().number());
            }
            list.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    CertificateAuthority.identifiers().createAuthorityKeyIdentifier(key.publicKey()));
            list.addExtension(Extension.cRLNumber, false, new CRLNumber(BigInteger.valueOf(number)));
            return list.build(key.certificateSigner()).getEncoded();
        } catch (IOException e) {
            throw new IllegalStateException("encoding to memory failed", e);
        }
    }
}
