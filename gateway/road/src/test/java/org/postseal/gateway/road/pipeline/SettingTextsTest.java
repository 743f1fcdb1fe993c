package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.postseal.policy.settings.Setting;

class SettingTextsTest {
    private static final List<Setting> ONE =
            List.of(new Setting("OWAClearSign", "true", "smime"), new Setting("hideSubject", "false", "built-in"));
    private static final List<Setting> OTHER = List.of(new Setting("OWAClearSign", "false", "user: mailbox policy x"));

    @Test
    void eachMessageHasItsOwnSettings() {
        List<String> one = List.of("OWAClearSign=true (smime)");
        assertThat(SettingTexts.of(ONE)).isEqualTo(one);
        assertThat(SettingTexts.of(OTHER)).containsExactly("OWAClearSign=false (user: mailbox policy x)");
        assertThat(SettingTexts.of(List.of())).isEmpty();
        assertThat(SettingTexts.of(ONE)).isEqualTo(one);
        assertThat(SettingTexts.of(OTHER)).hasSize(1);
    }

    @Test
    void equalSettingsAreTheSameTexts() {
        List<String> known = SettingTexts.of(ONE);
        assertThat(SettingTexts.of(List.copyOf(ONE.reversed()).reversed())).isSameAs(known);
    }
}
