package org.postseal.gateway.admin.rollout;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The policy in force as Exchange keeps it: mobile device mailbox policies, and what Set-SmimeConfig sets. Made from {@link org.postseal.policy.exchange.ExchangeExport}. */
public final class PolicyScripts {
    private PolicyScripts() {}

    /**
     * Sets each mobile device mailbox policy; the default one is whichever Exchange calls so.
     *
     * @param objects of the export; those that are no mailbox policy are passed over
     */
    public static byte[] mobilePolicies(List<Map<String, Object>> objects) {
        PowerShell script = new PowerShell()
                .comment("S/MIME of mobile devices, as the gateway's policy has it. Can be run again.")
                .comment("Who a policy is for: Set-CASMailbox ADDRESS -ActiveSyncMailboxPolicy NAME")
                .line("$ErrorActionPreference = 'Stop'");
        for (Map<String, Object> object : objects) {
            if (object.get(NAME) instanceof String name) {
                Map<String, Object> settings = new LinkedHashMap<>(object);
                settings.remove(NAME);
                boolean isDefault = Boolean.TRUE.equals(settings.remove("IsDefault"));
                script.line("");
                if (isDefault) {
                    script.settings(settings)
                            .line(
                                    "$default = Get-MobileDeviceMailboxPolicy -ErrorAction Stop | Where-Object { $_.IsDefault } | Select-Object -First 1")
                            .line("Set-MobileDeviceMailboxPolicy -Identity $default.Identity @settings"
                                    + PowerShell.STOP);
                } else {
                    script.ensure("MobileDeviceMailboxPolicy", name, settings);
                }
            }
        }
        return script.file();
    }

    /** Sets what Outlook on the web and the new Outlook do; empty when the policy says nothing of it. */
    public static Optional<byte[]> smimeConfig(List<Map<String, Object>> objects) {
        return objects.stream()
                .filter(object -> !object.containsKey(NAME) && !object.isEmpty())
                .findFirst()
                .map(settings -> new PowerShell()
                        .comment(
                                "S/MIME in Outlook on the web and the new Outlook, as the gateway's policy has it. Can be run again.")
                        .line("$ErrorActionPreference = 'Stop'")
                        .line("")
                        .settings(settings)
                        .line("Set-SmimeConfig @settings" + PowerShell.STOP)
                        .file());
    }

    /** Tells a mailbox policy from the rest of an export. */
    public static boolean isMobilePolicy(Map<String, Object> object) {
        return object.containsKey(NAME);
    }

    private static final String NAME = "Name";
}
