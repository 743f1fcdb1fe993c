package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.cms.AuthEnvelopedData;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.EnvelopedData;
import org.bouncycastle.asn1.cms.GCMParameters;
import org.bouncycastle.asn1.cms.Time;
import org.bouncycastle.cms.CMSSignedData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.WrappedContentKey;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.protection.EncryptionSettings;
import org.postseal.policy.protection.SigningSettings;
import org.postseal.policy.protection.SigningSettings.RsaPadding;

/** Checks what must be new, what must be stated and what must be made 7-bit when we sign and encrypt. */
class SealingRulesTest {
    private static final KeyHandle BOB = Pki.key(Pki.BOB, KeyAlgorithm.RSA2048);
    private static final KeyHandle BOB_CURVE = Pki.key(Pki.BOB, KeyAlgorithm.P256);
    private static final KeyHandle ALICE = Pki.key(Pki.ALICE, KeyAlgorithm.RSA2048);
    private static final String EIGHT_BIT = Mail.OUTER
            + "Content-Type: text/plain; charset=utf-8\r\n"
            + "Content-Transfer-Encoding: 8bit\r\n\r\ngr\u00c3\u00bc\u00c3\u009fe\r\n";

    // If a nonce is used twice under one key, GCM reveals both texts and the key of its tag.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyMessageHasItsOwnContentKeyAndNonce(boolean isGcm) throws Exception {
        Set<String> keys = new HashSet<>();
        Set<String> nonces = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            RawMessage sealed = Mail.encrypt(Mail.message("x\r\n"), isGcm ? Mail.GCM : Mail.CBC, BOB.certificate());
            ListeningKey listening = new ListeningKey(BOB);
            assertThat(Mail.open(sealed, listening)).isInstanceOf(OpenResult.Opened.class);
            keys.add(listening.heard);
            nonces.add(hex(nonce(sealed, isGcm)));
        }
        assertThat(keys).hasSize(3).doesNotContain(hex(new byte[32]));
        assertThat(nonces).hasSize(3).doesNotContain(hex(new byte[isGcm ? 12 : 16]));
    }

    @Test
    void boundariesAreNewEachTime() throws Exception {
        Set<String> boundaries = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            RawMessage signed = Mail.sign(Mail.message("x\r\n"), ALICE, Mail.CLEAR);
            boundaries.add(Mail.scan(signed).contentType().parameter("boundary").orElseThrow());
        }
        assertThat(boundaries).hasSize(3);
    }

    // The rule for the version is in RFC 5652 §6.1.
    @Test
    void theVersionOfEnvelopedDataTellsOfKeyAgreement() throws Exception {
        assertThat(version(BOB.certificate())).isEqualTo(new ASN1Integer(0));
        assertThat(version(BOB_CURVE.certificate())).isEqualTo(new ASN1Integer(2));
        assertThat(version(BOB.certificate(), BOB_CURVE.certificate())).isEqualTo(new ASN1Integer(2));
    }

    // A gateway may take out what is inside and relay it over 7-bit paths (RFC 8551 §3.1.2).
    @Test
    void whatIsSealedIsSevenBitInside() throws Exception {
        String inside = Mail.text(Mail.opened(Mail.encrypt(Mail.of(EIGHT_BIT), Mail.GCM, BOB.certificate()), BOB));
        assertThat(inside)
                .isEqualTo(Mail.OUTER
                        + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding:"
                        + " quoted-printable\r\n\r\ngr=C3=BC=C3=9Fe\r\n");

        CMSSignedData opaque =
                new CMSSignedData(CmsRoot.content(Mail.scan(Mail.sign(Mail.of(EIGHT_BIT), ALICE, Mail.OPAQUE)))
                        .readAllBytes());
        assertThat(new String(
                        (byte[]) opaque.getSignedContent().getContent(), java.nio.charset.StandardCharsets.ISO_8859_1))
                .isEqualTo("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding:"
                        + " quoted-printable\r\n\r\ngr=C3=BC=C3=9Fe\r\n");
    }

    @Test
    void signingTimeIsTheTimeGiven() throws Exception {
        CMSSignedData signed = opaque(ALICE);
        assertThat(Time.getInstance(signed.getSignerInfos()
                                .getSigners()
                                .iterator()
                                .next()
                                .getSignedAttributes()
                                .get(CMSAttributes.signingTime)
                                .getAttributeValues()[0])
                        .getDate()
                        .toInstant())
                .isEqualTo(Pki.NOW);
    }

    // A reader who does not have the root would not trust it from a message either (RFC 8550 §2.3).
    @Test
    void theRootIsNotSentAlong() throws Exception {
        KeyHandle withRoot = new ForwardingKey(ALICE) {
            @Override
            public List<MailCertificate> chain() {
                return List.of(Pki.CA.issuer(), Pki.CA.root());
            }
        };
        List<MailCertificate> sent = new ArrayList<>();
        for (var holder : opaque(withRoot).getCertificates().getMatches(null)) {
            sent.add(MailCertificate.of(holder.getEncoded()));
        }
        assertThat(sent).containsExactlyInAnyOrder(ALICE.certificate(), Pki.CA.issuer());
    }

    @ParameterizedTest
    @CsvSource({
        "RSA2048, PKCS1, RSA_PKCS1_SHA256",
        "RSA2048, PSS, RSA_PSS_SHA256",
        "P256, PKCS1, ECDSA_SHA256",
        "P256, PSS, ECDSA_SHA256",
        "ED25519, PKCS1, ED25519",
        "ED25519, PSS, ED25519",
        "X25519, PSS, none"
    })
    void paddingIsTheOneOfTheSettings(KeyAlgorithm key, RsaPadding padding, String scheme) {
        SigningSettings settings = new SigningSettings(SigningSettings.Digest.SHA256, padding, true);
        Optional<SigningAlgorithm> chosen = SigningAlgorithm.choose(
                Pki.key(Pki.ALICE, key).certificate().keyKind(),
                Pki.key(Pki.ALICE, key).schemes(),
                settings);
        assertThat(chosen.map(algorithm -> algorithm.scheme().name()).orElse("none"))
                .isEqualTo(scheme);
    }

    private static CMSSignedData opaque(KeyHandle key) throws Exception {
        return new CMSSignedData(CmsRoot.content(Mail.scan(Mail.sign(Mail.message("x\r\n"), key, Mail.OPAQUE)))
                .readAllBytes());
    }

    private static ASN1Integer version(MailCertificate... recipients) throws Exception {
        EncryptionSettings settings = Mail.CBC;
        return EnvelopedData.getInstance(content(Mail.encrypt(Mail.message("x\r\n"), settings, recipients)))
                .getVersion();
    }

    private static byte[] nonce(RawMessage sealed, boolean isGcm) throws IOException {
        return isGcm
                ? GCMParameters.getInstance(AuthEnvelopedData.getInstance(content(sealed))
                                .getAuthEncryptedContentInfo()
                                .getContentEncryptionAlgorithm()
                                .getParameters())
                        .getNonce()
                : ASN1OctetString.getInstance(EnvelopedData.getInstance(content(sealed))
                                .getEncryptedContentInfo()
                                .getContentEncryptionAlgorithm()
                                .getParameters())
                        .getOctets();
    }

    private static org.bouncycastle.asn1.ASN1Encodable content(RawMessage sealed) throws IOException {
        return ContentInfo.getInstance(CmsRoot.content(Mail.scan(sealed)).readAllBytes())
                .getContent();
    }

    private static String hex(byte[] octets) {
        return java.util.HexFormat.of().formatHex(octets);
    }

    private static final class ListeningKey extends ForwardingKey {
        private String heard = "";

        ListeningKey(KeyHandle key) {
            super(key);
        }

        @Override
        public byte[] recoverContentKey(WrappedContentKey wrapped) {
            byte[] key = super.recoverContentKey(wrapped);
            heard = hex(key);
            return key;
        }
    }
}
