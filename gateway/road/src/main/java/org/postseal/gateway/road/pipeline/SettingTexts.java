package org.postseal.gateway.road.pipeline;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.List;
import org.postseal.policy.settings.Setting;

/**
 * Writes the settings that somebody has set as the audit log has them: {@code NAME=VALUE (LEVEL)}. Those that are built
 * in are the same for every message of a version of the program, and are not recorded. Nearly all messages have the
 * same settings, so the texts are cached and shared.
 */
final class SettingTexts {
    private static final int MOST = 256;
    private static final Cache<List<Setting>, List<String>> KNOWN =
            Caffeine.newBuilder().maximumSize(MOST).build();
    /**
     * A policy without domains, groups and users hands out the same list each time, so that comparing references is
     * enough.
     */
    private static volatile Texts last = new Texts(List.of(), List.of());

    private record Texts(List<Setting> settings, List<String> texts) {}

    private SettingTexts() {}

    @SuppressWarnings("ReferenceEquality") // an equal list is found in the cache
    static List<String> of(List<Setting> settings) {
        if (settings.isEmpty()) {
            // Mail from outside has no settings. The last list stays, since the next mail from inside will need it
            // again.
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
        // List.copyOf makes a list without nulls, which a record that keeps it need not copy again.
        return List.copyOf(settings.stream()
                .filter(setting -> !setting.isBuiltIn())
                .map(setting -> setting.name() + "=" + setting.value() + " (" + setting.level() + ")")
                .toList());
    }
}
