package org.postseal.certstore.key;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.Provider;
import org.bouncycastle.asn1.pkcs.MacData;
import org.bouncycastle.asn1.pkcs.PKCS12PBEParams;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.operator.MacCalculator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcDefaultDigestProvider;
import org.bouncycastle.pkcs.bc.BcPKCS12MacCalculatorBuilderProvider;
import org.bouncycastle.pkcs.jcajce.JcePBMac1CalculatorProviderBuilder;

/** Checks the MAC over a PKCS #12 file, either the one of RFC 7292 or PBMAC1 (RFC 9579). */
final class Pkcs12Mac {
    private Pkcs12Mac() {}

    /** Returns true if {@code password} fits. The caller must have charged the cost. */
    static boolean isValid(MacData mac, byte[] content, char[] password, Provider provider)
            throws OperatorCreationException, IOException {
        MacCalculator calculator = calculator(mac, password, provider);
        try (OutputStream out = calculator.getOutputStream()) {
            out.write(content);
        }
        return MessageDigest.isEqual(calculator.getMac(), mac.getMac().getDigest());
    }

    private static MacCalculator calculator(MacData mac, char[] password, Provider provider)
            throws OperatorCreationException {
        AlgorithmIdentifier algorithm = mac.getMac().getAlgorithmId();
        if (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBMAC1)) {
            return new JcePBMac1CalculatorProviderBuilder()
                    .setProvider(provider)
                    .build()
                    .get(algorithm, password);
        }
        // Bouncy Castle's own comparison is not used: it demands NULL after the digest's name, which some programs
        // leave out.
        PKCS12PBEParams parameters =
                new PKCS12PBEParams(mac.getSalt(), mac.getIterationCount().intValueExact());
        // The lightweight engines are used, since Bouncy Castle's provider has no such MAC with SHA-384 and SHA-512.
        return new BcPKCS12MacCalculatorBuilderProvider(BcDefaultDigestProvider.INSTANCE)
                .get(new AlgorithmIdentifier(algorithm.getAlgorithm(), parameters))
                .build(password);
    }
}
