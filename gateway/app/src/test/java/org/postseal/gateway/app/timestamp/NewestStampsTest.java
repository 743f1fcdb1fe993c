package org.postseal.gateway.app.timestamp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cms.SignerInfoGenerator;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.TSPAlgorithms;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampResponseGenerator;
import org.bouncycastle.tsp.TimeStampTokenGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.app.timestamp.NewestStamps.Newest;
import org.postseal.gateway.audit.AuditConfig;

/** Tests what the figures say of the stamps beside the log. */
final class NewestStampsTest {
    private static final Instant MONDAY = Instant.parse("2026-11-23T00:12:43Z");
    private static final Instant TUESDAY = MONDAY.plus(Duration.ofDays(1));
    private static final Instant NOW = MONDAY.plus(Duration.ofDays(3));

    @TempDir
    private Path home;

    private final Authority authority = new Authority();

    NewestStampsTest() throws Exception {}

    @Test
    void theStampThatCoversMostOfALogIsToldWhateverWasStampedLater() throws Exception {
        NewestStamps stamps = new NewestStamps(AuditConfig.of(home.resolve("audit.jsonl")), () -> NOW);
        assertThat(stamps.newest()).isEqualTo(told(null, null));
        Files.createDirectory(folder());
        assertThat(stamps.newest()).isEqualTo(told(null, null));

        stamp("audit-000000000009.tsr", MONDAY);
        assertThat(stamps.newest()).isEqualTo(told(MONDAY, null));
        stamp("audit-000000000010.tsr", TUESDAY);
        stamp("admin-000000000002.tsr", MONDAY);
        stamp("audit-000000000003.tsr", NOW);
        assertThat(stamps.newest()).isEqualTo(told(TUESDAY, MONDAY));

        Files.delete(folder().resolve("audit-000000000010.tsr"));
        assertThat(stamps.newest()).isEqualTo(told(MONDAY, MONDAY));
    }

    @Test
    void whatIsNoStampCountsForNothing() throws Exception {
        Files.createDirectory(folder());
        stamp("audit-000000000001.tsr", MONDAY);
        Files.writeString(folder().resolve("audit-000000000002.tsr"), "no answer");
        Files.write(
                folder().resolve("audit-000000000003.tsr"),
                new TimeStampResponseGenerator(authority.tokens(), TSPAlgorithms.ALLOWED)
                        .generateRejectedResponse(new IOException("busy"))
                        .getEncoded());
        Files.createDirectory(folder().resolve("audit-000000000004.tsr"));
        stamp("audit-changes-000000000005.tsr", TUESDAY);
        stamp("other-000000000006.tsr", TUESDAY);
        stamp("audit-000000000007.tsq", TUESDAY);
        NewestStamps stamps = new NewestStamps(AuditConfig.of(home.resolve("audit.jsonl")), () -> NOW);
        assertThat(stamps.newest()).isEqualTo(told(MONDAY, null));
    }

    @Test
    void theFolderIsReadAgainOnlyWhenItHasChanged() throws Exception {
        Files.createDirectory(folder());
        stamp("audit-000000000001.tsr", MONDAY);
        Files.setLastModifiedTime(folder(), FileTime.from(MONDAY));
        NewestStamps stamps = new NewestStamps(AuditConfig.of(home.resolve("audit.jsonl")), () -> NOW);
        assertThat(stamps.newest()).isEqualTo(told(MONDAY, null));
        stamp("audit-000000000002.tsr", TUESDAY);
        Files.setLastModifiedTime(folder(), FileTime.from(MONDAY));
        assertThat(stamps.newest()).as("its time is the old one").isEqualTo(told(MONDAY, null));
        Files.setLastModifiedTime(folder(), FileTime.from(NOW));
        assertThat(stamps.newest()).isEqualTo(told(TUESDAY, null));
        stamp("audit-000000000003.tsr", NOW);
        Files.setLastModifiedTime(folder(), FileTime.from(NOW));
        assertThat(stamps.newest()).as("in the moment of the look before").isEqualTo(told(NOW, null));
    }

    private static List<Newest> told(@Nullable Instant mail, @Nullable Instant admin) {
        return List.of(new Newest("mail", Optional.ofNullable(mail)), new Newest("admin", Optional.ofNullable(admin)));
    }

    private Path folder() {
        return home.resolve("audit-stamps");
    }

    private void stamp(String name, Instant time) throws Exception {
        Files.write(folder().resolve(name), authority.stamp(time));
    }

    /** Makes an authority whose clock the test sets. */
    private static final class Authority {
        private final KeyPair keys;
        private final X509CertificateHolder certificate;

        Authority() throws Exception {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            keys = generator.generateKeyPair();
            X500Name name = new X500Name("CN=tsa");
            certificate = new JcaX509v3CertificateBuilder(
                            name,
                            BigInteger.ONE,
                            Date.from(MONDAY.minus(Duration.ofDays(30))),
                            Date.from(NOW.plus(Duration.ofDays(30))),
                            name,
                            keys.getPublic())
                    .addExtension(
                            Extension.extendedKeyUsage, true, new ExtendedKeyUsage(KeyPurposeId.id_kp_timeStamping))
                    .build(signer());
        }

        private ContentSigner signer() throws Exception {
            return new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
        }

        TimeStampTokenGenerator tokens() throws Exception {
            SignerInfoGenerator signer = new JcaSimpleSignerInfoGeneratorBuilder()
                    .build(
                            "SHA256withECDSA",
                            keys.getPrivate(),
                            new JcaX509CertificateConverter().getCertificate(certificate));
            return new TimeStampTokenGenerator(
                    signer,
                    new JcaDigestCalculatorProviderBuilder().build().get(new AlgorithmIdentifier(TSPAlgorithms.SHA256)),
                    new ASN1ObjectIdentifier("1.2.3.4.1"));
        }

        byte[] stamp(Instant time) throws Exception {
            TimeStampRequest request = new TimeStampRequestGenerator()
                    .generate(
                            TSPAlgorithms.SHA256,
                            MessageDigest.getInstance("SHA-256").digest());
            return new TimeStampResponseGenerator(tokens(), TSPAlgorithms.ALLOWED)
                    .generate(request, BigInteger.TWO, Date.from(time))
                    .getEncoded();
        }
    }
}
