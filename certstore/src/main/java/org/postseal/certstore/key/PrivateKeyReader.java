package org.postseal.certstore.key;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Map;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** Makes {@link KeyMaterial} of PKCS #8. */
final class PrivateKeyReader {
    private PrivateKeyReader() {}

    static KeyMaterial read(PrivateKeyInfo info) throws IOException, GeneralSecurityException {
        ASN1ObjectIdentifier name = info.getPrivateKeyAlgorithm().getAlgorithm();
        String family = FAMILIES.get(name);
        if (family == null) {
            throw new InvalidKeySpecException("private key algorithm " + name + " is not supported");
        }
        PrivateKey key = KeyFactory.getInstance(family).generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
        return new KeyMaterial(key, PublicHalf.of(info));
    }

    private static final Map<ASN1ObjectIdentifier, String> FAMILIES = Map.of(
            PKCSObjectIdentifiers.rsaEncryption, "RSA",
            PKCSObjectIdentifiers.id_RSASSA_PSS, "RSASSA-PSS",
            X9ObjectIdentifiers.id_ecPublicKey, "EC",
            EdECObjectIdentifiers.id_Ed25519, "Ed25519",
            EdECObjectIdentifiers.id_X25519, "X25519");
}
