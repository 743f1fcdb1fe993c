package org.postseal.gateway.admin.rollout;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postseal.certstore.MailCertificate;

/**
 * Makes Thunderbird trust certificate authorities by its {@code policies.json}. Thunderbird takes the authorities named
 * there as anchors for servers as well as for mail.
 */
public final class ThunderbirdPolicy {
    private ThunderbirdPolicy() {}

    /** The operating systems, each with the folder for the policy and the certificates. */
    public enum Platform {
        LINUX("/etc/thunderbird/policies", "/"),
        WINDOWS("C:\\Program Files\\Mozilla Thunderbird\\distribution", "\\"),
        MACOS("/Applications/Thunderbird.app/Contents/Resources/distribution", "/");

        private final String folder;
        private final String separator;

        Platform(String folder, String separator) {
            this.folder = folder;
            this.separator = separator;
        }

        /** Returns the folder that all files belong in. */
        public String folder() {
            return folder;
        }

        private String path(String name) {
            return folder + separator + name;
        }
    }

    /** Returns the certificates under the file names that the policy uses. */
    public static List<RolloutFile> certificates(List<MailCertificate> authorities) {
        List<RolloutFile> files = new ArrayList<>();
        authorities.stream().distinct().forEach(each -> files.add(RolloutFile.of(name(each), each.toPem())));
        return List.copyOf(files);
    }

    /**
     * Returns the members of the JSON policy.
     *
     * @param usesSystem whether authorities that the administrator has added to Windows or macOS count as well
     */
    public static Map<String, Object> policy(List<MailCertificate> authorities, Platform platform, boolean usesSystem) {
        Map<String, Object> certificates = new LinkedHashMap<>();
        if (usesSystem) {
            certificates.put("ImportEnterpriseRoots", true);
        }
        certificates.put(
                "Install",
                authorities.stream()
                        .distinct()
                        .map(each -> platform.path(name(each)))
                        .toList());
        return Map.of("policies", Map.of("Certificates", certificates));
    }

    // The name comes from the SHA-256, since a subject's name may hold any text
    private static String name(MailCertificate authority) {
        return "authority-" + authority.id().hex().substring(0, 16) + ".pem";
    }
}
