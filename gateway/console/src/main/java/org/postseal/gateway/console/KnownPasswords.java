package org.postseal.gateway.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Remembers for a while that a password was right: a browser sends the password with every request, and comparing it is
 * expensive on purpose. Only a keyed hash is kept, and its key lives as long as the process. Thread-safe.
 */
final class KnownPasswords {
    private final InstantSource clock;
    private final byte[] key = new byte[32];
    private final Map<String, Instant> until = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
            return size() > MOST;
        }
    };

    KnownPasswords(InstantSource clock) {
        this.clock = clock;
        new SecureRandom().nextBytes(key);
    }

    synchronized boolean has(String user, String password) {
        Instant end = until.get(tag(user, password));
        return end != null && clock.instant().isBefore(end);
    }

    synchronized void add(String user, String password) {
        until.put(tag(user, password), clock.instant().plus(LIFETIME));
    }

    private String tag(String user, String password) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal((user + "\0" + password).getBytes(UTF_8)));
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    private static final Duration LIFETIME = Duration.ofMinutes(10);
    private static final int MOST = 1000;
}
