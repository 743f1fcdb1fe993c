package org.postseal.policy;

import java.util.Optional;

/** What the peer's connection must be. */
sealed interface TlsTest {
    boolean holds(Optional<Facts.Tls> tls);

    record None() implements TlsTest {
        @Override
        public boolean holds(Optional<Facts.Tls> tls) {
            return tls.isEmpty();
        }
    }

    /** Of this version or a later one, with a verified certificate of the peer where that is asked. */
    record AtLeast(Facts.TlsVersion version, boolean verified) implements TlsTest {
        @Override
        public boolean holds(Optional<Facts.Tls> tls) {
            return tls.filter(found -> found.version().compareTo(version) >= 0 && (found.isVerified() || !verified))
                    .isPresent();
        }
    }
}
