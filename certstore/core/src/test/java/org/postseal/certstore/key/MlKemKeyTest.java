package org.postseal.certstore.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.spec.InvalidKeySpecException;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.PublicKeyKind.MlKemParameters;

/** Compares the three forms of RFC 9935 §6 with Bouncy Castle's key of the same seed. */
class MlKemKeyTest {
    private static final byte[] SEED = new byte[64];

    static {
        Arrays.fill(SEED, (byte) 7);
    }

    @ParameterizedTest
    @EnumSource
    void everyFormIsTheSameKey(MlKemParameters parameters) throws Exception {
        MLKEMPrivateKeyParameters peer = new MLKEMPrivateKeyParameters(bouncyCastles(parameters), SEED);
        ASN1Encodable seed = new DEROctetString(SEED);
        ASN1Encodable expanded = new DEROctetString(peer.getEncoded());
        for (ASN1Encodable form : new ASN1Encodable[] {
            new DERTaggedObject(false, 0, seed), expanded, new DERSequence(new ASN1Encodable[] {seed, expanded})
        }) {
            KeyMaterial key = PrivateKeyReader.read(info(parameters, form));

            assertThat(key.kind()).isEqualTo(new PublicKeyKind.MlKem(parameters));
            assertThat(key.publicKey().getPublicKeyData().getOctets()).isEqualTo(peer.getPublicKey());
            // The stored form is read back.
            assertThat(PrivateKeyReader.read(PrivateKeyInfo.getInstance(key.encoded()))
                            .publicKey())
                    .isEqualTo(key.publicKey());
        }
    }

    @Test
    void aDamagedKeyIsRefused() throws Exception {
        MlKemParameters parameters = MlKemParameters.ML_KEM_512;
        byte[] good = new MLKEMPrivateKeyParameters(bouncyCastles(parameters), SEED).getEncoded();
        byte[] otherPublicKey = good.clone();
        otherPublicKey[parameters.publicKeyOctets()] ^= 1;
        byte[] otherSecret = good.clone();
        otherSecret[good.length - 1] ^= 1;
        ASN1Encodable seed = new DEROctetString(SEED);
        for (ASN1Encodable bad : new ASN1Encodable[] {
            new DEROctetString(otherPublicKey),
            new DEROctetString(Arrays.copyOf(good, good.length - 1)),
            new DEROctetString(new byte[0]),
            new DERTaggedObject(false, 0, new DEROctetString(new byte[63])),
            new DERTaggedObject(false, 1, seed),
            new DERSequence(new ASN1Encodable[] {seed, new DEROctetString(otherSecret)}),
            new DERSequence(new ASN1Encodable[] {seed, seed}),
            new DERSequence(new ASN1Encodable[] {new DERSequence(), seed}),
            new DERSequence(seed)
        }) {
            assertThatThrownBy(() -> PrivateKeyReader.read(info(parameters, bad)))
                    .isInstanceOf(InvalidKeySpecException.class);
        }
    }

    private static PrivateKeyInfo info(MlKemParameters parameters, ASN1Encodable form) throws Exception {
        ASN1ObjectIdentifier name = switch (parameters) {
            case ML_KEM_512 -> NISTObjectIdentifiers.id_alg_ml_kem_512;
            case ML_KEM_768 -> NISTObjectIdentifiers.id_alg_ml_kem_768;
            case ML_KEM_1024 -> NISTObjectIdentifiers.id_alg_ml_kem_1024;
        };
        return new PrivateKeyInfo(new AlgorithmIdentifier(name), form);
    }

    private static MLKEMParameters bouncyCastles(MlKemParameters parameters) {
        return switch (parameters) {
            case ML_KEM_512 -> MLKEMParameters.ml_kem_512;
            case ML_KEM_768 -> MLKEMParameters.ml_kem_768;
            case ML_KEM_1024 -> MLKEMParameters.ml_kem_1024;
        };
    }
}
