package org.postseal.certstore.format;

import java.util.Optional;
import org.postseal.certstore.SmimeCapabilities;

/**
 * The value of a directory that a certificate stood in.
 *
 * @param attribute {@code userCertificate}, {@code userSMIMECertificate} or {@code cACertificate}, without options
 * @param isFlagged whether its owner marked it as the one to use
 * @param isHelper whether it came along only to build a path
 * @param capabilities the S/MIME capabilities in the same value
 */
public record DirectoryValue(
        DirectoryEntry entry,
        String attribute,
        boolean isFlagged,
        boolean isHelper,
        Optional<SmimeCapabilities> capabilities) {}
