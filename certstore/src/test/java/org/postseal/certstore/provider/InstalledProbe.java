package org.postseal.certstore.provider;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;

/** Run in a process of its own by {@link CryptoProvidersTest}, since installing changes the whole process. */
final class InstalledProbe {
    private InstalledProbe() {}

    public static void main(String[] arguments) throws Exception {
        List<String> before =
                Arrays.stream(Security.getProviders()).map(Provider::getName).toList();
        CryptoProviders.Engine engine = CryptoProviders.install();
        boolean again = CryptoProviders.install() == engine;
        List<String> after =
                Arrays.stream(Security.getProviders()).map(Provider::getName).toList();
        List<String> rest = after.stream()
                .filter(name -> !name.equals("Postseal") && !name.equals("BC"))
                .toList();
        System.out.println("engine " + engine + " " + again);
        System.out.println("first " + after.getFirst().equals("Postseal") + " last " + after.getLast() + " others kept "
                + rest.equals(before));
        System.out.println("gcm "
                + Cipher.getInstance("2.16.840.1.101.3.4.1.46").getProvider().getName());
        KeyPair pair = KeyPairGenerator.getInstance("ML-DSA-65").generateKeyPair();
        Signature signature = Signature.getInstance("ML-DSA");
        signature.initSign(pair.getPrivate());
        byte[] signed = signature.sign();
        signature.initVerify(pair.getPublic());
        System.out.println("ml-dsa " + signature.verify(signed));
        System.out.println("depth " + System.getProperty("org.bouncycastle.asn1.max_cons_depth"));
    }
}
