package org.postseal.gateway.road.fleet;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Names secrets that all nodes must share, without telling them: by 32 bits of an HMAC-SHA-256 under the secret. That
 * is enough to see that two are not the same by mistake, and too little to try out guesses of a weak one with
 * certainty.
 */
public final class Fingerprints {
    private Fingerprints() {}

    /** Returns the fingerprint of a secret; a node that has none differs from one that has. */
    public static String of(Optional<byte[]> secret) {
        return secret.map(Fingerprints::of).orElse("none");
    }

    private static String of(byte[] secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            byte[] whole = mac.doFinal("postseal fleet secret".getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(Arrays.copyOf(whole, 4));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has HMAC-SHA-256", e);
        }
    }

    /** Returns {@code name=fingerprint} for each, in the order of the names. */
    static String text(Map<String, String> secrets) {
        return new TreeMap<>(secrets)
                .entrySet().stream()
                        .map(each -> each.getKey() + "=" + each.getValue())
                        .collect(Collectors.joining(" "));
    }

    /** Reads what {@link #text} has written. */
    static Map<String, String> read(String text) {
        return Arrays.stream(text.split(" ", -1))
                .map(each -> each.split("=", 2))
                .filter(each -> each.length == 2)
                .collect(Collectors.toMap(each -> each[0], each -> each[1]));
    }
}
