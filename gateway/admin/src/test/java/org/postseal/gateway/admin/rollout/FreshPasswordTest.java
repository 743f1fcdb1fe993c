package org.postseal.gateway.admin.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FreshPasswordTest {
    @Test
    void eachIsNewAndPrintsNothing() {
        SecureRandom random = new SecureRandom();
        Set<String> all = new HashSet<>();
        Set<Integer> characters = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            FreshPassword password = FreshPassword.of(random);
            String text = new String(password.characters());
            assertThat(text).matches("(?:[a-hj-km-np-z2-9]{4}-){5}[a-hj-km-np-z2-9]{4}");
            assertThat(password).hasToString("[redacted]");
            all.add(text);
            text.chars().forEach(characters::add);
        }
        assertThat(all).hasSize(500);
        // These are the 31 characters and the hyphen
        assertThat(characters).hasSize(32);
    }
}
