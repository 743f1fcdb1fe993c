package org.postseal.gateway.admin.rollout;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postseal.certstore.MailCertificate;

/** Has Thunderbird know authorities, by its {@code policies.json}. What is named there it takes for an anchor of servers as well as of mail. */
public final class ThunderbirdPolicy {
    private ThunderbirdPolicy() {}

    /** On what it runs; each with the folder that its policy and the certificates are laid in. */
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

        /** Where all files belong. */
        public String folder() {
            return folder;
        }

        private String path(String name) {
            return folder + separator + name;
        }
    }

    /** Certificates under the names that the policy has for them. */
    public static List<RolloutFile> certificates(List<MailCertificate> authorities) {
        List<RolloutFile> files = new ArrayList<>();
        authorities.stream().distinct().forEach(each -> files.add(RolloutFile.of(name(each), each.toPem())));
        return List.copyOf(files);
    }

    /**
     * The policy, as JSON has it.
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

    // names of subjects are for people, and may be anything
    private static String name(MailCertificate authority) {
        return "authority-" + authority.id().hex().substring(0, 16) + ".pem";
    }
}
