package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.bouncycastle.cms.jcajce.JceKEMEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKEMRecipientId;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.testkit.NssPeer;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmimePeer;
import org.postseal.gateway.testkit.TestPki;

/** One message goes to a reader with NSS and to one with ML-KEM. NSS opens its copy, and Bouncy Castle the other. */
class MlKemApartIT {
    private static final MailAddress NSS = MailAddress.of("nss@partner.example");
    private static final MailAddress KEM = MailAddress.of("kem@partner.example");
    private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();

    private static TestPki pki;
    private static NssPeer nss;

    @BeforeAll
    static void start() {
        Requirements.programs("cmsutil", "certutil", "pk12util");
        pki = new TestPki().user(NSS.toString(), KeyAlgorithm.RSA2048).user(KEM.toString(), KeyAlgorithm.ML_KEM_768);
        nss = new NssPeer(pki);
    }

    @AfterAll
    static void stop() {
        nss.close();
        pki.close();
    }

    @Test
    void eachOpensItsCopy() throws Exception {
        TestRoad road = new TestRoad(
                new AlteredStore() {
                    @Override
                    public CertificateChoice<MailCertificate> encryptionCertificate(
                            MailAddress recipient, Instant time) {
                        return new CertificateChoice.Chosen<>(
                                pki.issued(recipient.toString()).certificate(), List.of());
                    }
                },
                "{ id: enc, when: always, then: { encrypt: required } }");

        road.send(
                Letter.submitted(TestRoad.LMTP, NSS, KEM), TestRoad.toAll("nss@partner.example, kem@partner.example"));

        assertThat(road.sent())
                .extracting(RecordingDelivery.Sent::recipients)
                .containsExactly(List.of(NSS.toString()), List.of(KEM.toString()));
        byte[] forNss = new SmimeMail(road.sent().getFirst().octets()).cms();
        byte[] forKem = new SmimeMail(road.sent().getLast().octets()).cms();
        byte[] opened = SmimePeer.expectPlain(nss.decrypt(forNss, pki.identity(NSS.toString())));
        assertThat(SealedCopy.scan(opened).body().toByteArray()).isEqualTo(TestRoad.octets("Hello\r\n.\r\nworld\r\n"));
        assertThat(opened).isEqualTo(openedByBouncyCastle(forKem, pki.issued(KEM.toString())));
    }

    private static byte[] openedByBouncyCastle(byte[] cms, IssuedCertificate reader) throws Exception {
        return new CMSEnvelopedData(cms)
                .getRecipientInfos()
                .get(new JceKEMRecipientId(reader.certificate().x509()))
                .getContent(new JceKEMEnvelopedRecipient(key(reader)).setProvider(PROVIDER));
    }

    private static PrivateKey key(IssuedCertificate reader) throws IOException {
        try (PEMParser parser = new PEMParser(new StringReader(reader.privateKeyPem()))) {
            return new JcaPEMKeyConverter().setProvider(PROVIDER).getPrivateKey((PrivateKeyInfo) parser.readObject());
        }
    }
}
