package org.postseal.certstore.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.postseal.certstore.database.Samples.ACT;
import static org.postseal.certstore.database.Samples.ALICE;
import static org.postseal.certstore.database.Samples.AUTHORITY;
import static org.postseal.certstore.database.Samples.BOB;
import static org.postseal.certstore.database.Samples.certificate;

import java.io.OutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.operator.ContentSigner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.TrustCollections.Collected;
import org.postseal.certstore.database.TrustImport.Problem;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.path.TestAuthority;

@ResourceLock("drafts")
class TrustCollectionsTest extends DatabaseFixture {
    @Test
    void tellsAnchorsFromIntermediatesAndWhatExpiresFirst() throws Exception {
        CertificateAuthority sooner =
                CertificateAuthority.create("Sooner", Samples.START, Instant.parse("2026-09-01T12:34:56Z"));
        // The issuer of this member is not in the bundle.
        List<byte[]> bundle = der(AUTHORITY.root(), AUTHORITY.issuer(), sooner.issuer(), AUTHORITY.root());
        Collected expected = new Collected(
                "corp",
                Instant.parse("2026-09-01T12:34:56Z"),
                sha1(CertificateRows.der(sooner.issuer())),
                List.of(AUTHORITY.root()),
                List.of(sooner.issuer(), AUTHORITY.issuer()),
                ACT);
        assertThat(database.trust().replace("corp", bundle, ACT)).isEqualTo(new TrustImport.Imported(expected));
        assertThat(database.trust().find("corp")).contains(expected);
        assertThat(database.trust().list()).containsExactly(expected);
        assertThat(database.certificates()
                        .find(sooner.issuer().id())
                        .orElseThrow()
                        .entries())
                .containsExactly(new StoredCertificate.Entry("trust:corp", EntryState.TRUSTED, ACT));
    }

    @Test
    void namesEveryBadElementAndChangesNothing() throws Exception {
        database.trust().replace("corp", der(AUTHORITY.root()), ACT);
        MailCertificate expired = certificate(ALICE, "2025-01-01T00:00:00Z", "2026-05-31T23:59:59Z");
        MailCertificate future = certificate(BOB, "2026-06-01T00:00:01Z", "2026-12-01T00:00:00Z");
        byte[] garbage = "not a certificate".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        List<byte[]> bundle = List.of(
                CertificateRows.der(AUTHORITY.issuer()),
                CertificateRows.der(expired),
                garbage,
                CertificateRows.der(future));
        assertThat(database.trust().replace("corp", bundle, ACT))
                .isEqualTo(new TrustImport.Refused(List.of(
                        new Problem(
                                sha1(CertificateRows.der(expired)),
                                "CN=alice@example.com",
                                Optional.of(Instant.parse("2026-05-31T23:59:59Z")),
                                "expired"),
                        new Problem(sha1(garbage), "", Optional.empty(), "malformed certificate"),
                        new Problem(
                                sha1(CertificateRows.der(future)),
                                "CN=bob@example.org",
                                Optional.of(Instant.parse("2026-12-01T00:00:00Z")),
                                "not yet valid"))));
        assertThat(database.trust().find("corp").orElseThrow().anchors()).containsExactly(AUTHORITY.root());
        assertThat(database.certificates().find(AUTHORITY.issuer().id())).isEmpty();
    }

    /** It would be imported, and no path through it would ever be believed. */
    @Test
    void aSignatureAlgorithmThatIsNotSupportedIsNamed() {
        TestAuthority outside = new TestAuthority("outside");
        ContentSigner composite = new ContentSigner() {
            @Override
            public AlgorithmIdentifier getAlgorithmIdentifier() {
                return new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.3.6.1.5.5.7.6.45"));
            }

            @Override
            public OutputStream getOutputStream() {
                return OutputStream.nullOutputStream();
            }

            @Override
            public byte[] getSignature() {
                return new byte[64];
            }
        };
        MailCertificate issuer = outside.certify(
                new X500Name("CN=issuer"), outside.key.publicKey(), TestAuthority.START, TestAuthority.END, composite);

        assertThat(database.trust().replace("partners", der(outside.root(), issuer), ACT))
                .isInstanceOfSatisfying(
                        TrustImport.Refused.class,
                        refused -> assertThat(refused.problems())
                                .extracting(Problem::subject, Problem::detail)
                                .containsExactly(tuple(
                                        "CN=issuer",
                                        "signature algorithm 1.3.6.1.5.5.7.6.45 (MLDSA65-ECDSA-P256-SHA512) is not"
                                                + " supported: it is a composite by a draft, which crypto.drafts:"
                                                + " [composite] allows to read")));
    }

    @Test
    void replacesWholeCollectionAndClearsByEmptyBundle() {
        database.trust().replace("corp", der(AUTHORITY.root(), AUTHORITY.issuer()), ACT);
        database.trust().replace("other", der(AUTHORITY.root()), ACT);
        database.trust().replace("corp", der(AUTHORITY.issuer()), ACT);
        assertThat(database.trust().find("corp").orElseThrow().anchors()).isEmpty();
        assertThat(database.trust().replace("corp", List.of(), ACT)).isEqualTo(new TrustImport.Cleared());
        assertThat(database.trust().replace("corp", List.of(), ACT)).isEqualTo(new TrustImport.Cleared());
        assertThat(database.trust().find("corp")).isEmpty();
        assertThat(database.certificates().find(AUTHORITY.issuer().id())).isEmpty();
        // Another collection still has the root.
        assertThat(database.trust().list().stream().map(Collected::name)).containsExactly("other");
        assertThat(database.certificates().find(AUTHORITY.root().id())).isPresent();
        assertThat(database.trust().remove("other")).isTrue();
        assertThat(database.trust().remove("other")).isFalse();
    }

    @Test
    void trustedCertificatesAreNoneOfAnAddress() {
        database.trust().replace("corp", der(certificate(ALICE)), ACT);
        assertThat(DatabaseSources.own(database).find(ALICE)).isEmpty();
    }

    private static List<byte[]> der(MailCertificate... certificates) {
        return Stream.of(certificates).map(CertificateRows::der).toList();
    }

    private static String sha1(byte[] octets) throws Exception {
        return HexFormat.of()
                .withUpperCase()
                .formatHex(MessageDigest.getInstance("SHA-1").digest(octets));
    }
}
