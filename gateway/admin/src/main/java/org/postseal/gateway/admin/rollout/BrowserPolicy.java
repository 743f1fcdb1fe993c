package org.postseal.gateway.admin.rollout;

import java.nio.charset.StandardCharsets;

/**
 * Has a browser install Microsoft's S/MIME extension, as "How to configure S/MIME in Exchange Online" has an administrator do by hand. Outlook on the web offers S/MIME under Windows only; elsewhere the policy installs the
 * extension and that is all. Someone who does not have the machine managed sees no effect on Windows, where an extension from outside the store needs a domain or a management service.
 */
public final class BrowserPolicy {
    private BrowserPolicy() {}

    /** Which one. */
    public enum Browser {
        CHROME("Google\\Chrome", "Chrome~Policy~googlechrome~Extensions"),
        EDGE("Microsoft\\Edge", "Edge~Policy~microsoft_edge~Extensions");

        private final String registry;
        private final String category;

        Browser(String registry, String category) {
            this.registry = registry;
            this.category = category;
        }
    }

    /** As which file. */
    public enum Format {
        /** Of the folder of managed policies under Linux. */
        JSON,
        /** Of the registry of Windows. */
        REG,
        /** As a custom setting (OMA-URI) of Intune. */
        INTUNE
    }

    /**
     * The file.
     *
     * @param index the number in the list of forced extensions, from 1; an entry that has it is replaced (reg and intune)
     */
    public static byte[] of(Browser browser, Format format, int index) {
        return switch (format) {
            case JSON ->
                ("{\n  \"" + POLICY + "\": [\n    \"" + ENTRY + "\"\n  ]\n}\n").getBytes(StandardCharsets.UTF_8);
            case REG -> registry(browser, index);
            case INTUNE ->
                ("OMA-URI:   ./Device/Vendor/MSFT/Policy/Config/" + browser.category + "/" + POLICY
                                + "\nData type: String\nValue:     <enabled/><data id=\"" + POLICY + "Desc\" value=\""
                                + index + "&#xF000;" + ENTRY + "\"/>\n")
                        .getBytes(StandardCharsets.UTF_8);
        };
    }

    /** Registry Editor takes UTF-16 in little-endian order with its mark, and lines that end as under Windows. */
    private static byte[] registry(Browser browser, int index) {
        String text = "\uFEFFWindows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\"
                + browser.registry + "\\" + POLICY + "]\r\n\"" + index + "\"=\"" + ENTRY + "\"\r\n";
        return text.getBytes(StandardCharsets.UTF_16LE);
    }

    private static final String POLICY = "ExtensionInstallForcelist";
    /** The value of the article, the same for both browsers. */
    private static final String ENTRY =
            "maafgiompdekodanheihhgilkjchcakm;https://outlook.office.com/owa/SmimeCrxUpdate.ashx";
}
