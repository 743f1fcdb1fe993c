package org.postseal.certstore.authority;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * The settings with which an authority was made.
 *
 * @param organization the organization in the names of root and intermediate (S/MIME Baseline Requirements §7.1.4.3.1),
 *     1 to 50 characters
 * @param country two capital letters (ISO 3166-1)
 * @param url the URL under which the files of {@code public/} can be fetched; ends in a slash: {@code
 *     http://pki.example.com/}
 */
public record CaSettings(String organization, String country, String url) {
    public static final String ISSUING_LIST = "issuing.crl";
    public static final String ISSUING_CERTIFICATE = "issuing.cer";
    public static final String ROOT_LIST = "root.crl";
    public static final String ROOT_CERTIFICATE = "root.cer";
    public static final String OCSP_ANSWERS = "answers.ocsp";
    /** The last part of the responder's URL. */
    public static final String RESPONDER = "ocsp";

    /** Returns what is wrong with values that a person gave, or empty if nothing is. */
    public static Optional<String> problem(String organization, String country, String url) {
        // X.520 limits a common name to 64 characters (ub-common-name), and " Issuing CA 1" is to follow.
        if (organization.isBlank() || organization.length() > 50 || hasControls(organization)) {
            return Optional.of("the organization must be a line of 1 to 50 characters");
        }
        if (!country.matches("[A-Z]{2}")) {
            return Optional.of("the country must be two capital letters, DE for instance");
        }
        return isPlace(url)
                ? Optional.empty()
                : Optional.of("the URL must be like http://pki.example.com/, without query");
    }

    /** Returns the URL of a file of {@code public/}. */
    public String place(String file) {
        return url + file;
    }

    // Baseline Requirements §7.1.2.3 b, c: the scheme is http. To check a certificate over TLS, one would need to check
    // another certificate first.
    private static boolean isPlace(String text) {
        try {
            URI uri = URI.create(text);
            return "http".equals(lower(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && text.endsWith("/")
                    && text.length() <= 200
                    && text.chars().allMatch(c -> c > 0x20 && c < 0x7F);
        } catch (IllegalArgumentException notAUri) {
            return false;
        }
    }

    private static String lower(@org.jspecify.annotations.Nullable String scheme) {
        return scheme == null ? "" : scheme.toLowerCase(Locale.ROOT);
    }

    private static boolean hasControls(String text) {
        return text.codePoints().anyMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT);
    }
}
