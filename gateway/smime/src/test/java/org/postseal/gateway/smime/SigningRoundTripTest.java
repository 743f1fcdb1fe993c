package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.protection.SigningSettings;
import org.postseal.policy.protection.SigningSettings.Digest;
import org.postseal.policy.protection.SigningSettings.RsaPadding;

@Tag("thorough")
class SigningRoundTripTest {
    record Case(KeyAlgorithm key, SigningSettings settings, int size) {}

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (KeyAlgorithm key : List.of(
                KeyAlgorithm.RSA2048,
                KeyAlgorithm.P256,
                KeyAlgorithm.P384,
                KeyAlgorithm.P521,
                KeyAlgorithm.BRAINPOOLP256R1,
                KeyAlgorithm.BRAINPOOLP384R1,
                KeyAlgorithm.BRAINPOOLP512R1,
                KeyAlgorithm.ED25519,
                KeyAlgorithm.ED448,
                KeyAlgorithm.ML_DSA_44,
                KeyAlgorithm.ML_DSA_65,
                KeyAlgorithm.ML_DSA_87)) {
            for (Digest digest : List.of(Digest.SHA256, Digest.SHA384, Digest.SHA512)) {
                for (RsaPadding padding : RsaPadding.values()) {
                    boolean matters = key == KeyAlgorithm.RSA2048 || padding == RsaPadding.PKCS1;
                    for (boolean clear : matters ? List.of(true, false) : List.<Boolean>of()) {
                        for (int size : digest == Digest.SHA256 ? List.of(0, 5_000, 400_000) : List.of(5_000)) {
                            cases.add(new Case(key, new SigningSettings(digest, padding, clear), size));
                        }
                    }
                }
            }
        }
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whatWeSignIsValidToUsAndToBouncyCastle(Case each) throws Exception {
        KeyHandle key = Pki.key(Pki.ALICE, each.key());
        String body = Mail.body(each.size());
        RawMessage signed = Mail.sign(Mail.message(body), key, each.settings());

        assertThat(Mail.verify(signed))
                .isEqualTo(new SignatureVerdict.Valid(
                        key.certificate(), List.of(key.certificate(), Pki.CA.issuer(), Pki.CA.root())));
        MimeEntity root = Mail.scan(signed);
        byte[] entity = Mail.of(Mail.ENTITY_HEADER + body).toByteArray();
        assertThat(content(root, each.settings().clear())).isEqualTo(entity);
        assertThat(bouncyCastle(root, each.settings().clear(), entity, key)).isTrue();
    }

    private static byte[] content(MimeEntity root, boolean clear) throws Exception {
        return clear
                ? root.signedParts().orElseThrow().content().raw().toByteArray()
                : (byte[]) new CMSSignedData(CmsRoot.content(root))
                        .getSignedContent()
                        .getContent();
    }

    private static boolean bouncyCastle(MimeEntity root, boolean clear, byte[] entity, KeyHandle key) throws Exception {
        CMSSignedData data;
        if (clear) {
            byte[] object = CmsRoot.content(root.signedParts().orElseThrow().signature())
                    .readAllBytes();
            data = new CMSSignedData(new CMSProcessableByteArray(entity), new ByteArrayInputStream(object));
        } else {
            data = new CMSSignedData(CmsRoot.content(root));
        }
        SignerInformation signer = data.getSignerInfos().iterator().next();
        return signer.verify(new JcaSimpleSignerInfoVerifierBuilder()
                .setProvider(new BouncyCastleProvider())
                .build(key.certificate().x509()));
    }
}
