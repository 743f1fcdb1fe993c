package org.postseal.certstore.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.path.TestAuthority.END;
import static org.postseal.certstore.path.TestAuthority.NOW;
import static org.postseal.certstore.path.TestAuthority.START;
import static org.postseal.certstore.path.TestAuthority.extension;

import java.util.List;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.ValidationCode;
import org.postseal.certstore.path.TestAuthority.Extra;

/** Checks which certificates may sign time stamps. */
class TimestampSignersTest {
    private static final KeyPurposeId STAMPS = KeyPurposeId.id_kp_timeStamping;
    private static final KeyPurposeId MAIL = KeyPurposeId.id_kp_emailProtection;

    private final TestAuthority root = new TestAuthority("root");
    private final TestAuthority middle = new TestAuthority("middle");
    private final TimestampSigners signers = new TimestampSigners(List.of(root.root()));

    @Test
    void theOneThatIsForTimeStampsAlone() {
        assertThat(status(middle.leaf(purposes(true, STAMPS)))).isEqualTo(new CertificateStatus.Usable());
        assertThat(status(middle.leaf())).isEqualTo(usage("no extKeyUsage, where timeStamping must stand"));
        assertThat(status(middle.leaf(purposes(false, STAMPS)))).isEqualTo(usage("extKeyUsage is not critical"));
        for (Extra other : List.of(
                purposes(true, MAIL), purposes(true, STAMPS, MAIL), purposes(true, KeyPurposeId.anyExtendedKeyUsage))) {
            assertThat(status(middle.leaf(other))).isEqualTo(usage("extKeyUsage is not timeStamping alone"));
        }
        assertThat(status(middle.leaf(
                        purposes(true, STAMPS),
                        extension(Extension.keyUsage, true, new KeyUsage(KeyUsage.nonRepudiation)))))
                .isEqualTo(new CertificateStatus.Usable());
        assertThat(status(middle.leaf(
                        purposes(true, STAMPS),
                        extension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyEncipherment)))))
                .isEqualTo(usage("keyUsage has no digitalSignature"));
    }

    @Test
    void itIsJudgedAtTheTimeOfTheStamp() {
        MailCertificate signer = middle.leaf(purposes(true, STAMPS));
        List<MailCertificate> helpers = List.of(root.authority(middle));
        assertThat(signers.status(signer, helpers, START)).isEqualTo(new CertificateStatus.Usable());
        assertThat(signers.status(signer, helpers, END)).isEqualTo(new CertificateStatus.Usable());
        assertThat(signers.status(signer, helpers, START.minusSeconds(1)))
                .isEqualTo(new CertificateStatus.NotYetValid(START));
        assertThat(signers.status(signer, helpers, END.plusSeconds(1))).isEqualTo(new CertificateStatus.Expired(END));
    }

    @Test
    void thePathLeadsToAnAnchorByAuthoritiesThatMayIssueThem() {
        MailCertificate signer = middle.leaf(purposes(true, STAMPS));
        assertThat(signers.status(signer, List.of(), NOW)).isInstanceOf(CertificateStatus.Untrusted.class);
        assertThat(signers.status(signer, List.of(root.authority(middle, purposes(false, STAMPS))), NOW))
                .isEqualTo(new CertificateStatus.Usable());
        assertThat(signers.status(signer, List.of(root.authority(middle, purposes(false, MAIL))), NOW))
                .isEqualTo(new CertificateStatus.Untrusted(
                        ValidationCode.ISSUER_WRONG_USAGE, "issuer's extKeyUsage does not allow time stamps"));
        MailCertificate noAuthority = root.certify(
                middle.name,
                middle.key.publicKey(),
                extension(Extension.basicConstraints, true, new BasicConstraints(false)));
        assertThat(signers.status(signer, List.of(noAuthority), NOW))
                .isEqualTo(new CertificateStatus.Untrusted(
                        ValidationCode.ROLE_CONFUSED, "issuer is no certification authority"));
        // An anchor may be the authority's own certificate.
        assertThat(new TimestampSigners(List.of(signer)).status(signer, List.of(), NOW))
                .isEqualTo(new CertificateStatus.Usable());
    }

    private CertificateStatus status(MailCertificate signer) {
        return signers.status(signer, List.of(root.authority(middle)), NOW);
    }

    private static CertificateStatus usage(String why) {
        return new CertificateStatus.WrongUsage(why);
    }

    private static Extra purposes(boolean isCritical, KeyPurposeId... purposes) {
        return extension(Extension.extendedKeyUsage, isCritical, new ExtendedKeyUsage(purposes));
    }
}
