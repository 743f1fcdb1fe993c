package org.postseal.gateway.road.pipeline;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.List;
import org.postseal.policy.Setting;

/** Settings as the audit log has them: {@code NAME=VALUE (LEVEL)}. There are some thirty for each message, and the same ones for nearly all, so that they are the same texts then. */
final class SettingTexts {
    private static final int MOST = 256;
    private static final Cache<List<Setting>, List<String>> KNOWN =
            Caffeine.newBuilder().maximumSize(MOST).build();
    /** A policy without domains, groups and users hands out one list, for which nothing need be compared. */
    private static volatile Texts last = new Texts(List.of(), List.of());

    private record Texts(List<Setting> settings, List<String> texts) {}

    private SettingTexts() {}

    @SuppressWarnings("ReferenceEquality") // equal ones are found behind it
    static List<String> of(List<Setting> settings) {
        if (settings.isEmpty()) {
            // of mail from outside: what was last is still what comes next from within
            return List.of();
        }
        Texts known = last;
        if (known.settings() != settings) {
            known = new Texts(settings, KNOWN.get(settings, SettingTexts::written));
            last = known;
        }
        return known.texts();
    }

    private static List<String> written(List<Setting> settings) {
        // a list without null is not copied again where it is kept
        return List.copyOf(settings.stream()
                .map(setting -> setting.name() + "=" + setting.value() + " (" + setting.level() + ")")
                .toList());
    }
}
