package org.postseal.gateway.admin.rollout;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Scripts that give Exchange the policy in force: mobile device mailbox policies, and what {@code Set-SmimeConfig}
 * sets. They are made from {@link org.postseal.policy.exchange.ExchangeExport}.
 */
public final class PolicyScripts {
    private PolicyScripts() {}

    /**
     * A mobile device mailbox policy.
     *
     * @param isDefault whether to change the policy that Exchange has as its default, whatever its name is
     */
    record MobilePolicy(String name, boolean isDefault, Map<String, Object> settings) {
        static MobilePolicy of(Map<String, Object> object) {
            Map<String, Object> settings = new LinkedHashMap<>(object);
            String name = String.valueOf(settings.remove(NAME));
            boolean isDefault = Boolean.TRUE.equals(settings.remove("IsDefault"));
            return new MobilePolicy(name, isDefault, settings);
        }
    }

    /**
     * Returns the script that sets each mobile device mailbox policy.
     *
     * @param objects of the export; those that are no mailbox policy are passed over
     */
    public static byte[] mobilePolicies(List<Map<String, Object>> objects) {
        List<MobilePolicy> policies = objects.stream()
                .filter(PolicyScripts::isMobilePolicy)
                .map(MobilePolicy::of)
                .toList();
        return PowerShell.file(to -> JtemobilepoliciesGenerated.render(to, null, policies));
    }

    /** Returns the script for Outlook on the web and the new Outlook; empty when the policy says nothing about them. */
    public static Optional<byte[]> smimeConfig(List<Map<String, Object>> objects) {
        return objects.stream()
                .filter(object -> !isMobilePolicy(object) && !object.isEmpty())
                .findFirst()
                .map(settings -> PowerShell.file(to -> JtesmimeconfigGenerated.render(to, null, settings)));
    }

    /** Tells a mailbox policy from the other objects of an export. */
    public static boolean isMobilePolicy(Map<String, Object> object) {
        return object.containsKey(NAME);
    }

    private static final String NAME = "Name";
}
