package org.postseal.certstore.format;

import java.security.cert.CertificateException;

/**
 * Says in words for the administrator why a certificate is refused. The text includes what the parser found, since
 * "malformed" alone helps nobody.
 */
final class Reasons {
    private Reasons() {}

    static String of(CertificateException e) {
        String reason = "certificate refused: " + e.getMessage();
        Throwable cause = e.getCause();
        String detail = cause == null ? null : cause.getMessage();
        if (detail == null || detail.isBlank()) {
            return reason;
        }
        String text = detail.startsWith(PREFIX) ? detail.substring(PREFIX.length()) : detail;
        // The parser may repeat what it read, so control characters and characters beyond ASCII are replaced.
        String safe = text.codePoints()
                .map(c -> c >= ' ' && c < 0x7f ? c : '?')
                .limit(MAX_LENGTH)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return reason + " (" + safe + ")";
    }

    private static final String PREFIX = "malformed data: ";
    private static final int MAX_LENGTH = 120;
}
