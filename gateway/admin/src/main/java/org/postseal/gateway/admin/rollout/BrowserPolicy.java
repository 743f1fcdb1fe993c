package org.postseal.gateway.admin.rollout;

import java.nio.charset.StandardCharsets;

/**
 * Makes the policy file by which a browser installs Microsoft's S/MIME extension. The article "How to configure S/MIME
 * in Exchange Online" lets an administrator write it by hand. Outlook on the web offers S/MIME under Windows only; on
 * other systems the policy installs the extension and does nothing else. On a Windows machine that is not managed the
 * policy has no effect, since the browser takes an extension from outside its web store only on a machine of a domain
 * or of a management service.
 */
public final class BrowserPolicy {
    private BrowserPolicy() {}

    /** A browser, with its key in the Windows registry and its category in Intune. */
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

    public enum Format {
        /** A file for the folder of managed policies under Linux. */
        JSON,
        /** A file for the Windows registry. */
        REG,
        /** A custom setting (OMA-URI) of Intune. */
        INTUNE
    }

    /**
     * Returns the policy file.
     *
     * @param index the position in the list of forced extensions, from 1; an entry with this number is replaced (REG
     *     and INTUNE)
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

    /** The Registry Editor expects UTF-16LE with a byte order mark, and CR LF at the end of each line. */
    private static byte[] registry(Browser browser, int index) {
        String text = "\uFEFFWindows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\"
                + browser.registry + "\\" + POLICY + "]\r\n\"" + index + "\"=\"" + ENTRY + "\"\r\n";
        return text.getBytes(StandardCharsets.UTF_16LE);
    }

    private static final String POLICY = "ExtensionInstallForcelist";
    /** The value is the one that the article gives for both browsers. */
    private static final String ENTRY =
            "maafgiompdekodanheihhgilkjchcakm;https://outlook.office.com/owa/SmimeCrxUpdate.ashx";
}
