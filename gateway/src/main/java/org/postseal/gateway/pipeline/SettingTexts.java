package org.postseal.gateway.pipeline;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.List;
import org.postseal.policy.Setting;

/** Settings as the audit log has them: {@code NAME=VALUE (LEVEL)}. There are some thirty for each message, and the same ones for nearly all, so that they are the same texts then. */
final class SettingTexts {
    private static final int MOST = 256;
    private static final Cache<List<Setting>, List<String>> KNOWN =
            Caffeine.newBuilder().maximumSize(MOST).build();

    private SettingTexts() {}

    static List<String> of(List<Setting> settings) {
        return KNOWN.get(settings, SettingTexts::written);
    }

    private static List<String> written(List<Setting> settings) {
        return settings.stream()
                .map(setting -> setting.name() + "=" + setting.value() + " (" + setting.level() + ")")
                .toList();
    }
}
