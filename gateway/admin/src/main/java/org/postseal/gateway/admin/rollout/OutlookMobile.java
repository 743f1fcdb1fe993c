package org.postseal.gateway.admin.rollout;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Sets up S/MIME in Outlook for iOS and Android by a managed app configuration of Intune or another management service.
 * Outlook asks the directory server by LDAP over TLS without a login.
 */
public final class OutlookMobile {
    private OutlookMobile() {}

    /**
     * Returns keys and values as the form of the management service takes them.
     *
     * @param ldap {@code ldaps://HOST[:PORT]}, where Outlook looks for the certificates of partners
     */
    public static Map<String, Object> settings(
            boolean signsAll, boolean encryptsAll, boolean mayChange, Optional<String> ldap) {
        ldap.ifPresent(OutlookMobile::requireLdap);
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put(PREFIX, true);
        settings.put(PREFIX + ".UserChangeAllowed", mayChange);
        settings.put(PREFIX + ".SignAllMail", signsAll);
        settings.put(PREFIX + ".SignAllMail.UserChangeAllowed", mayChange);
        settings.put(PREFIX + ".EncryptAllMail", encryptsAll);
        settings.put(PREFIX + ".EncryptAllMail.UserChangeAllowed", mayChange);
        ldap.ifPresent(host -> settings.put(PREFIX + ".LDAPHostName", host));
        return settings;
    }

    private static void requireLdap(String text) {
        if (!text.matches("ldaps://[^/:\\s]+(:[0-9]{1,5})?")) {
            throw new IllegalArgumentException("must be like ldaps://ldap.example.com");
        }
        HostNames.require(text.substring("ldaps://".length()).replaceAll(":[0-9]+$", ""));
    }

    private static final String PREFIX = "com.microsoft.outlook.Mail.SMIMEEnabled";
}
